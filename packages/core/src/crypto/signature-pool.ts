import { availableParallelism } from 'node:os'
import { TensorKitError } from '../errors/tensorkit-error.js'
import type { Signer } from '../interfaces/signer.js'
import type { KeyPair } from './key-pair.js'
import { signOne, verifyEach, verifyOne } from './signature-jobs.js'
import { maxBatch, SignatureThreads } from './signature-threads.js'
import { keyPairOfSigner } from './signer.js'
import { isForEngine, type VerifySignatureOptions, verifySignature } from './verify-signature.js'

/** What {@link createSignaturePool} takes. */
export interface SignaturePoolOptions {
  /**
   * Worker threads at most; 0 for none, all in the main thread. Each takes about 10 MB.
   *
   * @defaultValue one less than the machine's cores, from 1 to 4: the main thread has work of its own.
   */
  readonly threads?: number
  /**
   * Signatures that wait for threads or are in work there; one more is refused with CORE_BUSY.
   *
   * @defaultValue 1,024: under half a second of work for one thread, well inside the freshness window.
   */
  readonly maxQueued?: number
  /**
   * Below how many signatures, in this turn of the event loop and in threads, one is done at once in the main thread. So many in a turn are
   * done there too when the threads are behind.
   *
   * @defaultValue 4: they hold the event loop up for about 1 ms, and one alone is done sooner than handed over.
   */
  readonly inlineBelow?: number
  /** After how long without work a thread ends, in ms. @defaultValue 60,000: a start takes about 200 ms. */
  readonly idleMs?: number
}

/** With so many to do for each, the threads are behind: the main thread does its share rather than wait for them. */
const backlogPerThread = 16

/** As for `verifySignature`, and when to give up. */
export interface PooledVerifyOptions extends VerifySignatureOptions {
  /** Stops waiting: CORE_ABORTED. */
  readonly signal?: AbortSignal
}

/** Checks and makes signatures: at once while few are wanted, in worker threads when many are. */
export interface SignaturePool extends AsyncDisposable {
  /**
   * As `verifySignature`: the same rules, the same answers.
   *
   * @throws CORE_NOT_READY for sr25519 before `initCrypto`. The promise fails with CORE_BUSY if the queue is full, CORE_CLOSED,
   * CORE_ABORTED, and CORE_INTERNAL if a thread failed: no failure is ever an answer.
   */
  verify(options: PooledVerifyOptions): boolean | Promise<boolean>
  /**
   * Many at once: a promise and a message to a thread for all, not one for each. The answers stand in the order of the inputs.
   *
   * @throws As `verify`; CORE_BUSY if they do not all fit the queue. It is all or nothing: a failure answers none.
   * @example
   * ```ts
   * const held = await pool.verifyMany(receipts)
   * ```
   */
  verifyMany(inputs: readonly VerifySignatureOptions[], options?: { readonly signal?: AbortSignal }): Promise<boolean[]>
  /**
   * The same key, signing by way of the pool.
   *
   * The secret of a signer of this package goes to the threads with each signature, moved and wiped there. Any other signer
   * (a remote one, one of another copy of this package) signs as it did.
   */
  signer(signer: Signer): Signer
  /** Signatures that wait for threads or are in work there. */
  readonly pending: number
  /** The bound of `pending`: what `maxQueued` says. */
  readonly maxQueued: number
  /** Refuses what waits (CORE_CLOSED) and ends the threads. */
  close(): Promise<void>
}

/**
 * Makes a pool of signature workers.
 *
 * No thread starts before it is needed, and none keeps the process alive. What is handed over is copied.
 *
 * @throws CORE_INVALID_ARGUMENT if an option is malformed; CORE_INTERNAL if the worker's file is missing (a bundle).
 * @example
 * ```ts
 * await initCrypto()
 * const pool = createSignaturePool()
 * const outcome = await verifyBtauth({ ...request, verify: pool.verify })
 * await pool.close()
 * ```
 */
export function createSignaturePool(options: SignaturePoolOptions = {}): SignaturePool {
  const threadCount = integer('threads', options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1)), 0)
  const maxQueued = integer('maxQueued', options.maxQueued ?? 1024, 1)
  const inlineBelow = integer('inlineBelow', options.inlineBelow ?? 4, 0)
  const idleMs = integer('idleMs', options.idleMs ?? 60_000, 0)
  const threads = threadCount === 0 ? undefined : new SignatureThreads({ threads: threadCount, maxQueued, idleMs })
  let inlineThisTurn = 0
  let isClosed = false

  /** Whether so many more may be done at once; counts them. */
  function takeInline(count: number): boolean {
    if (threads === undefined) return true
    const isBehind = threads.pending >= threadCount * backlogPerThread
    if (inlineThisTurn + (isBehind ? 0 : threads.pending) + count > inlineBelow) return false
    if (inlineThisTurn === 0) {
      setImmediate(() => {
        inlineThisTurn = 0
      })
    }
    inlineThisTurn += count
    return true
  }

  function assertOpen(): void {
    if (isClosed) throw new TensorKitError('CORE_CLOSED', 'The signature pool was closed')
  }

  async function signWith(pair: KeyPair, signer: Signer, message: Uint8Array): Promise<Uint8Array> {
    assertOpen()
    if (threads === undefined || !(message instanceof Uint8Array) || takeInline(1)) return signer.sign(message)
    return threads.run(signOne(pair, message))
  }

  async function verifyMany(
    inputs: readonly VerifySignatureOptions[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<boolean[]> {
    assertOpen()
    const answers = inputs.map(() => false)
    const toDo = inputs.flatMap((input, index) => (isForEngine(input) ? [index] : []))
    if (threads === undefined || takeInline(toDo.length)) {
      for (const index of toDo) answers[index] = verifySignature(inputs[index] as VerifySignatureOptions)
      return answers
    }
    threads.assertRoom(toDo.length, signal)
    const share = Math.min(maxBatch, Math.ceil(toDo.length / threadCount))
    const parts = []
    for (let from = 0; from < toDo.length; from += share) {
      const indexes = toDo.slice(from, from + share)
      const job = verifyEach(
        indexes.map((index) => inputs[index] as VerifySignatureOptions),
        signal,
      )
      parts.push(
        threads.run(job).then((verdicts) => {
          for (const [at, index] of indexes.entries()) answers[index] = verdicts[at] === true
        }),
      )
    }
    await Promise.all(parts)
    return answers
  }

  const close = async () => {
    isClosed = true
    await threads?.close()
  }
  return {
    maxQueued,
    get pending() {
      return threads?.pending ?? 0
    },
    verify: (input) => {
      if (isClosed) return Promise.reject(new TensorKitError('CORE_CLOSED', 'The signature pool was closed'))
      if (!isForEngine(input)) return false
      if (threads === undefined || takeInline(1)) return verifySignature(input)
      return threads.run(verifyOne(input, input.signal))
    },
    verifyMany,
    signer: (signer) => {
      const pair = keyPairOfSigner(signer)
      if (pair === undefined) return signer
      const { address, publicKey, scheme } = signer
      return { address, publicKey, scheme, sign: (message) => signWith(pair, signer, message) }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function integer(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be an integer, ${least} or more`, { facts: { [name]: String(value) } })
}
