import type { Connection } from '@tensorkit/axon'

/** A connection without a socket: plain text, as far as a session's text is concerned. */
export class MemoryConnection implements Connection {
  readonly id: number
  readonly address: string
  readonly source: string
  readonly spkiSha256 = '-'
  #isOpen = true
  #isProved = false
  #closeListeners: (() => void)[] = []
  readonly #calls = new Set<{ lose(): void }>()

  constructor(id: number, source: string) {
    this.id = id
    this.source = source
    this.address = source
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Whether a call on it proved a hotkey. */
  get isProved(): boolean {
    return this.#isProved
  }

  markProved(): void {
    this.#isProved = true
  }

  onClose(listener: () => void): void {
    if (this.#isOpen) this.#closeListeners.push(listener)
    else listener()
  }

  /** Keeps a call for as long as it is in flight: it is lost with the connection. */
  carry(call: { lose(): void; onOver(listener: () => void): void }): void {
    this.#calls.add(call)
    call.onOver(() => this.#calls.delete(call))
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    for (const call of this.#calls) call.lose()
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener()
  }
}
