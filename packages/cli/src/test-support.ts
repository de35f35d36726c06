import { PassThrough, Readable } from 'node:stream'
import type { CliIo, TextSource } from './output/cli-io.js'
import { runCli } from './run-cli.js'

/** What is typed, in turn, each when the terminal shows its question. */
export type Answers = readonly (readonly [question: RegExp, answer: string])[]

/** How a command is run in a test. */
export interface RunOptions {
  /** At a terminal, where these are typed. Without it there is no terminal. */
  readonly answers?: Answers
  /** What a pipe holds. */
  readonly piped?: string
  readonly env?: Readonly<Record<string, string>>
  /** Which of the streams is a terminal. @defaultValue all with `answers`, else none. */
  readonly terminals?: { readonly stdout?: boolean; readonly stderr?: boolean }
  readonly signal?: AbortSignal
}

/** What a command did. */
export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Whether the terminal was left as it was found. */
  readonly isRaw: boolean
  /** Answers that were never asked for. */
  readonly left: number
}

/** A terminal of node:tty, as far as a prompt uses one. */
class TestTerminal extends PassThrough {
  readonly isTTY = true
  isRaw = false
  setRawMode(mode: boolean): this {
    this.isRaw = mode
    return this
  }
}

/** Runs a command line in this process: at a terminal with somebody who types, at a pipe, or with neither. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { answers, piped, env = {}, signal = new AbortController().signal, terminals = {} } = options
  const terminal = new TestTerminal()
  const stdin: TextSource | undefined = answers ? terminal : piped === undefined ? undefined : Readable.from([Buffer.from(piped)])
  const left = [...(answers ?? [])]
  const text = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: terminals[name] ?? answers !== undefined,
    write(chunk: string) {
      text[name] += chunk
      const [next] = left
      if (next === undefined || !next[0].test(chunk)) return
      left.shift()
      setImmediate(() => terminal.write(next[1]))
    },
  })
  const io: CliIo = { stdin, stdout: sink('stdout'), stderr: sink('stderr'), env, signal }
  const code = await runCli(args, io)
  return { code, ...text, isRaw: terminal.isRaw, left: left.length }
}
