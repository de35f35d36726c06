/**
 * Arithmetic of one binary fixed-point type. Every value is the raw two's-complement bits in a bigint: the number times
 * 2^fractionBits. Results are exact to the bit with the chain's `substrate-fixed` 0.6: products round down, quotients
 * round towards zero, and what does not fit saturates unless a method says otherwise.
 */
export interface FixedPoint {
  /** Number of bits after the point. */
  readonly fractionBits: number
  /** Bits of the number 1. */
  readonly one: bigint
  /** Smallest representable bits. */
  readonly min: bigint
  /** Largest representable bits. */
  readonly max: bigint
  /** Limits bits to the type's range. */
  clamp(bits: bigint): bigint
  /** Bits of an integer. */
  fromInt(value: bigint | number): bigint
  /** Bits of a JavaScript number other than NaN, rounded to nearest, ties to even. */
  fromFloat(value: number): bigint
  /** Bits of a value of another type; bits that do not fit after the point are dropped. */
  from(bits: bigint, source: FixedPoint): bigint
  /** Saturating sum. */
  add(a: bigint, b: bigint): bigint
  /** Saturating difference. */
  sub(a: bigint, b: bigint): bigint
  /** Saturating product, rounded down. */
  mul(a: bigint, b: bigint): bigint
  /** Product rounded down, or 0 where it does not fit. */
  mulOrZero(a: bigint, b: bigint): bigint
  /** Quotient rounded towards zero, or `fallback` (0 unless given) on a zero divisor or overflow. */
  safeDiv(a: bigint, b: bigint, fallback?: bigint): bigint
  /** Quotient rounded towards zero, or undefined on a zero divisor or overflow. */
  checkedDiv(a: bigint, b: bigint): bigint | undefined
  /** Nearest integer's bits, halves away from zero. */
  round(a: bigint): bigint
  /** Integer part rounded down, limited to u64. */
  toU64(bits: bigint): bigint
  /** Integer part rounded down, limited to u16. */
  toU16(bits: bigint): number
  /** Plain sum, which wraps like the chain's `Iterator::sum` in a release build. */
  sum(values: Iterable<bigint>): bigint
}

const U64_MAX = (1n << 64n) - 1n

// Rounds half to even, as the chain's conversions from floats do; exact because scaling by a power of two is.
function roundHalfEven(value: number): bigint {
  const floor = Math.floor(value)
  const rest = value - floor
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0)
  return BigInt(up ? floor + 1 : floor)
}

function createFixedPoint(signed: boolean, integerBits: number, fractionBits: number): FixedPoint {
  const width = integerBits + fractionBits
  const shift = BigInt(fractionBits)
  const one = 1n << shift
  const max = signed ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n
  const min = signed ? -(1n << BigInt(width - 1)) : 0n

  const clamp = (bits: bigint): bigint => (bits > max ? max : bits < min ? min : bits)
  const checkedDiv = (a: bigint, b: bigint): bigint | undefined => {
    if (b === 0n) return undefined
    const quotient = (a << shift) / b
    return quotient > max || quotient < min ? undefined : quotient
  }

  return {
    fractionBits,
    one,
    min,
    max,
    clamp,
    fromInt: (value) => clamp(BigInt(value) << shift),
    fromFloat: (value) => {
      const scaled = value * 2 ** fractionBits
      if (Number.isFinite(scaled)) return clamp(roundHalfEven(scaled))
      return scaled > 0 ? max : min
    },
    from: (bits, source) => {
      const difference = BigInt(fractionBits - source.fractionBits)
      return clamp(difference >= 0n ? bits << difference : bits >> -difference)
    },
    add: (a, b) => clamp(a + b),
    sub: (a, b) => clamp(a - b),
    mul: (a, b) => clamp((a * b) >> shift),
    mulOrZero: (a, b) => {
      const product = (a * b) >> shift
      return product > max || product < min ? 0n : product
    },
    safeDiv: (a, b, fallback = 0n) => checkedDiv(a, b) ?? fallback,
    checkedDiv,
    round: (a) => {
      const magnitude = a < 0n ? -a : a
      const rounded = ((magnitude + (one >> 1n)) >> shift) << shift
      return clamp(a < 0n ? -rounded : rounded)
    },
    toU64: (bits) => {
      const integer = bits >> shift
      return integer < 0n ? 0n : integer > U64_MAX ? U64_MAX : integer
    },
    toU16: (bits) => {
      const integer = bits >> shift
      return integer < 0n ? 0 : integer > 0xffffn ? 0xffff : Number(integer)
    },
    sum: (values) => {
      let total = 0n
      for (const value of values) total += value
      return signed ? BigInt.asIntN(width, total) : BigInt.asUintN(width, total)
    },
  }
}

/** Signed, 32 bits before and 32 after the point: the consensus' own type. Source: substrate-fixed `I32F32`. */
export const I32F32: FixedPoint = createFixedPoint(true, 32, 32)
/** Signed, 64 + 64 bits: stake. Source: substrate-fixed `I64F64`. */
export const I64F64: FixedPoint = createFixedPoint(true, 64, 64)
/** Signed, 96 + 32 bits: emission. Source: substrate-fixed `I96F32`. */
export const I96F32: FixedPoint = createFixedPoint(true, 96, 32)
/** Unsigned, 96 + 32 bits: coinbase. Source: substrate-fixed `U96F32`. */
export const U96F32: FixedPoint = createFixedPoint(false, 96, 32)
/** Unsigned, 64 + 64 bits: prices and shares. Source: substrate-fixed `U64F64`. */
export const U64F64: FixedPoint = createFixedPoint(false, 64, 64)
