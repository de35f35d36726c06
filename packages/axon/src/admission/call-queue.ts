import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'

/** What {@link CallQueue} is made of. */
export interface CallQueueOptions {
  readonly maxConcurrent: number
  readonly maxQueued: number
}

/** A call that asks for its turn. */
export interface Turn {
  readonly call: Pick<IncomingCall, 'deadlineMs' | 'onOver'>
  /** The higher, the sooner: the caller's stake. */
  readonly priority: bigint
  /** Unix ms. */
  readonly nowMs: number
}

interface Waiting {
  readonly priority: bigint
  readonly order: number
  readonly settle: (outcome: Refusal | undefined) => void
}

// How much one finished call moves the mean of the time that calls take.
const smoothing = 0.1

/**
 * Gives calls their turn: so many at a time, then by stake, then by arrival.
 *
 * Bounded, and aware of deadlines: a call that would get its turn too late is refused at once, and one whose caller
 * left is forgotten.
 */
export class CallQueue {
  readonly #options: CallQueueOptions
  // Kept sorted, next one last: a queue this short is cheaper as an array than as a heap.
  readonly #waiting: Waiting[] = []
  #running = 0
  #order = 0
  #meanMs = 0

  constructor(options: CallQueueOptions) {
    this.#options = options
  }

  /** How many run. */
  get running(): number {
    return this.#running
  }

  /** How many wait. */
  get queued(): number {
    return this.#waiting.length
  }

  /**
   * Takes a turn at once.
   *
   * @returns Whether it was free. If so, {@link leave} must follow.
   */
  tryEnter(): boolean {
    if (this.#running >= this.#options.maxConcurrent) return false
    this.#running++
    return true
  }

  /** Waits for a turn. @returns Undefined when it has come, and then {@link leave} must follow; else why it will not. */
  async enter({ call, priority, nowMs }: Turn): Promise<Refusal | undefined> {
    if (this.tryEnter()) return undefined
    if (this.#waiting.length >= this.#options.maxQueued) return refusals.queueFull
    const order = this.#order++
    const at = this.#place(priority, order)
    const ahead = this.#waiting.length - at
    const expectedMs = (Math.floor(ahead / this.#options.maxConcurrent) + 1) * this.#meanMs
    if (nowMs + expectedMs > call.deadlineMs) return refusals.wouldBeLate
    return new Promise((resolve) => {
      const waiting: Waiting = { priority, order, settle: resolve }
      this.#waiting.splice(at, 0, waiting)
      call.onOver(() => {
        const index = this.#waiting.indexOf(waiting)
        if (index === -1) return
        this.#waiting.splice(index, 1)
        resolve(refusals.deadline)
      })
    })
  }

  /** Gives a turn back. @param tookMs - How long it was used. */
  leave(tookMs: number): void {
    this.#meanMs += (tookMs - this.#meanMs) * smoothing
    const next = this.#waiting.pop()
    if (next === undefined) this.#running--
    else next.settle(undefined)
  }

  /** Where a newcomer belongs: before all that come sooner. */
  #place(priority: bigint, order: number): number {
    let [low, high] = [0, this.#waiting.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#waiting[middle] as Waiting
      const comesSooner = other.priority > priority || (other.priority === priority && other.order < order)
      if (comesSooner) high = middle
      else low = middle + 1
    }
    return low
  }
}
