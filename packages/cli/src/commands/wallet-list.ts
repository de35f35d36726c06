import { listWallets } from '@tensorkit/wallet'
import { jsonLine, table } from '../output/format.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet list`. */
export interface WalletListFlags {
  readonly path?: string
}

/** `tensorkit wallet list`: shows wallets and hotkeys by name and address; reads no secret aloud. */
export async function walletListCommand({ path }: WalletListFlags, { stdout, json }: CommandContext): Promise<void> {
  const wallets = await listWallets(path === undefined ? {} : { path })
  if (json) return void stdout.write(jsonLine(wallets))
  if (wallets.length === 0) return void stdout.write('No wallets. Make one with `tensorkit wallet create`.\n')
  const rows = wallets.flatMap((wallet) => {
    const hotkeys = wallet.hotkeys.length > 0 ? wallet.hotkeys : [undefined]
    return hotkeys.map((hotkey) => [
      wallet.name,
      hotkey?.name ?? '-',
      hotkey?.address ?? '-',
      wallet.coldkeyAddress ?? '-',
      hotkey?.problem ?? wallet.problem ?? 'ok',
    ])
  })
  stdout.write(table(['WALLET', 'HOTKEY', 'HOTKEY ADDRESS', 'COLDKEY ADDRESS', 'STATE'], rows))
}
