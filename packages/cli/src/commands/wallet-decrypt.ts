import { TensorKitError } from '@tensorkit/core'
import { decryptKey } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { type PasswordFlags, unlocking } from '../wallet/unlocking.js'
import { type KeyFlags, keyName, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet decrypt`, as the command line gives them. */
export interface WalletDecryptFlags extends KeyFlags, PasswordFlags {
  readonly plaintextColdkey?: boolean
}

/** `tensorkit wallet decrypt`: leaves a key file unencrypted. */
export async function walletDecryptCommand(flags: WalletDecryptFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const key = keyOf(flags)
  if (key === 'coldkey' && !flags.plaintextColdkey) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A coldkey that is not encrypted gives its funds to whoever reads the file', {
      remedy: 'If that is what you want, give --plaintext-coldkey.',
    })
  }
  const { file } = await unlocking(flags, context, (unlock) => decryptKey({ ...location, ...unlock, key, plaintext: true }))
  if (context.json) return void context.stdout.write(jsonLine({ ...location, key, file, encryption: 'none' }))
  context.stdout.write(`Decrypted ${keyName(key, location)}: the file is now as secret as the words\n  file  ${file}\n`)
}
