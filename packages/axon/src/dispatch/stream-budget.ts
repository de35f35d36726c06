import type { AxonLimits } from '../limits.js'

/** What one side of a stream may still carry. */
export class StreamBudget {
  #messages: number
  #bytes: number

  constructor(limits: Pick<AxonLimits, 'maxStreamMessages' | 'maxStreamBytes'>) {
    this.#messages = limits.maxStreamMessages
    this.#bytes = limits.maxStreamBytes
  }

  /** Takes one message. @returns What there is too much of, if anything. */
  take(bytes: number): 'messages' | 'bytes' | undefined {
    this.#messages--
    this.#bytes -= bytes
    if (this.#messages < 0) return 'messages'
    return this.#bytes < 0 ? 'bytes' : undefined
  }
}
