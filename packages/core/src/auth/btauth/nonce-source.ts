import { TensorKitError } from '../../errors/tensorkit-error.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'

/** What {@link createNonceSource} takes. */
export interface NonceSourceOptions {
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
  /**
   * This process's number among those that sign with the same hotkey: 0 to 9999. With one of its own each, no two processes can
   * ever make the same nonce, whatever their rates.
   *
   * @defaultValue none: every nonce is drawn at random, and needs no coordination (see {@link createNonceSource} for the bound).
   */
  readonly slot?: number
}

const slots = 10_000n
const nsPerMs = 1_000_000
/** How far behind the clock a source without a slot may run: it comes out of the 10 s for which a request is fresh. */
const maxPhaseMs = 500
/** How far ahead of the clock a source may be, after that went back: 10 s. No server takes what is as far ahead. */
const maxAheadNs = 10_000_000_000n
/** Mean 10 µs between two nonces of one instant: 100,000 a second. */
const maxStepNs = 20_000

/** Random integers below a limit, drawn from the system 256 at a time: a call of it costs more than a nonce. */
function createRandom(): (limit: number) => number {
  const words = new Uint32Array(256)
  let used = words.length
  return (limit) => {
    if (used === words.length) {
      crypto.getRandomValues(words)
      used = 0
    }
    // 2^32 is so much larger than our limits that the bias of the remainder is nothing here: nonces need no secrecy.
    return (words[used++] as number) % limit
  }
}

/**
 * Makes nonces for signed requests: unix time in ns, decimal, strictly increasing, no two alike.
 *
 * A server takes the second use of a nonce by one hotkey for a replay, so they must differ over all processes that sign with one
 * hotkey and call the same axon; and clocks tick in ms, so that the time alone would not do. By default the digits below the
 * ms are random for each nonce, and each source runs up to 500 ms behind the clock by a random phase, so that processes woken by
 * the same block do not draw from the same ms. Two processes that make r₁ and r₂ calls a second *to one axon* then meet r₁·r₂/10⁹
 * times a second on average: 1 a second each, once in 30 years; 100 a second each, once in 28 hours. What meets is one call,
 * refused as a replay; the next has a fresh nonce. No scheme without coordination does better on average, since a second
 * has 10⁹ nonces. Give each process a `slot` where that is not enough.
 *
 * They rise even where the clock goes back; but where it goes back by more than 10 s, as one that was wrong does when it is corrected, they
 * follow it, since until it had caught up with them every server would refuse them.
 *
 * @throws CORE_INVALID_ARGUMENT if the slot is not an integer from 0 to 9999.
 * @example
 * ```ts
 * const nextNonce = createNonceSource()
 * nextNonce() // '1752076800000420137'
 * ```
 */
export function createNonceSource({ clock = systemClock, slot }: NonceSourceOptions = {}): () => string {
  return slot === undefined ? randomSource(clock) : slotSource(clock, slot)
}

function randomSource(clock: Clock): () => string {
  const randomBelow = createRandom()
  const phase = BigInt(randomBelow(maxPhaseMs * nsPerMs))
  let last = 0n
  return () => {
    const now = clock.nowNs() - phase + BigInt(randomBelow(nsPerMs))
    last = now > last || last - now > maxAheadNs ? now : last + 1n + BigInt(randomBelow(maxStepNs))
    return String(last)
  }
}

/** A nonce is a count of 10 µs steps times 10^4 plus the slot: ns in form, 100,000 a second and process in capacity. */
function slotSource(clock: Clock, slot: number): () => string {
  if (!Number.isInteger(slot) || slot < 0 || slot >= slots) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The slot of a nonce source must be an integer from 0 to 9999', {
      facts: { slot: String(slot) },
    })
  }
  const randomBelow = createRandom()
  const offset = BigInt(slot)
  let last = 0n
  return () => {
    const now = clock.nowNs() / slots + BigInt(randomBelow(100))
    last = now > last || (last - now) * slots > maxAheadNs ? now : last + 1n
    return String(last * slots + offset)
  }
}
