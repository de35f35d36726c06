import { TensorKitError } from '@tensorkit/core'
import type { CommandContext } from '../commands/command-context.js'
import { readInputFile, readStdin } from './read-input.js'
import { atMostOne } from './wallet-flags.js'

/** A message, in one of four ways. */
export interface MessageFlags {
  readonly message?: string
  readonly messageHex?: string
  readonly messageFile?: string
  readonly messageStdin?: boolean
}

/** The bytes of a message, exactly as given: nothing is trimmed or wrapped. */
export async function readMessage(flags: MessageFlags, context: CommandContext): Promise<Uint8Array> {
  const { message, messageHex, messageFile, messageStdin } = flags
  atMostOne({ '--message': message, '--message-hex': messageHex, '--message-file': messageFile, '--message-stdin': messageStdin })
  if (message !== undefined) return new TextEncoder().encode(message)
  if (messageHex !== undefined) return hexBytes('--message-hex', messageHex)
  if (messageFile !== undefined) return readInputFile('--message-file', messageFile)
  if (messageStdin) return readStdin('--message-stdin', context)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no message', {
    remedy: 'Give --message TEXT, --message-hex HEX, --message-file FILE or --message-stdin.',
  })
}

/** The bytes of hex, with or without 0x. */
export function hexBytes(option: string, hex: string): Uint8Array {
  const digits = hex.replace(/^0x/i, '')
  if (digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits)) return Uint8Array.from(Buffer.from(digits, 'hex'))
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${option} must be hexadecimal bytes`)
}
