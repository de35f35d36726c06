import type { Clock } from '@tensorkit/core'
import type { ReplyTimings } from '../reply.js'
import type { CallEnd } from '../transport/client-transport.js'

/** Takes the times of one call. */
export class Marks {
  readonly #clock: Clock
  readonly #askedMs: number
  #startedMs: number | undefined
  #connectMs = 0
  #firstByteMs: number | undefined
  /** When the last attempt was given to the transport, by its own clock. */
  #handedMs = 0
  #readyMs = 0

  constructor(clock: Clock, askedMs: number) {
    this.#clock = clock
    this.#askedMs = askedMs
  }

  /** The call has its place. */
  start(): number {
    this.#startedMs = this.#clock.monotonicMs()
    return this.#startedMs
  }

  /** Everything is there for the request to go out. */
  ready(): void {
    this.#readyMs = this.#clock.monotonicMs()
    this.#handedMs = performance.now()
    this.#connectMs = this.#readyMs - (this.#startedMs ?? this.#readyMs)
  }

  /** The first byte of the answer came. */
  ended({ sentMs, firstByteMs }: Pick<CallEnd, 'sentMs' | 'firstByteMs'>): void {
    if (sentMs === undefined) return
    this.#connectMs += Math.max(0, sentMs - this.#handedMs)
    if (firstByteMs !== undefined) this.#firstByteMs = Math.max(0, firstByteMs - sentMs)
  }

  take(): ReplyTimings {
    const nowMs = this.#clock.monotonicMs()
    const startedMs = this.#startedMs ?? nowMs
    return {
      queueMs: startedMs - this.#askedMs,
      connectMs: this.#connectMs,
      firstByteMs: this.#firstByteMs,
      callMs: nowMs - startedMs,
      totalMs: nowMs - this.#askedMs,
    }
  }
}
