/** Lets a waiter pass once each party has come to a block. */
export class Barrier {
  readonly #reached: Map<number, number>
  readonly #signal: AbortSignal
  #wake: (() => void) | undefined

  /** @param parties - Their numbers. @param signal - Ends every wait with its reason. */
  constructor(parties: readonly number[], signal: AbortSignal) {
    this.#reached = new Map(parties.map((party) => [party, -1]))
    this.#signal = signal
    signal.addEventListener('abort', () => this.#wake?.(), { once: true })
  }

  /** A party is through with a block. */
  report(party: number, block: number): void {
    this.#reached.set(party, Math.max(block, this.#reached.get(party) ?? -1))
    this.#wake?.()
  }

  /** Waits until all parties are through with a block. One waiter at a time. */
  async passed(block: number): Promise<void> {
    for (;;) {
      this.#signal.throwIfAborted()
      if ([...this.#reached.values()].every((reached) => reached >= block)) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
