import { TensorKitError } from '@tensorkit/core'
import { jsonLine } from '../output/format.js'
import { type InspectedKey, inspectKeys } from '../wallet/inspect-key.js'
import { type WalletFlags, walletArguments, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** `tensorkit wallet show`: checks a wallet's files and shows its addresses; asks no password. */
export async function walletShowCommand(flags: WalletFlags, { stdout, json }: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const { name, hotkey } = location
  const found = await inspectKeys(location, ['hotkey', 'coldkey'])
  if (found.hotkey.secret === undefined && found.hotkey.open === undefined) {
    throw new TensorKitError('WALLET_NOT_FOUND', 'The wallet has no such hotkey', {
      facts: { wallet: name, hotkey, directory: found.directory },
      remedy: `See what there is with \`tensorkit wallet list\`, or add it: tensorkit wallet create --add-hotkey ${walletArguments(location)}`,
    })
  }
  const facts = {
    name,
    hotkey,
    directory: found.directory,
    scheme: (found.hotkey.open ?? found.hotkey.secret)?.scheme,
    coldkeyAddress: addressOf(found.coldkey),
    coldkeyEncryption: found.coldkey.secret?.encryption,
    hotkeyAddress: addressOf(found.hotkey),
    hotkeyEncryption: found.hotkey.secret?.encryption,
  }
  if (json) return void stdout.write(jsonLine(facts))
  const line = (address: string | undefined, encryption: string | undefined) =>
    `${address ?? '-'}  (${encryption === undefined ? 'no secret here' : encryption === 'none' ? 'not encrypted' : `encrypted: ${encryption}`})`
  stdout.write(
    `Wallet ${name}, hotkey ${hotkey} (${facts.scheme ?? 'unknown scheme'})\n  hotkey     ${line(facts.hotkeyAddress, facts.hotkeyEncryption)}\n  coldkey    ${line(facts.coldkeyAddress, facts.coldkeyEncryption)}\n  directory  ${found.directory}\n`,
  )
}

/** By the public file, or by the secret one where that can be read without a password. */
const addressOf = ({ open, secret }: InspectedKey) => open?.address ?? secret?.address
