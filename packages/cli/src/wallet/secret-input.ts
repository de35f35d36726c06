import { TensorKitError } from '@tensorkit/core'
import { type KeySource, promptHidden } from '@tensorkit/wallet'
import type { CommandContext } from '../commands/command-context.js'
import { readInputFile, readStdin, trimmed } from './read-input.js'
import { terminalOf } from './terminal.js'
import { atMostOne } from './wallet-flags.js'

/** Where the secret of a key comes from: never from the command line itself, which other users can read. */
export interface SecretFlags {
  readonly from?: string
  readonly secretFile?: string
  readonly secretStdin?: boolean
}

/** What `--from` can be. */
export const secretForms = ['mnemonic', 'seed', 'private-key', 'uri'] as const

const questions: Readonly<Record<string, string>> = {
  mnemonic: 'Mnemonic (12 to 24 words): ',
  seed: 'Seed (32 bytes in hex): ',
  'private-key': 'Private key (32 or 64 bytes in hex): ',
  uri: 'Secret URI: ',
}

/** Reads a key's secret: from a file, from standard input, or from a hidden prompt. */
export async function readSecret(flags: SecretFlags, context: CommandContext): Promise<KeySource> {
  const { from = 'mnemonic', secretFile, secretStdin } = flags
  atMostOne({ '--secret-file': secretFile, '--secret-stdin': secretStdin })
  const question = questions[from]
  if (question === undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', `--from is one of ${secretForms.join(', ')}`)
  const bytes = await readBytes(flags, question, context)
  const text = trimmed(bytes)
  bytes.fill(0)
  // The key functions take text, which cannot be wiped: it lives until the process ends, soon.
  const secret = Buffer.from(text).toString('utf8')
  text.fill(0)
  if (secret === '') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'No secret was given')
  switch (from) {
    case 'seed':
      return { seed: secret }
    case 'private-key':
      return { privateKey: secret }
    case 'uri':
      return { uri: secret }
    default:
      return { mnemonic: secret.replaceAll(/\s+/g, ' ') }
  }
}

async function readBytes({ secretFile, secretStdin }: SecretFlags, question: string, context: CommandContext): Promise<Uint8Array> {
  if (secretFile !== undefined) return readInputFile('--secret-file', secretFile)
  if (secretStdin) return readStdin('--secret-stdin', context)
  const terminal = terminalOf(context)
  if (terminal) return promptHidden({ ...terminal, question, signal: context.signal })
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The secret of the key is not given, and there is no terminal to ask for it', {
    remedy: 'Give --secret-file FILE or --secret-stdin.',
  })
}
