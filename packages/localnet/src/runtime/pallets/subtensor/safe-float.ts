import { maxOf } from '../../../consensus/min-max.js'

/** mantissa × 10^exponent. Normalised: the mantissa has 21 digits, or is 10^21, or is zero. */
export interface SafeFloat {
  readonly mantissa: bigint
  readonly exponent: bigint
}

const maxMantissa = 10n ** 21n
const minMantissa = 10n ** 20n
const maxU64 = 2n ** 64n - 1n

/** Beyond this power of ten a difference no longer shows in a mantissa. */
const maxPower = 22n
const power = (exponent: bigint): bigint => 10n ** (exponent > maxPower ? maxPower : exponent)

export const zeroFloat: SafeFloat = { mantissa: 0n, exponent: 0n }

export const isZeroFloat = ({ mantissa }: SafeFloat): boolean => mantissa === 0n

function normalize(mantissa: bigint, exponent: bigint): SafeFloat {
  if (mantissa === 0n) return zeroFloat
  let value = mantissa
  let scale = exponent
  while (value > maxMantissa) {
    value /= 10n
    scale += 1n
  }
  while (value <= minMantissa) {
    value *= 10n
    scale -= 1n
  }
  return { mantissa: value, exponent: scale }
}

/** A whole number of at most 64 bits. */
export const floatOf = (value: bigint): SafeFloat => normalize(value, 0n)

export function addFloat(a: SafeFloat, b: SafeFloat): SafeFloat {
  if (isZeroFloat(a)) return b
  if (isZeroFloat(b)) return a
  const exponent = maxOf(a.exponent, b.exponent)
  return normalize(a.mantissa / power(exponent - a.exponent) + b.mantissa / power(exponent - b.exponent), exponent)
}

/** Difference; undefined where nothing is there to take from. */
export function subFloat(a: SafeFloat, b: SafeFloat): SafeFloat | undefined {
  if (isZeroFloat(b)) return a
  if (isZeroFloat(a)) return undefined
  const exponent = maxOf(a.exponent, b.exponent)
  const left = a.mantissa / power(exponent - a.exponent)
  const right = b.mantissa / power(exponent - b.exponent)
  return normalize(left > right ? left - right : 0n, exponent)
}

/** a × b ÷ c with one rounding down; zero if c is zero. */
export const mulDivFloat = (a: SafeFloat, b: SafeFloat, c: SafeFloat): SafeFloat =>
  isZeroFloat(c) ? zeroFloat : normalize((a.mantissa * b.mantissa) / c.mantissa, a.exponent + b.exponent - c.exponent)

/** Rounded down, at most 2^64 − 1. */
export function floatToU64({ mantissa, exponent }: SafeFloat): bigint {
  const value = exponent >= 0n ? mantissa * power(exponent) : mantissa / power(-exponent)
  return value > maxU64 ? maxU64 : value
}
