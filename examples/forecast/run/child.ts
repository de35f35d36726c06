import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, type WriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { TensorKitError } from '@tensorkit/core'

/** A line that a child writes to stdout: JSON with at least a type. */
export interface LogLine {
  readonly type: string
  readonly [field: string]: unknown
}

/** How a child is started. */
export interface ChildOptions {
  readonly name: string
  /** The script to run. */
  readonly script: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Where all that it says is kept. */
  readonly logFile: string
  /** Gets each line that the child writes. */
  readonly onLine?: (line: LogLine) => void
  /** Told when the child ends without having been asked to. */
  readonly onCrash: (error: TensorKitError) => void
}

/** The last lines of an error that a crash is explained by. */
const keptErrorLines = 12

/** How long a child may take to drain before it is killed, in ms. */
const stopTimeoutMs = 10_000

/** A child process that writes JSON lines to stdout and its log to stderr. */
export class Child {
  readonly name: string
  readonly #process: ChildProcess
  readonly #log: WriteStream
  readonly #listeners = new Set<(line: LogLine) => void>()
  readonly #errors: string[] = []
  /** Settles when the process is gone and its output read. */
  readonly exited: Promise<void>
  #expected = false

  private constructor({ name, script, args, env, logFile, onLine, onCrash }: ChildOptions) {
    this.name = name
    if (onLine) this.#listeners.add(onLine)
    this.#log = createWriteStream(logFile, { flags: 'a' })
    // Own group: Ctrl-C in a terminal reaches the runner alone, which then stops the children in order.
    this.#process = spawn(process.execPath, ['--enable-source-maps', script, ...args], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    })
    createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }).on('line', (text) => this.#onOutput(text))
    createInterface({ input: this.#process.stderr as NodeJS.ReadableStream }).on('line', (text) => this.#onError(text))
    this.exited = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        this.#log.end()
        if (!this.#expected) onCrash(this.#crash(signal ?? `exit code ${code}`))
        resolve()
      })
    })
    this.#process.on('error', (error) => this.#errors.push(error.message))
  }

  /** Starts a child. */
  static start(options: ChildOptions): Child {
    return new Child(options)
  }

  /**
   * Waits for a line.
   *
   * @returns The first line from now on that the predicate takes.
   * @throws CORE_TIMEOUT, CORE_ABORTED.
   */
  waitFor(
    what: string,
    predicate: (line: LogLine) => boolean,
    { timeoutMs = 60_000, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#listeners.delete(onLine)
        act()
      }
      const onLine = (line: LogLine) => {
        if (predicate(line)) settle(() => resolve(line))
      }
      const onAbort = () => settle(() => reject(signal?.reason))
      const timer = setTimeout(() => settle(() => reject(this.#late(what, timeoutMs))), timeoutMs)
      if (signal?.aborted) return onAbort()
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#listeners.add(onLine)
    })
  }

  /** Asks the child to drain, and kills it if it does not end in time. */
  async stop(): Promise<void> {
    this.#expected = true
    if (!this.#isRunning) return this.exited
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), stopTimeoutMs)
    await this.exited
    clearTimeout(timer)
  }

  /** Kills the child without a word, as a power cut would. */
  async kill(): Promise<void> {
    this.#expected = true
    if (this.#isRunning) this.#process.kill('SIGKILL')
    await this.exited
  }

  get #isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null
  }

  #onOutput(text: string): void {
    this.#log.write(`${text}\n`)
    const line = parseLine(text)
    if (!line) return
    for (const listener of [...this.#listeners]) listener(line)
  }

  #onError(text: string): void {
    this.#log.write(`${text}\n`)
    this.#errors.push(text)
    if (this.#errors.length > keptErrorLines) this.#errors.shift()
  }

  #crash(how: string): TensorKitError {
    return new TensorKitError('CORE_INTERNAL', `The process ${this.name} ended unexpectedly (${how})`, {
      facts: { log: this.#log.path.toString(), said: this.#errors.join('\n') },
      remedy: 'See what the process said; its log has the rest.',
    })
  }

  #late(what: string, timeoutMs: number): TensorKitError {
    return new TensorKitError('CORE_TIMEOUT', `The process ${this.name} did not say "${what}" in time`, {
      facts: { timeoutMs, log: this.#log.path.toString() },
    })
  }
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' ? (value as LogLine) : undefined
  } catch {
    return undefined
  }
}
