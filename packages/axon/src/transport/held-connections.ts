import type { Socket } from 'node:net'

// Those that came together must not all come back together: each waits for half as long to half as long again.
const jitter = 0.5
// Of all sources together: what is held costs a descriptor and a few kB.
const maxHeld = 256

/**
 * Refused connections that are kept waiting before they are closed: whoever waits for the end of one before it opens the next comes back
 * so much later. Nothing is read from them.
 */
export class HeldConnections {
  readonly #holdMs: number
  // In the order in which they came.
  readonly #held = new Set<Socket>()

  constructor(holdMs: number) {
    this.#holdMs = holdMs
  }

  /** How many wait. */
  get size(): number {
    return this.#held.size
  }

  /** Keeps one waiting; the one that has waited longest makes room for it. */
  hold(socket: Socket): void {
    const [longest] = this.#held
    if (this.#held.size >= maxHeld && longest !== undefined) this.#end(longest)
    socket.pause()
    this.#held.add(socket)
    const timer = setTimeout(() => this.#end(socket), this.#holdMs * (1 - jitter + 2 * jitter * Math.random()))
    timer.unref()
    socket.once('close', () => {
      clearTimeout(timer)
      this.#held.delete(socket)
    })
  }

  /** Ends all at once. */
  endAll(): void {
    for (const socket of this.#held) this.#end(socket)
  }

  // Without a farewell: it was told nothing so far.
  #end(socket: Socket): void {
    this.#held.delete(socket)
    socket.resetAndDestroy()
  }
}
