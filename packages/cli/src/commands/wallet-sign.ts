import { keyFileSigner } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { type MessageFlags, readMessage } from '../wallet/message-input.js'
import { type PasswordFlags, unlocking } from '../wallet/unlocking.js'
import { atMostOne, type KeyFlags, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet sign`, as the command line gives them. */
export type WalletSignFlags = KeyFlags & MessageFlags & PasswordFlags

/** `tensorkit wallet sign`: signs the exact bytes of a message, with the hotkey unless told otherwise. */
export async function walletSignCommand(flags: WalletSignFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  const key = keyOf(flags, 'hotkey')
  atMostOne({ '--message-stdin': flags.messageStdin, '--password-stdin': flags.passwordStdin })
  const message = await readMessage(flags, context)
  const signer = await keyFileSigner({ ...location, key })
  try {
    await unlocking(flags, context, (unlock) => signer.unlock(unlock))
    const signature = `0x${Buffer.from(await signer.sign(message)).toString('hex')}`
    const { address, scheme } = signer
    if (context.json) return void context.stdout.write(jsonLine({ address, scheme, signature }))
    context.stdout.write(`address    ${address}\nscheme     ${scheme}\nsignature  ${signature}\n`)
  } finally {
    signer.lock()
  }
}
