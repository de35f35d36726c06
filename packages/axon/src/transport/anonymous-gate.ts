import { measureMetadata } from '../admission/call-metadata.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from './incoming-call.js'

/**
 * Room for calls without credentials: few at a time, so that strangers cannot crowd out callers who proved themselves, and half of them
 * at most for one source, so that none keeps the others from asking whether this axon is healthy.
 */
export class AnonymousGate {
  readonly #max: number
  readonly #maxMetadataBytes: number
  readonly #perSource = new Map<string, number>()
  #inFlight = 0

  constructor(limits: AxonLimits) {
    this.#max = limits.maxAnonymousCalls
    this.#maxMetadataBytes = limits.maxMetadataBytes
  }

  /** @returns What to call when the call is over, or why it is refused. */
  enter({ connection, headers }: Pick<IncomingCall, 'connection' | 'headers'>): (() => void) | Refusal {
    if (measureMetadata(headers).bytes > this.#maxMetadataBytes) return refusals.metadataTooLarge
    const source = connection?.source ?? ''
    const ofSource = this.#perSource.get(source) ?? 0
    if (this.#inFlight >= this.#max || ofSource >= Math.ceil(this.#max / 2)) return refusals.anonymousFull
    this.#inFlight++
    this.#perSource.set(source, ofSource + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      this.#inFlight--
      const left = (this.#perSource.get(source) ?? 1) - 1
      if (left > 0) this.#perSource.set(source, left)
      else this.#perSource.delete(source)
    }
  }
}
