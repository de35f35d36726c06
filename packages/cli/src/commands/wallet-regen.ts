import { regenKey } from '@tensorkit/wallet'
import { type KeyMakingFlags, keptAs, schemeOf } from '../wallet/key-making-flags.js'
import { printKey } from '../wallet/print-key.js'
import { readSecret, type SecretFlags } from '../wallet/secret-input.js'
import { unlocking } from '../wallet/unlocking.js'
import { atMostOne, type KeyFlags, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet regen`, as the command line gives them. */
export interface WalletRegenFlags extends KeyFlags, SecretFlags, KeyMakingFlags {
  readonly address?: string
}

/** `tensorkit wallet regen`: makes a key's files again from its words or another secret, or its public file from an address. */
export async function walletRegenCommand(flags: WalletRegenFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const key = keyOf(flags)
  const { address } = flags
  atMostOne({ '--address': address, '--secret-file': flags.secretFile, '--secret-stdin': flags.secretStdin })
  atMostOne({ '--secret-stdin': flags.secretStdin, '--password-stdin': flags.passwordStdin })
  const scheme = schemeOf(flags)
  if (address !== undefined) {
    const regained = await regenKey({ ...location, key, source: { address, ...scheme }, signal: context.signal })
    return printKey('Wrote', { location, key, ...regained }, context)
  }
  const source = await readSecret(flags, context)
  const regained = await unlocking(flags, context, ({ password, ...rest }) =>
    regenKey({ ...location, ...scheme, ...rest, key, source, ...keptAs(key, flags, password) }),
  )
  printKey('Wrote', { location, key, ...regained }, context)
}
