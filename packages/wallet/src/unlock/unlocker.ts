import { TensorKitError } from '@tensorkit/core'
import type { KeyInTheMaking, UnlockEngine } from './argon2-thread.js'
import { type KeyRecipe, startKey } from './key-recipe.js'

/** How far an unlock is. */
export interface UnlockProgress {
  readonly stage: 'queued' | 'deriving' | 'done'
  /** How many others go first. */
  readonly ahead: number
  /** Since it was asked for, in ms. */
  readonly elapsedMs: number
  /** How long the derivation may take by itself, in ms: rough, for a bar. From the last one, or a usual machine. */
  readonly expectedMs: number
}

/** What {@link createUnlocker} takes. */
export interface UnlockerOptions {
  /** Keys derived at once. Each takes 512 MiB and a core. @defaultValue 1 */
  readonly concurrency?: number
  /** Unlocks that may wait for their turn; more are refused with CORE_BUSY. @defaultValue 16 */
  readonly maxQueued?: number
  /** @defaultValue `auto`: the native addon `sodium-native` if it is installed, else WebAssembly. */
  readonly engine?: UnlockEngine
}

/** What a derivation takes besides the password. */
export interface DeriveOptions {
  readonly signal?: AbortSignal | undefined
  /** For waiting and deriving together, in ms. */
  readonly timeoutMs: number
  readonly onProgress?: ((progress: UnlockProgress) => void) | undefined
}

/** Turns passwords into keys, a bounded number at a time. */
export interface Unlocker {
  readonly engine: UnlockEngine
  /** How many are derived or wait. */
  readonly pending: number
  /** Refuses what waits (CORE_CLOSED), stops what runs, and waits until its memory is free. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const progressEveryMs = 250
// Of WebAssembly on a server of today.
const usualMs = 8000

class Turn {
  readonly options: DeriveOptions
  readonly recipe: KeyRecipe
  /** Ours, until the derivation takes it over. */
  readonly password: Uint8Array<ArrayBuffer>
  readonly startedMs = performance.now()
  readonly result: Promise<Uint8Array>
  making: KeyInTheMaking | undefined
  settled = false
  #resolve!: (key: Uint8Array) => void
  #reject!: (error: unknown) => void
  readonly #timers: NodeJS.Timeout[] = []
  readonly #onAbort = () => this.fail(new TensorKitError('CORE_ABORTED', 'Unlocking was aborted'))

  constructor(recipe: KeyRecipe, password: Uint8Array<ArrayBuffer>, options: DeriveOptions, report: () => void) {
    this.recipe = recipe
    this.password = password
    this.options = options
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    const { signal, timeoutMs, onProgress } = options
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    const late = () => this.fail(new TensorKitError('CORE_TIMEOUT', 'Unlocking took too long', { facts: { timeoutMs } }))
    this.#timers.push(setTimeout(late, timeoutMs))
    if (onProgress !== undefined) this.#timers.push(setInterval(report, progressEveryMs))
  }

  succeed(key: Uint8Array): void {
    if (this.settled) return void key.fill(0)
    this.#settle()
    this.#resolve(key)
  }

  fail(error: unknown): void {
    if (this.settled) return
    this.#settle()
    if (this.making === undefined) this.password.fill(0)
    else this.making.stop()
    this.#reject(error)
  }

  #settle(): void {
    this.settled = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.options.signal?.removeEventListener('abort', this.#onAbort)
  }
}

/** The queue behind {@link createUnlocker}. */
export class UnlockQueue implements Unlocker {
  readonly engine: UnlockEngine
  readonly #concurrency: number
  readonly #maxQueued: number
  readonly #waiting: Turn[] = []
  readonly #running = new Set<Turn>()
  #expectedMs = usualMs
  #isClosed = false

