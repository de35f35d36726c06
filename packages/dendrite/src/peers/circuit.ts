/** What {@link Circuit} is made of. */
export interface CircuitOptions {
  /** Transport failures in a row that open it. */
  readonly threshold: number
  /** How long it stays open the first time, in ms; doubled each time after. */
  readonly firstOpenMs: number
  readonly maxOpenMs: number
}

/** The circuit of every dendrite: a peer that is down costs one try a minute. */
export const circuitDefaults: CircuitOptions = { threshold: 5, firstOpenMs: 1_000, maxOpenMs: 60_000 }

/** `closed`: calls go out. `open`: they fail at once. `half-open`: one goes out, to see. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** How a call may go on: `trial` decides whether the circuit closes. */
export type CircuitPass = { readonly isOpen: false; readonly isTrial: boolean } | { readonly isOpen: true; readonly retryAfterMs: number }

const pass: CircuitPass = { isOpen: false, isTrial: false }
const trial: CircuitPass = { isOpen: false, isTrial: true }

/**
 * Spares a peer that cannot be reached, and the caller the wait. Only the transport's failures count: what an application answers,
 * refusals too, shows that the peer is there.
 */
export class Circuit {
  readonly #options: CircuitOptions
  #failures = 0
  #openForMs = 0
  #openUntilMs = 0
  #isTried = false

  constructor(options: CircuitOptions = circuitDefaults) {
    this.#options = options
  }

  /** Transport failures in a row. */
  get failures(): number {
    return this.#failures
  }

  state(nowMs: number): CircuitState {
    if (this.#openForMs === 0) return 'closed'
    return nowMs < this.#openUntilMs ? 'open' : 'half-open'
  }

  /** Asks for a call. A `trial` must be followed by {@link succeed}, {@link fail} or {@link forget}. */
  enter(nowMs: number): CircuitPass {
    if (this.#openForMs === 0) return pass
    if (nowMs < this.#openUntilMs) return { isOpen: true, retryAfterMs: this.#openUntilMs - nowMs }
    if (this.#isTried) return { isOpen: true, retryAfterMs: 0 }
    this.#isTried = true
    return trial
  }

  /** The peer answered, whatever it was. */
  succeed(): void {
    this.#failures = 0
    this.#openForMs = 0
    this.#isTried = false
  }

  /** The transport failed. */
  fail(nowMs: number): void {
    this.#failures++
    if (this.#failures < this.#options.threshold) return
    // Calls that were under way when it opened say nothing new; what fails once it may be tried again does, even if its trial was given up.
    if (nowMs < this.#openUntilMs) return
    this.#openForMs = this.#openForMs === 0 ? this.#options.firstOpenMs : Math.min(2 * this.#openForMs, this.#options.maxOpenMs)
    this.#openUntilMs = nowMs + this.#openForMs
    this.#isTried = false
  }

  /** A trial ended without saying anything about the peer: the next call is the trial. */
  forget(): void {
    this.#isTried = false
  }
}
