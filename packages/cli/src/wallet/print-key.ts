import type { WalletKey } from '@tensorkit/wallet'
import type { CommandContext } from '../commands/command-context.js'
import { jsonLine } from '../output/format.js'
import { keyName, type NamedWallet } from './wallet-flags.js'

/** Tells what was done to a key, and which files have it. */
export function printKey(
  done: string,
  what: { readonly location: NamedWallet; readonly key: WalletKey; readonly address: string; readonly files: readonly string[] },
  { stdout, json }: CommandContext,
): void {
  const { location, key, address, files } = what
  const { name, hotkey } = location
  if (json) return void stdout.write(jsonLine({ name, ...(key === 'hotkey' && { hotkey }), key, address, files }))
  stdout.write(`${done} ${keyName(key, location)}\n  address  ${address}\n${files.map((file) => `  file     ${file}\n`).join('')}`)
}
