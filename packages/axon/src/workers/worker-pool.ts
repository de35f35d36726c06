import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TensorKitError } from '@tensorkit/core'
import type { Piscina } from 'piscina'
import type { CallContext } from '../call-context.js'
import { transferList } from './transfer-list.js'

/** What {@link workerPool} is given. */
export interface WorkerPoolOptions {
  /** The module whose exports are the handlers: `new URL('./model.js', import.meta.url)`, or an absolute path. */
  readonly module: URL | string
  /** Threads, all of which stay, so that a model is loaded once in each. @defaultValue one less than the machine's cores, at least 1 */
  readonly threads?: number
  /** Calls that wait for a thread; one more is refused with `RESOURCE_EXHAUSTED`. @defaultValue four for each thread */
  readonly maxQueued?: number
  /**
   * Whether memory is moved between threads instead of copied: tensors and byte strings, in both directions. What a handler returns is
   * then gone from its thread: have it return a copy of what it keeps. @defaultValue true
   */
  readonly isMoving?: boolean
  /** Limits of each thread's memory, in MB, as `worker_threads` has them. @defaultValue Node's own */
  readonly resourceLimits?: { readonly maxOldGenerationSizeMb?: number; readonly maxYoungGenerationSizeMb?: number }
}

/** What a handler in a thread is told about its call. There is no signal: a call that is over ends the thread. */
export type WorkerCallContext = Pick<CallContext, 'caller' | 'hotkey' | 'path' | 'deadline'>

/** Threads that run handlers. */
export interface WorkerPool extends AsyncDisposable {
  /**
   * A unary handler that runs an export of the module, `(request, context: WorkerCallContext) => response`, in a thread.
   *
   * When the caller leaves or the deadline passes, a call that waits is dropped and one that runs ends its thread, busy loop or not; a
   * new thread takes its place.
   */
  handler<Q, S>(exportName: string): (request: Q, context: CallContext) => Promise<S>
  /** Calls that wait for a thread. */
  readonly queued: number
  /** Ends all threads, and what runs in them. */
  close(): Promise<void>
}

/**
 * Runs handlers that keep a CPU busy in worker threads, so that they block neither health nor cancellation nor other callers.
 *
 * Needs `piscina`, an optional peer of this package. Threads start with the first call.
 *
 * @throws CORE_INVALID_ARGUMENT for options that make no sense.
 * @example
 * ```ts
 * const pool = workerPool({ module: new URL('./model.js', import.meta.url), threads: 4 })
 * axon.implement(Forecaster, { predict: pool.handler('predict') })
 * ```
 */
export function workerPool(options: WorkerPoolOptions): WorkerPool {
  const { threads = Math.max(1, availableParallelism() - 1), isMoving = true } = options
  const { maxQueued = 4 * threads } = options
  assertCount('threads', threads, 1)
  assertCount('maxQueued', maxQueued, 0)
  const module = (typeof options.module === 'string' ? pathToFileURL(options.module) : options.module).href
  return new ThreadPool({ ...options, threads, maxQueued, isMoving, module })
}

type ResolvedOptions = WorkerPoolOptions &
  Required<Pick<WorkerPoolOptions, 'threads' | 'maxQueued' | 'isMoving'>> & { readonly module: string }

class ThreadPool implements WorkerPool {
  readonly #options: ResolvedOptions
  #pool: Promise<Piscina> | undefined
  // Calls that wait or run.
  #pending = 0
  #isClosed = false

  constructor(options: ResolvedOptions) {
    this.#options = options
  }

  get queued(): number {
    return Math.max(0, this.#pending - this.#options.threads)
  }

  handler<Q, S>(exportName: string): (request: Q, context: CallContext) => Promise<S> {
    const { module, isMoving, threads, maxQueued } = this.#options
    return async (request, { caller, hotkey, path, deadline, signal }) => {
      if (this.#isClosed) throw new TensorKitError('CORE_CLOSED', 'The pool of workers is closed')
      if (this.#pending >= threads + maxQueued)
        throw new TensorKitError('CORE_BUSY', 'The pool of workers has no room for more calls', { facts: { threads, maxQueued } })
      this.#pending++
      try {
        this.#pool ??= start(this.#options)
        const pool = await this.#pool
        signal.throwIfAborted()
        const context: WorkerCallContext = { caller, hotkey, path, deadline }
        const task = { module, name: exportName, request, context, isMoving }
        return (await pool.run(task, { signal, ...(isMoving && { transferList: transferList(request) }) })) as S
      } catch (cause) {
        if (signal.aborted) throw signal.reason
        throw TensorKitError.isInstance(cause) ? cause : failure(cause, exportName)
      } finally {
        this.#pending--
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const pool = await this.#pool?.catch(() => undefined)
    await pool?.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

async function start({ threads, resourceLimits }: ResolvedOptions): Promise<Piscina> {
  const { default: Pool } = await import('piscina').catch((cause: unknown) => {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'A pool of workers needs the package piscina', {
      cause,
      remedy: 'Install piscina beside @tensorkit/axon.',
    })
  })
  return new Pool({
    filename: workerFile(),
    minThreads: threads,
    maxThreads: threads,
    ...(resourceLimits !== undefined && { resourceLimits }),
  })
}

/** The worker's file stands beside the sources and is copied beside the build. */
function workerFile(): string {
  const file = fileURLToPath(new URL('./handler-worker.mjs', import.meta.url))
  if (existsSync(file)) return file
  throw new TensorKitError('CORE_INTERNAL', 'The file of the worker threads is not beside the code', {
    remedy: 'Leave @tensorkit/axon out of bundles.',
  })
}

const failure = (cause: unknown, exportName: string) =>
  new TensorKitError('AXON_WORKER_FAILED', 'A handler failed in its worker thread', { cause, facts: { handler: exportName } })

function assertCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} of a pool of workers must be an integer from ${least}`, {
    facts: { [name]: String(value) },
  })
}
