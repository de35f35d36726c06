/** A ratio of two whole numbers that are not negative. */
export interface Ratio {
  readonly numerator: bigint
  readonly denominator: bigint
}

// Exponents whose parts are at most this are computed with whole numbers alone.
const MAX_EXACT_EXPONENT = 1024n
const GUARD_BITS = 24n
const MAX_TERMS = 4096

const bitLength = (value: bigint): bigint => (value === 0n ? 0n : BigInt(value.toString(2).length))
const floorDiv = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b)
const magnitude = (a: bigint): bigint => (a < 0n ? -a : a)

function reduce({ numerator, denominator }: Ratio): Ratio {
  let [a, b] = [numerator, denominator]
  while (b !== 0n) [a, b] = [b, a % b]
  return { numerator: numerator / a, denominator: denominator / a }
}

/** The largest whole number whose power is at most `value`. */
function rootFloor(value: bigint, degree: bigint): bigint {
  if (degree === 1n) return value
  let low = 0n
  let high = 1n << (bitLength(value) / degree + 1n)
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** degree <= value) low = middle
    else high = middle - 1n
  }
  return low
}

/** Fixed-point numbers of one precision, with guard bits below it that rounding looks at. */
interface Precision {
  /** The number 1. */
  readonly one: bigint
  readonly bits: bigint
  readonly maxTerms: number
}

const guard = 1n << GUARD_BITS

/** Drops the guard bits, halves away from zero. */
function withoutGuard(value: bigint): bigint {
  const rest = value % guard
  const whole = value / guard
  if (rest === 0n || magnitude(rest) << 1n < guard) return whole
  return rest < 0n ? whole - 1n : whole + 1n
}

/** A series ends where a term no longer shows: below the guard, or in what is left without it. */
const endsSeries = (term: bigint, before: bigint, after: bigint): boolean =>
  magnitude(term) < guard || withoutGuard(before) === withoutGuard(after)

/** ln(1 + x) by its Taylor series. */
function lnOnePlus(x: bigint, { one, maxTerms }: Precision): bigint {
  let power = x
  let result = x
  for (let n = 2; n <= maxTerms; n++) {
    power = floorDiv(power * x, one)
    const term = floorDiv(power, BigInt(n))
    if (term === 0n) break
    const before = result
    result = n % 2 === 0 ? result - term : result + term
    if (endsSeries(term, before, result)) break
  }
  return result
}

/** e^x by its Taylor series. */
function exponential(x: bigint, { one, maxTerms }: Precision): bigint {
  let term = one
  let result = one
  for (let n = 1; n <= maxTerms; n++) {
    term = floorDiv(term * x, one * BigInt(n))
    if (term === 0n) break
    const before = result
    result += term
    if (endsSeries(term, before, result)) break
  }
  return result
}

/** ln of a whole number: of its mantissa, which is near 1, and its power of two. */
function lnInteger(value: bigint, lnTwo: bigint, precision: Precision): bigint {
  const { one, bits } = precision
  let shift = bitLength(value) - 1n
  let mantissa = (value << bits) >> shift
  if (mantissa >= one + (one >> 1n)) {
    mantissa >>= 1n
    shift += 1n
  }
  return lnOnePlus(mantissa - one, precision) + lnTwo * shift
}

/**
 * `scale · base ^ exponent`, rounded down. A small exponent (each part at most 1024 in lowest terms) is exact; others go by
 * logarithm and exponential in fixed point, to the bit as the chain does.
 *
 * @param options.base - Its denominator must not be 0.
 * @param options.exponent - Its denominator must not be 0.
 * @param options.scale - What 1 comes to.
 * @param options.precisionBits - Bits after the point for what is not exact.
 *
 * Source: crate safe-bigmath 0.4.1 `SafeInt::pow_ratio_scaled`, which pallet Swap uses at spec 424.
 */
export function powRatioScaled(options: {
  readonly base: Ratio
  readonly exponent: Ratio
  readonly scale: bigint
  readonly precisionBits: bigint
}): bigint {
  const { base, scale } = options
  if (base.numerator === 0n) return 0n
  if (options.exponent.numerator === 0n) return scale
  const exponent = reduce(options.exponent)
  if (exponent.numerator <= MAX_EXACT_EXPONENT && exponent.denominator <= MAX_EXACT_EXPONENT) {
    const power = base.numerator ** exponent.numerator * scale ** exponent.denominator
    return rootFloor(power / base.denominator ** exponent.numerator, exponent.denominator)
  }
  const least = bitLength(scale) + 8n > 32n ? bitLength(scale) + 8n : 32n
  const target = options.precisionBits > least ? options.precisionBits : least
  const bits = target + GUARD_BITS
  const precision = { one: 1n << bits, bits, maxTerms: Math.min(MAX_TERMS, Number(bits) + 128) }
  const lnTwo = -lnOnePlus(-(precision.one >> 1n), precision)
  const ln = lnInteger(base.numerator, lnTwo, precision) - lnInteger(base.denominator, lnTwo, precision)
  const power = exponential(floorDiv(ln * exponent.numerator, exponent.denominator), precision)
  return floorDiv(withoutGuard(power) * scale, 1n << target)
}
