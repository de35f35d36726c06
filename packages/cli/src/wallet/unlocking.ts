import { TensorKitError } from '@tensorkit/core'
import {
  environmentPasswords,
  type PasswordRequest,
  type PasswordSource,
  passwordSources,
  promptPasswords,
  type UnlockProgress,
} from '@tensorkit/wallet'
import type { CommandContext } from '../commands/command-context.js'
import { readStdin, trimmed } from './read-input.js'
import { terminalOf } from './terminal.js'
import { atMostOne } from './wallet-flags.js'

/** Where passwords come from, if the command line says so. */
export interface PasswordFlags {
  readonly passwordFile?: string
  readonly passwordStdin?: boolean
}

/** A password that only some commands have beside the main one, from a file. */
export interface OtherPassword {
  /** Whether a request is for this one. */
  readonly isFor: (request: PasswordRequest) => boolean
  readonly option: string
  readonly file: string | undefined
  /** Whether Bittensor's variables are asked for it: they hold the password that the wallet's key has. */
  readonly isOfWallet: boolean
}

/** What the functions of the wallet take that unlock or encrypt. */
export interface Unlocking {
  readonly password: PasswordSource
  readonly onProgress: (progress: UnlockProgress) => void
  readonly signal: AbortSignal
}

const attempts = 3

/**
 * Runs what needs passwords: from the options, else Bittensor's variables, else a hidden prompt. Where there is none of them it fails and says
 * what to give. A wrong password that was typed is asked again, twice.
 *
 * @param run - Must change nothing before it has the passwords.
 */
export async function unlocking<Result>(
  flags: PasswordFlags,
  context: CommandContext,
  run: (unlocking: Unlocking) => Promise<Result>,
  other?: OtherPassword,
): Promise<Result> {
  atMostOne({ '--password-file': flags.passwordFile, '--password-stdin': flags.passwordStdin })
  const { signal, env, stderr } = context
  const isTyped = { value: false }
  const terminal = terminalOf(context)
  const typed = terminal && promptPasswords(terminal)
  const told = passwordSources(
    ...(flags.passwordFile === undefined ? [] : [environmentPasswords({ env: {}, passwordFile: flags.passwordFile })]),
    ...(flags.passwordStdin ? [stdinSource(context)] : []),
  )
  const toldOther = other?.file === undefined ? undefined : environmentPasswords({ env: {}, passwordFile: other.file })
  const fromEnvironment = environmentPasswords({ env: env ?? {} })
  const password: PasswordSource = async (request) => {
    const isOther = other?.isFor(request) ?? false
    const given = await (isOther ? toldOther?.(request) : told(request))
    const found = given ?? (isOther && other?.isOfWallet === false ? undefined : await fromEnvironment(request))
    if (found !== undefined) return found
    isTyped.value = typed !== undefined
    return (await typed?.(request)) ?? refuse(request, isOther ? other?.option : undefined)
  }
  const progress = progressLine(context)
  for (let attempt = 1; ; attempt++) {
    isTyped.value = false
    try {
      return await run({ password, onProgress: progress.show, signal })
    } catch (error) {
      progress.clear()
      const isWrong = TensorKitError.isInstance(error) && error.code === 'WALLET_BAD_PASSWORD'
      if (!isWrong || !isTyped.value || attempt === attempts) throw error
      stderr.write(`${error.shortMessage}. Try again.\n`)
    } finally {
      progress.clear()
    }
  }
}

/** The password on standard input: read once, given as often as it is asked for. */
function stdinSource(context: CommandContext): PasswordSource {
  let read: Promise<Uint8Array> | undefined
  return async () => {
    read ??= readStdin('--password-stdin', context).then((bytes) => {
      const password = trimmed(bytes)
      bytes.fill(0)
      return password
    })
    const password = await read
    if (password.length > 0) return Uint8Array.from(password)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', '--password-stdin got no password')
  }
}

function refuse({ purpose, key, file }: PasswordRequest, option?: string): never {
  const whose = key === 'import' ? 'the file to import' : key === 'export' ? 'the file to export' : `the ${key}`
  throw new TensorKitError(
    purpose === 'unlock' ? 'WALLET_ENCRYPTED' : 'CORE_INVALID_ARGUMENT',
    `The password of ${whose} is not given, and there is no terminal to ask for it`,
    {
      facts: { file: file || undefined },
      remedy:
        option === undefined
          ? 'Give --password-file FILE (a file that you alone can read) or --password-stdin, or set BT_WALLET_PASSWORD_FILE or BT_WALLET_PASSWORD.'
          : `Give ${option} FILE: a file that you alone can read.`,
    },
  )
}

/** A line on the terminal that says how far a key derivation is; nothing where nobody reads along. */
function progressLine({ stderr, json }: CommandContext) {
  let isShown = false
  const clear = () => {
    if (isShown) stderr.write('\r\u001b[K')
    isShown = false
  }
  const seconds = (ms: number) => Math.round(ms / 1_000)
  const show = ({ stage, ahead, elapsedMs, expectedMs }: UnlockProgress) => {
    if (!stderr.isTTY || json) return
    clear()
    if (stage === 'done') return
    stderr.write(
      stage === 'queued'
        ? `Waiting for ${ahead} other keys …`
        : `Deriving the key: ${seconds(elapsedMs)} of about ${seconds(expectedMs)} s …`,
    )
    isShown = true
  }
  return { show, clear }
}
