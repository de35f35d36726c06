import { regenKey } from '@tensorkit/wallet'
import { type KeyMakingFlags, keptAs, schemeOf } from '../wallet/key-making-flags.js'
import { printKey } from '../wallet/print-key.js'
import { readInputFile } from '../wallet/read-input.js'
import { unlocking } from '../wallet/unlocking.js'
import { type KeyFlags, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options and argument of `tensorkit wallet import`, as the command line gives them. */
export interface WalletImportFlags extends KeyFlags, KeyMakingFlags {
  readonly file: string
  readonly importPasswordFile?: string
}

/** `tensorkit wallet import`: takes a key out of a key file of any kind that is read here, into a wallet. */
export async function walletImportCommand(flags: WalletImportFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const key = keyOf(flags)
  const content = await readInputFile('the argument', flags.file)
  const imported = await unlocking(
    flags,
    context,
    ({ password, ...rest }) =>
      regenKey({
        ...location,
        ...schemeOf(flags),
        ...rest,
        key,
        source: { keyFile: content, keyFilePassword: password },
        ...keptAs(key, flags, password),
      }),
    { isFor: (request) => request.key === 'import', option: '--import-password-file', file: flags.importPasswordFile, isOfWallet: false },
  )
  content.fill(0)
  printKey('Imported', { location, key, ...imported }, context)
}
