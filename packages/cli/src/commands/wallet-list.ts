import { listWallets } from '@tensorkit/wallet'
import { jsonLine, table } from '../output/format.js'
import { type WalletFlags, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** `tensorkit wallet list`: shows wallets and hotkeys by name and address; asks no password. */
export async function walletListCommand(flags: WalletFlags, { stdout, json }: CommandContext): Promise<void> {
  const { path } = walletOf(flags)
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
      hotkey?.problem ?? wallet.problem ?? (hotkey?.encryption === undefined ? 'ok' : `ok, ${hotkey.encryption}`),
    ])
  })
  stdout.write(table(['WALLET', 'HOTKEY', 'HOTKEY ADDRESS', 'COLDKEY ADDRESS', 'STATE'], rows))
}
