import type { ReadStream } from 'node:tty'
import { TensorKitError } from '@tensorkit/core'

/** What {@link promptHidden} takes. */
export interface PromptHiddenOptions {
  /** What is shown before the cursor. */
  readonly question: string
  /** A terminal. @defaultValue `process.stdin` */
  readonly input?: ReadStream
  /** @defaultValue `process.stderr`, so that a program's output stays its own. */
  readonly output?: NodeJS.WritableStream
  readonly signal?: AbortSignal
  /** How long to wait for the answer, in ms. @defaultValue 300000: somebody may have to look the password up. */
  readonly timeoutMs?: number
}

const maxAnswerBytes = 4096
const [ctrlC, ctrlD, backspace, lineFeed, carriageReturn, ctrlU, escapeKey, rubout] = [3, 4, 8, 10, 13, 21, 27, 127]

/** Takes the last character off an answer, all its UTF-8 bytes, and wipes it. */
function eraseLast(answer: number[]): void {
  while (answer.length > 0 && ((answer.pop() as number) & 0xc0) === 0x80);
}

/**
 * Asks for a line on a terminal without showing it, not even its length.
 *
 * @returns The line's bytes, UTF-8 as the terminal sent it: wipe them after use.
 * @throws CORE_INVALID_ARGUMENT if the input is no terminal (nothing is read then, so that nothing hangs); CORE_ABORTED for Ctrl-C,
 * Ctrl-D, the end of the input or the signal; CORE_TIMEOUT.
 */
export async function promptHidden({
  question,
  input = process.stdin,
  output = process.stderr,
  signal,
  timeoutMs = 300_000,
}: PromptHiddenOptions): Promise<Uint8Array> {
  if (!input.isTTY) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A password can be asked for on a terminal only', {
      remedy: 'Run this in a terminal, or give the password by a file: BT_WALLET_PASSWORD_FILE.',
    })
  }
  if (signal?.aborted) throw new TensorKitError('CORE_ABORTED', 'The prompt was aborted')
  const answer: number[] = []
  // What was typed, or pasted, after the line: the next prompt's.
  let rest: Buffer | undefined
  const wasRaw = input.isRaw
  const { promise, resolve, reject } = withResolvers<Uint8Array>()
  const abort = () => reject(new TensorKitError('CORE_ABORTED', 'The prompt was aborted'))
  // Within the sequence of an arrow key and the like: after ESC, after the bracket.
  let sequence: 'none' | 'escape' | 'bracket' = 'none'
  const onData = (chunk: Buffer) => {
    for (const [index, byte] of chunk.entries()) {
      if (sequence !== 'none') {
        const isBracket = sequence === 'escape' && byte === 0x5b
        sequence = isBracket ? 'bracket' : sequence === 'bracket' && byte < 0x40 ? 'bracket' : 'none'
      } else if (byte === ctrlC || byte === ctrlD) abort()
      else if (byte === backspace || byte === rubout) eraseLast(answer)
      else if (byte === ctrlU) answer.fill(0).splice(0)
      else if (byte === escapeKey) sequence = 'escape'
      else if (byte >= 0x20 && answer.length < maxAnswerBytes) answer.push(byte)
      else if (byte >= 0x20) reject(new TensorKitError('CORE_INVALID_ARGUMENT', `The answer is longer than ${maxAnswerBytes} bytes`))
      else if (byte === lineFeed || byte === carriageReturn) {
        if (index + 1 < chunk.length) rest = Buffer.from(chunk.subarray(index + 1))
        input.off('data', onData)
        resolve(Uint8Array.from(answer))
        break
      }
    }
    chunk.fill(0)
  }
  const timer = setTimeout(() => reject(new TensorKitError('CORE_TIMEOUT', 'Nobody answered in time', { facts: { timeoutMs } })), timeoutMs)
  signal?.addEventListener('abort', abort, { once: true })
  input.on('data', onData).on('end', abort).on('close', abort)
  try {
    // Raw before the question is there, so that not even the first key is shown.
    input.setRawMode(true)
    input.resume()
    output.write(question)
    return await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    input.off('data', onData).off('end', abort).off('close', abort)
    input.setRawMode(wasRaw)
    input.pause()
    if (rest !== undefined) input.unshift(rest)
    output.write('\n')
    answer.fill(0)
  }
}

// Promise.withResolvers is of Node 22.
function withResolvers<T>() {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
