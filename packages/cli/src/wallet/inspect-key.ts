import { join } from 'node:path'
import { inspectWallet, type KeyFileReport, type KeyFileRole, type WalletKey } from '@tensorkit/wallet'
import type { NamedWallet } from './wallet-flags.js'

/** A key's files as they were found. */
export interface InspectedKey {
  readonly secret?: KeyFileReport | undefined
  readonly open?: KeyFileReport | undefined
}

/** What {@link inspectKeys} found. */
export interface InspectedKeys {
  readonly directory: string
  readonly coldkey: InspectedKey
  readonly hotkey: InspectedKey
}

/**
 * Looks up some keys of a wallet; asks no password.
 *
 * @throws What keeps one of these keys' files, or the wallet, from being used.
 */
export async function inspectKeys({ name, hotkey, path }: NamedWallet, keys: readonly WalletKey[]): Promise<InspectedKeys> {
  const { directory, files, problems } = await inspectWallet({ name, ...(path !== undefined && { path }) })
  const hotkeys = join(directory, 'hotkeys')
  const ours = {
    coldkey: [join(directory, 'coldkey'), join(directory, 'coldkeypub.txt')],
    hotkey: [hotkeys, join(hotkeys, hotkey), join(hotkeys, `${hotkey}pub.txt`)],
  }
  const looked = [directory, ...keys.flatMap((key) => ours[key])]
  const problem = problems.find(({ severity, file }) => severity === 'error' && looked.includes(file))
  if (problem) throw problem.error
  const find = (role: KeyFileRole, of: string) => files.find((file) => file.role === role && file.name === of)
  return {
    directory,
    coldkey: { secret: find('coldkey', 'coldkey'), open: find('coldkeypub', 'coldkey') },
    hotkey: { secret: find('hotkey', hotkey), open: find('hotkeypub', hotkey) },
  }
}
