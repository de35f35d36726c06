import type { Clock } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { leadOf, maxLeadTurns } from './priority.js'

/** What {@link CallQueue} is made of. */
export interface CallQueueOptions {
  readonly maxConcurrent: number
  readonly maxQueued: number
  readonly clock: Clock
}

/** A call that asks for its turn. */
export interface Turn {
  readonly call: Pick<IncomingCall, 'deadlineMs' | 'onOver'>
  /** The higher, the sooner: the caller's stake, or what the axon's `priority` hook said. */
  readonly priority: bigint | number
}

interface Waiting {
  /** The turn by which it comes first; the lower, the sooner. */
  readonly rank: number
  readonly order: number
  readonly deadlineMs: number
  readonly settle: (outcome: Refusal | undefined) => void
}

// How much one turn moves the mean of the time between turns.
const smoothing = 0.1

/**
 * Gives calls their turn: so many at a time, then by priority and by how long they have waited.
 *
 * Each doubling of the priority is worth a lead of 16 turns, 1024 at most; turns that go to others make up for it. So
 * nobody waits for ever: whoever comes 1024 turns later is behind, whatever its priority. Bounded: when it is full, the
 * one that would come last is shed, be it the newcomer or not. Aware of deadlines: a call that would get its turn too late is
 * refused at once, and one whose caller left is forgotten.
 */
export class CallQueue {
  readonly #options: CallQueueOptions
  // Kept sorted, next one last. A look-up is O(log n); what moves are pointers: about 2 µs a turn with 1024
  // waiting, 10 with 8192, the most that limits allow. Unlike a heap it tells how many are ahead, and who is last.
  readonly #waiting: Waiting[] = []
  #running = 0
  #order = 0
  #turns = 0
  #lastTurnMs = 0
  #meanGapMs: number | undefined

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
  async enter({ call, priority }: Turn): Promise<Refusal | undefined> {
    if (this.tryEnter()) return undefined
    const { clock, maxQueued } = this.#options
    const waiting = this.#waiting
    const rank = this.#turns + maxLeadTurns - leadOf(priority)
    const order = this.#order++
    const at = this.#placeOf({ rank, order })
    if (waiting.length >= maxQueued && at === 0) return refusals.queueFull
    const ahead = waiting.length - at
    if (clock.nowMs() + (ahead + 1) * (this.#meanGapMs ?? 0) >= call.deadlineMs) return refusals.wouldBeLate
    if (waiting.length === 0) this.#lastTurnMs = clock.monotonicMs()
    return new Promise((settle) => {
      const newcomer: Waiting = { rank, order, deadlineMs: call.deadlineMs, settle }
      waiting.splice(at, 0, newcomer)
      if (waiting.length > maxQueued) waiting.shift()?.settle(refusals.shed)
      call.onOver(() => {
        const index = this.#placeOf(newcomer) - 1
        if (waiting[index] !== newcomer) return
        waiting.splice(index, 1)
        settle(refusals.deadline)
      })
    })
  }

  /** Gives a turn back, to the next one that can still use it. */
  leave(): void {
    const { clock } = this.#options
    const nowMs = clock.nowMs()
    for (;;) {
      const next = this.#waiting.pop()
      if (next === undefined) {
        this.#running--
        return
      }
      if (nowMs < next.deadlineMs) {
        this.#countTurn(clock.monotonicMs())
        next.settle(undefined)
        return
      }
      // Its timer is late, as on a busy machine: work that nobody waits for would make the others late too.
      next.settle(refusals.deadline)
    }
  }

  #countTurn(nowMs: number): void {
    const gapMs = nowMs - this.#lastTurnMs
    this.#meanGapMs = this.#meanGapMs === undefined ? gapMs : this.#meanGapMs + (gapMs - this.#meanGapMs) * smoothing
    this.#lastTurnMs = nowMs
    this.#turns++
  }

  /** The index behind all that come later than this one, and behind itself if it waits. */
  #placeOf({ rank, order }: Pick<Waiting, 'rank' | 'order'>): number {
    let [low, high] = [0, this.#waiting.length]
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#waiting[middle] as Waiting
      const comesSooner = other.rank < rank || (other.rank === rank && other.order < order)
      if (comesSooner) high = middle
      else low = middle + 1
    }
    return low
  }
}
