import { openWallet } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet show`. */
export interface WalletShowFlags {
  readonly name: string
  readonly hotkey: string
  readonly path?: string
}

/** `tensorkit wallet show`: opens a wallet, which checks its files, and shows its addresses. */
export async function walletShowCommand({ name, hotkey, path }: WalletShowFlags, { stdout, json }: CommandContext): Promise<void> {
  const wallet = await openWallet({ name, hotkey, ...(path !== undefined && { path }) })
  const facts = {
    name,
    hotkey,
    directory: wallet.directory,
    scheme: wallet.hotkey.scheme,
    coldkeyAddress: wallet.coldkeyAddress,
    hotkeyAddress: wallet.hotkey.address,
  }
  if (json) return void stdout.write(jsonLine(facts))
  stdout.write(
    `Wallet ${name}, hotkey ${hotkey} (${facts.scheme})\n  hotkey     ${facts.hotkeyAddress}\n  coldkey    ${facts.coldkeyAddress ?? '-'}\n  directory  ${facts.directory}\n`,
  )
}
