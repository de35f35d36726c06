import type { ClientCall } from '../transport/client-transport.js'

/** What is read ahead of the consumer; the rest stays with the peer. */
const aheadBytes = 64 * 1024
const aheadMessages = 64

interface Waiting<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void
}

/** The receiving half of a stream: asks for messages one at a time, no further ahead of its consumer than a bound. */
export class Inbox<T> {
  #call: ClientCall | undefined
  #isReading = false
  #isOver = false
  readonly #messages: { readonly value: T; readonly bytes: number }[] = []
  readonly #waiting: Waiting<T>[] = []
  #queuedBytes = 0

  /** @param onDrained - Told when it is over and everything is taken. */
  constructor(readonly onDrained: () => void) {}

  /** Bytes that came and were not taken. */
  get queuedBytes(): number {
    return this.#queuedBytes
  }

  attach(call: ClientCall): void {
    this.#call = call
    this.#isReading = false
    this.#readOn()
  }

  put(value: T, bytes: number): void {
    this.#isReading = false
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) waiting.resolve({ done: false, value })
    else {
      this.#messages.push({ value, bytes })
      this.#queuedBytes += bytes
    }
    this.#readOn()
  }

  /** Nothing more will come. What came may still be taken. */
  close(): void {
    this.#isOver = true
    this.#call = undefined
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ done: true, value: undefined })
    if (this.#messages.length === 0) this.onDrained()
  }

  /** Gives up what was not taken. */
  clear(): void {
    this.#messages.length = 0
    this.#queuedBytes = 0
    if (this.#isOver) this.onDrained()
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const message = this.#messages.shift()
    if (message !== undefined) {
      this.#queuedBytes -= message.bytes
      if (this.#isOver && this.#messages.length === 0) this.onDrained()
      else this.#readOn()
      return Promise.resolve({ done: false, value: message.value })
    }
    if (this.#isOver) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#waiting.push({ resolve }))
  }

  #readOn(): void {
    if (this.#call === undefined || this.#isReading || this.#queuedBytes >= aheadBytes || this.#messages.length >= aheadMessages) return
    this.#isReading = true
    this.#call.read()
  }
}
