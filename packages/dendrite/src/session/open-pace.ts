import { Gate } from '../fan-out/gate.js'

const defaultPlaces = 32
const defaultPlaceMs = 250
const maxWaitMs = 60_000
/** As many as there may be peers. */
const maxWaiting = 16_384

/**
 * Spreads attempts to open channels, first come first served. Hundreds of handshakes at once would share one thread until the time of each
 * is over; of a few at a time each is done soon.
 *
 * A place is held for a moment at most: peers that never answer, of which there may be many, hold nobody up for their whole time-out.
 */
export class OpenPace {
  readonly #gate: Gate
  readonly #placeMs: number

  constructor({ places = defaultPlaces, placeMs = defaultPlaceMs }: { readonly places?: number; readonly placeMs?: number } = {}) {
    this.#gate = new Gate({ places, maxWaiting, what: 'attempts to connect' })
    this.#placeMs = placeMs
  }

  /** Waits for a place. @returns Gives it back; more than once is as good as once. @throws DENDRITE_TIMEOUT after a minute. */
  async enter(): Promise<() => void> {
    await this.#gate.enter({ timeoutMs: maxWaitMs })
    let isInside = true
    const leave = () => {
      if (!isInside) return
      isInside = false
      clearTimeout(timer)
      this.#gate.leave()
    }
    const timer = setTimeout(leave, this.#placeMs)
    return leave
  }
}
