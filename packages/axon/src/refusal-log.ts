import type { Clock, Logger } from '@tensorkit/core'
import type { Refusal } from './refusal.js'

/** What a {@link RefusalLog} is made of. */
export interface RefusalLogOptions {
  readonly logger: Logger
  readonly clock: Clock
  /** Lines a second and reason; what is more is counted and told in one line. @defaultValue 20 */
  readonly perSecond?: number
}

interface Count {
  /** The second that it counts for, by the monotonic clock. */
  second: number
  logged: number
  suppressed: number
}

// Reasons are this axon's own words, some dozens of them; should that change, memory stays bounded.
const maxReasons = 256

/**
 * Logs refusals, but no more of one reason than so many a second: strangers can be refused without end, and must not make
 * the log as long. What was left out is told as a number, with the first line of the reason after that second or by
 * {@link flush}. The metrics count all.
 */
export class RefusalLog {
  readonly #options: Required<RefusalLogOptions>
  readonly #counts = new Map<string, Count>()

  constructor(options: RefusalLogOptions) {
    this.#options = { perSecond: 20, ...options }
  }

  /** Logs a refused call, if there is room. An internal failure is an error, all else a warning. */
  refused({ reason, detail, status }: Pick<Refusal, 'reason' | 'status' | 'detail'>, fields: Readonly<Record<string, unknown>>): void {
    if (!this.#hasRoom(reason)) return
    const { logger } = this.#options
    const line = { reason, ...(detail !== undefined && { detail }), ...fields }
    if (status === 'INTERNAL') logger.error(line, 'call failed')
    else logger.warn(line, 'call refused')
  }

  /** Logs a refused connection, if there is room. */
  connectionRefused(reason: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.#hasRoom(reason)) this.#options.logger.warn({ reason, ...fields }, 'connection refused')
  }

  #hasRoom(reason: string): boolean {
    const { clock, perSecond } = this.#options
    const second = Math.floor(clock.monotonicMs() / 1000)
    const count = this.#countOf(reason, second)
    if (count === undefined) return false
    if (count.second !== second) {
      this.#tell(reason, count)
      count.second = second
      count.logged = 0
    }
    if (count.logged >= perSecond) {
      count.suppressed++
      return false
    }
    count.logged++
    return true
  }

  /** Tells what was left out so far: when the axon closes. */
  flush(): void {
    for (const [reason, count] of this.#counts) this.#tell(reason, count)
  }

  #countOf(reason: string, second: number): Count | undefined {
    const known = this.#counts.get(reason)
    if (known !== undefined || this.#counts.size >= maxReasons) return known
    const fresh = { second, logged: 0, suppressed: 0 }
    this.#counts.set(reason, fresh)
    return fresh
  }

  #tell(reason: string, count: Count): void {
    if (count.suppressed === 0) return
    this.#options.logger.warn({ reason, suppressed: count.suppressed }, 'more were refused')
    count.suppressed = 0
  }
}
