/** How many bytes may wait in one direction of a call before its sender is asked for patience: HTTP/2's first window. */
const windowBytes = 65_535

/** One direction of a call: messages in order, taken one at a time, with a window like HTTP/2's. */
export class MessagePipe {
  readonly #messages: Uint8Array[] = []
  #waitingBytes = 0
  #isEnded = false
  #take: ((message: Uint8Array | undefined) => void) | undefined
  #onRoom: (() => void)[] = []
  #onDrained: (() => void)[] = []

  /** Whether another message would be sent at once. */
  get hasRoom(): boolean {
    return this.#waitingBytes < windowBytes
  }

  /** Puts a message in. It is copied: sender and receiver share no memory, as over a network. @returns {@link hasRoom} after it. */
  push(message: Uint8Array): boolean {
    if (this.#isEnded) return true
    const copy = message.slice()
    const take = this.#take
    if (take !== undefined) {
      this.#take = undefined
      take(copy)
      return true
    }
    this.#messages.push(copy)
    this.#waitingBytes += copy.byteLength
    return this.hasRoom
  }

  /** Says that no message will follow. */
  end(): void {
    this.#isEnded = true
    this.#tellIfDrained()
  }

  /** Drops what waits, and ends. */
  cut(): void {
    this.#messages.length = 0
    this.#waitingBytes = 0
    this.end()
    this.#tellRoom()
  }

  /** Takes the next message; undefined at the end. One at a time. */
  take(): Promise<Uint8Array | undefined> {
    const next = this.#messages.shift()
    if (next !== undefined) {
      this.#waitingBytes -= next.byteLength
      if (this.hasRoom) this.#tellRoom()
      if (this.#isEnded) this.#tellIfDrained()
      return Promise.resolve(next)
    }
    if (this.#isEnded) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#take = resolve
    })
  }

  /** Resolves when there is room. */
  room(): Promise<void> {
    if (this.hasRoom) return Promise.resolve()
    return new Promise((resolve) => this.#onRoom.push(resolve))
  }

  /** Resolves when it has ended and nothing waits. */
  drained(): Promise<void> {
    if (this.#isEnded && this.#messages.length === 0) return Promise.resolve()
    return new Promise((resolve) => this.#onDrained.push(resolve))
  }

  #tellIfDrained(): void {
    if (this.#messages.length > 0) return
    const take = this.#take
    this.#take = undefined
    take?.(undefined)
    const waiting = this.#onDrained
    this.#onDrained = []
    for (const resolve of waiting) resolve()
  }

  #tellRoom(): void {
    const waiting = this.#onRoom
    this.#onRoom = []
    for (const resolve of waiting) resolve()
  }
}
