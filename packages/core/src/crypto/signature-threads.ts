import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Piscina } from 'piscina'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { packTasks, type SignatureResult, type SignatureTask, unpackResult } from './signature-batch.js'

interface Job {
  /** Made as late as it is sent, so that no secret lies in the queue. */
  readonly task: () => SignatureTask
  readonly resolve: (result: SignatureResult) => void
  readonly reject: (error: unknown) => void
  isAborted: boolean
}

/** Batches that a thread has at a time: one in work, one at hand. */
const batchesPerThread = 2
const maxBatch = 32

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
  readonly #threads: number
  readonly #maxQueued: number
  readonly #idleMs: number
  readonly #file: string
  #pool: Promise<Piscina> | undefined
  #waiting: Job[] = []
  #inFlight = new Set<Job>()
  #batches = 0
  #isClosed = false

  constructor(options: { readonly threads: number; readonly maxQueued: number; readonly idleMs: number }) {
    this.#threads = options.threads
    this.#maxQueued = options.maxQueued
    this.#idleMs = options.idleMs
    this.#file = workerFile()
  }

  /** Jobs that wait or are in work. */
  get pending(): number {
    return this.#waiting.length + this.#inFlight.size
  }

  /** @throws CORE_BUSY, CORE_CLOSED, CORE_ABORTED, CORE_INTERNAL. */
  run(task: () => SignatureTask, signal?: AbortSignal): Promise<SignatureResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new TensorKitError('CORE_CLOSED', 'The signature pool was closed'))
      if (signal?.aborted) return reject(aborted(signal))
      if (this.pending >= this.#maxQueued) {
        return reject(new TensorKitError('CORE_BUSY', 'The queue of the signature pool is full', { facts: { maxQueued: this.#maxQueued } }))
      }
      const onAbort = () => {
        job.isAborted = true
        this.#waiting = this.#waiting.filter((other) => other !== job)
        reject(aborted(signal as AbortSignal))
      }
      const job: Job = {
        task,
        isAborted: false,
        resolve: (result) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(result)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(job)
      // In a microtask, so that jobs that come together go together.
      if (this.#waiting.length === 1) queueMicrotask(() => this.#dispatch())
    })
  }

  /** Refuses what waits, and ends the threads. */
  async close(): Promise<void> {
    this.#isClosed = true
    const error = new TensorKitError('CORE_CLOSED', 'The signature pool was closed')
    for (const job of [...this.#waiting.splice(0), ...this.#inFlight]) job.reject(error)
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }

  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#batches < this.#threads * batchesPerThread) {
      // An even share for each thread, in one message: each costs as much as some signatures.
      const jobs = this.#waiting.splice(0, Math.min(maxBatch, Math.ceil(this.#waiting.length / this.#threads)))
      this.#batches += 1
      for (const job of jobs) this.#inFlight.add(job)
      void this.#send(jobs).finally(() => {
        this.#batches -= 1
        for (const job of jobs) this.#inFlight.delete(job)
        this.#dispatch()
      })
    }
  }

  async #send(jobs: readonly Job[]): Promise<void> {
    try {
      this.#pool ??= this.#start()
      const pool = await this.#pool
      const sent: Job[] = []
      const tasks: SignatureTask[] = []
      for (const job of jobs) {
        if (job.isAborted || this.#isClosed) continue
        try {
          tasks.push(job.task())
          sent.push(job)
        } catch (error) {
          job.reject(error)
        }
      }
      if (tasks.length === 0) return
      const batch = packTasks(tasks)
      for (const { secretKey } of tasks) secretKey?.fill(0)
      const results: Uint8Array = await pool.run(batch, { transferList: [batch.buffer] })
      for (const [index, job] of sent.entries()) job.resolve(unpackResult(results, index))
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
      maxThreads: this.#threads,
      idleTimeout: this.#idleMs,
      concurrentTasksPerWorker: batchesPerThread,
      // What the main program was started with (loaders, inspectors) is nothing to these threads.
      execArgv: [],
      recordTiming: false,
    })
  }
}

const aborted = (signal: AbortSignal) => new TensorKitError('CORE_ABORTED', 'The signature is no longer wanted', { cause: signal.reason })
