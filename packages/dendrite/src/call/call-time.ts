import type { Clock } from '@tensorkit/core'

/** How long a call of a round may wait for its place, at least: its own time begins there. */
const roundPlaceMs = 60_000

/** What a {@link CallTime} is made of. */
export interface CallTimeOptions {
  readonly clock: Clock
  /** When it was asked for, by the monotonic clock. */
  readonly askedMs: number
  readonly timeoutMs: number
  /** Whether its time begins with its place, as in a round: who queues behind others loses nothing by it. */
  readonly startsAtPlace: boolean
}

/**
 * The one deadline of a call: every wait takes what is left of it. A single call's runs from the moment at which it was asked for, the
 * wait for a place included; that of a call in a round from its place.
 */
export class CallTime {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #startsAtPlace: boolean
  #untilMs: number

  constructor({ clock, askedMs, timeoutMs, startsAtPlace }: CallTimeOptions) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#startsAtPlace = startsAtPlace
    this.#untilMs = startsAtPlace ? clock.monotonicMs() + Math.max(timeoutMs, roundPlaceMs) : askedMs + timeoutMs
  }

  /** In ms; none is left from 0 down. */
  get leftMs(): number {
    return this.#untilMs - this.#clock.monotonicMs()
  }

  /** The call has its place. */
  start(atMs: number): void {
    if (this.#startsAtPlace) this.#untilMs = atMs + this.#timeoutMs
  }
}
