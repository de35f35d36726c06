import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Piscina } from 'piscina'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { joinBatches } from './signature-batch.js'

/** Signatures for the threads that are asked for, and answered, together. */
export interface SignatureJob<T> {
  /** How many signatures. */
  readonly count: number
  /** Packs them, as late as they are sent, so that no secret lies in the queue; what it gives is moved or wiped. */
  readonly pack: () => Uint8Array<ArrayBuffer>
  /** Reads the answers, which begin at this number among those of the message. */
  readonly read: (outcomes: Uint8Array, from: number) => T
  readonly signal?: AbortSignal | undefined
}

interface Pending extends SignatureJob<unknown> {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  isAborted: boolean
}

/** Messages that a thread has at a time: one in work, one at hand. */
const messagesPerThread = 2
/** Signatures in one message. */
export const maxBatch = 32

/** The worker's file stands beside the sources and is copied beside the build. */
function workerFile(): string {
  const file = fileURLToPath(new URL('./signature-worker.mjs', import.meta.url))
  if (existsSync(file)) return file
  throw new TensorKitError('CORE_INTERNAL', 'The file of the signature workers is not beside the code', {
    remedy: 'Leave @tensorkit/core out of bundles, or give createSignaturePool({ threads: 0 }).',
  })
}

/**
 * Worker threads for signatures, behind a bounded queue.
 *
 * None starts before the first job; idle ones end; none keeps a process alive that has nothing else to do.
 */
export class SignatureThreads {
  readonly threads: number
  readonly #maxQueued: number
  readonly #idleMs: number
  readonly #file: string
  #pool: Promise<Piscina> | undefined
  #waiting: Pending[] = []
  /** Signatures in `#waiting`. */
  #queued = 0
  readonly #inWork = new Set<readonly Pending[]>()
  /** Signatures in `#inWork`. */
  #working = 0
  #isDispatching = false
  #isClosed = false

  constructor(options: { readonly threads: number; readonly maxQueued: number; readonly idleMs: number }) {
    this.threads = options.threads
    this.#maxQueued = options.maxQueued
    this.#idleMs = options.idleMs
    this.#file = workerFile()
  }

  /** Signatures that wait or are in work. */
  get pending(): number {
    return this.#queued + this.#working
  }

  /** @throws CORE_BUSY, CORE_CLOSED or CORE_ABORTED if one more job of so many signatures is not taken in. */
  assertRoom(count: number, signal?: AbortSignal): void {
    if (this.#isClosed) throw closed()
    if (signal?.aborted) throw aborted(signal)
    if (this.pending + count > this.#maxQueued) {
      throw new TensorKitError('CORE_BUSY', 'The queue of the signature pool is full', {
        facts: { maxQueued: this.#maxQueued, pending: this.pending, count },
      })
    }
  }

  /** @throws CORE_BUSY, CORE_CLOSED, CORE_ABORTED, CORE_INTERNAL, and what `pack` and `read` throw. */
  run<T>(job: SignatureJob<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.assertRoom(job.count, job.signal)
      const { count, pack, read, signal } = job
      const pending: Pending = { count, pack, read, resolve: resolve as Pending['resolve'], reject, isAborted: false }
      this.#waiting.push(signal === undefined ? pending : this.#abortable(pending, signal))
      this.#queued += count
      if (this.#isDispatching) return
      // In a microtask, so that jobs that come together go together.
      this.#isDispatching = true
      queueMicrotask(() => this.#dispatch())
    })
  }

  /** Refuses what waits, and ends the threads. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of [...this.#waiting, ...[...this.#inWork].flat()]) job.reject(closed())
    this.#waiting = []
    this.#queued = 0
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }

  #abortable(job: Pending, signal: AbortSignal): Pending {
    const end = (settle: (value: unknown) => void) => (value: unknown) => {
      signal.removeEventListener('abort', onAbort)
      settle(value)
    }
    const own: Pending = { ...job, resolve: end(job.resolve), reject: end(job.reject) }
    const onAbort = () => {
      own.isAborted = true
      const at = this.#waiting.indexOf(own)
      if (at >= 0) {
        this.#waiting.splice(at, 1)
        this.#queued -= own.count
      }
      job.reject(aborted(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    return own
  }

  #dispatch(): void {
    this.#isDispatching = false
    while (this.#waiting.length > 0 && this.#inWork.size < this.threads * messagesPerThread) {
      const jobs = this.#take()
      const count = jobs.reduce((sum, job) => sum + job.count, 0)
      this.#queued -= count
      this.#working += count
      this.#inWork.add(jobs)
      void this.#send(jobs).finally(() => {
        this.#inWork.delete(jobs)
        this.#working -= count
        this.#dispatch()
      })
    }
  }

  /** An even share for each thread, in one message: each costs as much as some signatures. */
  #take(): readonly Pending[] {
    const share = Math.min(maxBatch, Math.ceil(this.#queued / this.threads))
    let [taken, count] = [0, 0]
    for (const job of this.#waiting) {
      if (taken > 0 && count + job.count > share) break
      count += job.count
      taken += 1
    }
    return this.#waiting.splice(0, taken)
  }

  async #send(jobs: readonly Pending[]): Promise<void> {
    try {
      this.#pool ??= this.#start()
      const pool = await this.#pool
      const sent: Pending[] = []
      const packed: Uint8Array<ArrayBuffer>[] = []
      for (const job of jobs) {
        if (job.isAborted || this.#isClosed) continue
        try {
          packed.push(job.pack())
          sent.push(job)
        } catch (error) {
          job.reject(error)
        }
      }
      if (sent.length === 0) return
      const batch = joinBatches(packed)
      const outcomes: Uint8Array = await pool.run(batch, { transferList: [batch.buffer] })
      let from = 0
      for (const job of sent) {
        settle(job, outcomes, from)
        from += job.count
      }
    } catch (cause) {
      const error = new TensorKitError('CORE_INTERNAL', 'A signature worker failed', { cause })
      for (const job of jobs) job.reject(error)
    }
  }

  async #start(): Promise<Piscina> {
    // Loaded with the first job: most processes never need a thread. The default export is the one that require() has too.
    const { default: Pool } = await import('piscina')
    return new Pool({
      filename: this.#file,
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: this.#idleMs,
      concurrentTasksPerWorker: messagesPerThread,
      // What the main program was started with (loaders, inspectors) is nothing to these threads.
      execArgv: [],
      recordTiming: false,
    })
  }
}

function settle(job: Pending, outcomes: Uint8Array, from: number): void {
  try {
    job.resolve(job.read(outcomes, from))
  } catch (error) {
    job.reject(error)
  }
}

const closed = () => new TensorKitError('CORE_CLOSED', 'The signature pool was closed')
const aborted = (signal: AbortSignal) => new TensorKitError('CORE_ABORTED', 'The signature is no longer wanted', { cause: signal.reason })