  constructor({ concurrency = 1, maxQueued = 16, engine = 'auto' }: UnlockerOptions = {}) {
    if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 64)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'concurrency must be a whole number from 1 to 64')
    if (!Number.isInteger(maxQueued) || maxQueued < 0)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'maxQueued must be a whole number, 0 or more')
    if (!['auto', 'wasm', 'native'].includes(engine))
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'engine must be auto, wasm or native')
    this.engine = engine
    this.#concurrency = concurrency
    this.#maxQueued = maxQueued
  }

  get pending(): number {
    return this.#waiting.length + this.#running.size
  }

  /**
   * The key of a password, in its turn.
   *
   * @param password - Wiped.
   * @returns A fresh copy, to be wiped.
   * @throws CORE_BUSY, CORE_ABORTED, CORE_TIMEOUT, CORE_CLOSED, WALLET_UNLOCK_FAILED, CORE_NOT_SUPPORTED.
   */
  derive(recipe: KeyRecipe, password: Uint8Array, options: DeriveOptions): Promise<Uint8Array> {
    const own = Uint8Array.from(password)
    password.fill(0)
    const refusal = this.#refusal(options)
    if (refusal !== undefined) {
      own.fill(0)
      return Promise.reject(refusal)
    }
    const turn: Turn = new Turn(recipe, own, options, () => this.#report(turn))
    this.#waiting.push(turn)
    this.#next()
    this.#report(turn)
    // Out of the queue at once, where it was given up while it waited.
    return turn.result.finally(() => this.#forget(turn))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const error = new TensorKitError('CORE_CLOSED', 'The unlocker was closed')
    const turns = [...this.#waiting, ...this.#running]
    for (const turn of turns) turn.fail(error)
    await Promise.all(turns.map(async (turn) => turn.making?.ended))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #refusal({ signal }: DeriveOptions): TensorKitError | undefined {
    if (this.#isClosed) return new TensorKitError('CORE_CLOSED', 'The unlocker was closed')
    if (signal?.aborted) return new TensorKitError('CORE_ABORTED', 'Unlocking was aborted')
    if (this.#running.size < this.#concurrency || this.#waiting.length < this.#maxQueued) return undefined
    return new TensorKitError('CORE_BUSY', 'Too many keys wait to be unlocked', { facts: { maxQueued: this.#maxQueued } })
  }

  #forget(turn: Turn): void {
    const index = this.#waiting.indexOf(turn)
    if (index >= 0) this.#waiting.splice(index, 1)
  }

  #next(): void {
    while (this.#running.size < this.#concurrency) {
      const turn = this.#waiting.shift()
      if (turn === undefined) return
      if (!turn.settled) void this.#start(turn)
    }
  }

  async #start(turn: Turn): Promise<void> {
    this.#running.add(turn)
    const startedMs = performance.now()
    try {
      turn.making = startKey(turn.recipe, turn.password, this.engine)
      const key = await turn.making.key
      if (turn.recipe.name === 'argon2i') this.#expectedMs = performance.now() - startedMs
      if (!turn.settled) this.#report(turn, 'done')
      turn.succeed(key)
    } catch (error) {
      turn.fail(error)
    }
    // The place is free when the memory is.
    await turn.making?.ended
    this.#running.delete(turn)
    this.#next()
  }

  #report(turn: Turn, stage?: 'done'): void {
    const { onProgress } = turn.options
    if (onProgress === undefined || turn.settled) return
    const place = this.#waiting.indexOf(turn)
    const progress: UnlockProgress = {
      stage: stage ?? (place >= 0 ? 'queued' : 'deriving'),
      ahead: place >= 0 ? place + this.#running.size : 0,
      elapsedMs: performance.now() - turn.startedMs,
      expectedMs: this.#expectedMs,
    }
    try {
      onProgress(progress)
    } catch (cause) {
      turn.fail(new TensorKitError('CORE_INVALID_ARGUMENT', 'onProgress threw', { cause }))
    }
  }
}

/**
 * A queue of unlocks of one's own, with its own bounds. Without one, a process shares one that derives a key at a time.
 *
 * @throws CORE_INVALID_ARGUMENT.
 */
export function createUnlocker(options: UnlockerOptions = {}): Unlocker {
  return new UnlockQueue(options)
}
