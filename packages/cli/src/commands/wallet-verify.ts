import { decodeSs58, TensorKitError } from '@tensorkit/core'
import { initCrypto, verifySignature } from '@tensorkit/core/crypto'
import { jsonLine } from '../output/format.js'
import { inspectKeys } from '../wallet/inspect-key.js'
import { schemeOf } from '../wallet/key-making-flags.js'
import { hexBytes, type MessageFlags, readMessage } from '../wallet/message-input.js'
import { type KeyFlags, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet verify`, as the command line gives them. */
export interface WalletVerifyFlags extends KeyFlags, MessageFlags {
  readonly signature: string
  readonly address?: string
  readonly scheme?: string
}

/** `tensorkit wallet verify`: tells whether a signature of a message is that of an address, or of a wallet's key. @returns 1 if it is not. */
export async function walletVerifyCommand(flags: WalletVerifyFlags, context: CommandContext): Promise<number> {
  const message = await readMessage(flags, context)
  const signature = hexBytes('--signature', flags.signature)
  const { address, scheme = 'sr25519' } = await signerOf(flags)
  await initCrypto()
  const valid = verifySignature({ scheme, publicKey: decodeSs58(address), message, signature })
  context.stdout.write(
    context.json
      ? jsonLine({ valid, address, scheme })
      : `The signature is ${valid ? 'valid' : 'NOT valid'}\n  address  ${address}\n  scheme   ${scheme}\n`,
  )
  return valid ? 0 : 1
}

async function signerOf(flags: WalletVerifyFlags) {
  const given = schemeOf(flags)
  if (flags.address !== undefined) return { address: flags.address, ...given }
  const location = walletOf(flags)
  const key = keyOf(flags, 'hotkey')
  const { open, secret } = (await inspectKeys(location, [key]))[key]
  // The public file is enough, and all there is of a key that is kept elsewhere.
  const found = open ?? secret
  if (found?.address === undefined) {
    throw new TensorKitError('WALLET_NOT_FOUND', 'The wallet does not say the address of this key', {
      facts: { wallet: location.name, key },
      remedy: 'Correct --wallet, --hotkey and --key, or give --address.',
    })
  }
  return { address: found.address, ...(found.scheme && { scheme: found.scheme }), ...given }
}
