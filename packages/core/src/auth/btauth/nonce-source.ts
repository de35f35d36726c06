import { TensorKitError } from '../../errors/tensorkit-error.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'

/** What {@link createNonceSource} takes. */
export interface NonceSourceOptions {
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
  /**
   * This process's number among those that sign with the same hotkey: 0 to 9999. Give each its own and nonces never meet.
   *
   * @defaultValue random: two processes share a number once in 10,000 starts, and then meet only by chance.
   */
  readonly slot?: number
}

// A nonce is a count of 10 µs steps times 10^4 plus the slot: ns in form, 100,000 a second and process in capacity.
const slots = 10_000n
const stepsPerMs = 100

const randomBelow = (limit: number): number => {
  // 2^32 is so much larger than our limits that the bias of the remainder is nothing here: nonces need no secrecy.
  const [word] = crypto.getRandomValues(new Uint32Array(1))
  return (word as number) % limit
}

/**
 * Makes nonces for signed requests: unix time in ns, decimal, strictly increasing, no two alike.
 *
 * Uniqueness must hold over all processes that sign with one hotkey, since a server takes a second use for a replay and
 * clocks tick in ms: the last four digits are the process's slot.
 *
 * @throws CORE_INVALID_ARGUMENT if the slot is not an integer from 0 to 9999.
 * @example
 * ```ts
 * const nextNonce = createNonceSource()
 * nextNonce() // '1752076800000420137'
 * ```
 */
export function createNonceSource({ clock = systemClock, slot = randomBelow(Number(slots)) }: NonceSourceOptions = {}): () => string {
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The slot of a nonce source must be an integer from 0 to 9999', {
      facts: { slot: String(slot) },
    })
  }
  const offset = BigInt(slot)
  let last = 0n
  return () => {
    const now = clock.nowNs() / slots + BigInt(randomBelow(stepsPerMs))
    last = now > last ? now : last + 1n
    return String(last * slots + offset)
  }
}
