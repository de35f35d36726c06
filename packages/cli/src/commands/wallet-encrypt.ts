import { encryptKey } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { type PasswordFlags, unlocking } from '../wallet/unlocking.js'
import { type KeyFlags, keyName, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet encrypt`, as the command line gives them. */
export interface WalletEncryptFlags extends KeyFlags, PasswordFlags {
  readonly oldPasswordFile?: string
}

/** `tensorkit wallet encrypt`: encrypts a key file, or encrypts it anew with another password or in today's format. */
export async function walletEncryptCommand(flags: WalletEncryptFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const key = keyOf(flags)
  const { file } = await unlocking(
    flags,
    context,
    ({ password, ...rest }) => encryptKey({ ...location, ...rest, key, password, oldPassword: password }),
    { isFor: ({ purpose }) => purpose === 'unlock', option: '--old-password-file', file: flags.oldPasswordFile, isOfWallet: true },
  )
  if (context.json) return void context.stdout.write(jsonLine({ ...location, key, file, encryption: 'nacl' }))
  context.stdout.write(`Encrypted ${keyName(key, location)}\n  file  ${file}\n`)
}
