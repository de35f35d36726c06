import { TensorKitError } from '../errors/tensorkit-error.js'
import { formatTao, parseTao } from './decimals.js'

/** An amount of TAO. */
export interface Tao {
  readonly unit: 'TAO'
  /** In rao: 1e-9 TAO. May be below zero, as a difference. */
  readonly rao: bigint
}

/** An amount of one subnet's alpha. `N` is the netuid, where it is known to the compiler. */
export interface Alpha<N extends number = number> {
  readonly unit: 'alpha'
  readonly netuid: N
  /** In alpha's rao: 1e-9 alpha. May be below zero, as a difference. */
  readonly rao: bigint
}

/** An amount of money: TAO, or the alpha of one subnet. */
export type Amount = Tao | Alpha

// Operators on amounts would compare or join objects: they refuse, text is fine.
const behaviour = {
  toString(this: Amount): string {
    return this.unit === 'TAO' ? `${formatTao(this.rao)} TAO` : `${formatTao(this.rao)} alpha of subnet ${this.netuid}`
  },
  toJSON(this: Amount): Readonly<Record<string, string | number>> {
    return { ...this, rao: this.rao.toString() }
  },
  valueOf(this: Amount): never {
    throw new TensorKitError('CORE_UNIT_MISMATCH', 'Amounts have no operators: use addAmounts() and the like, or .rao of one unit', {
      facts: { amount: behaviour.toString.call(this) },
    })
  },
}

const amount = <A extends Amount>(fields: A): A => Object.freeze(Object.assign(Object.create(behaviour) as object, fields))

/**
 * TAO from a decimal text or a whole number.
 *
 * @param value - `'1.5'`, with up to 9 decimals and an optional minus; or a safe integer, as in `tao(1000)`. A number with
 * a fraction is refused, because it is rarely the decimal that was written.
 * @throws CORE_INVALID_ARGUMENT for anything else.
 * @example
 * ```ts
 * tao('1.5').rao // 1500000000n
 * ```
 */
export const tao = (value: string | number): Tao => rao(toRao(value))

/**
 * TAO from rao (1e-9 TAO), as the chain counts.
 *
 * @throws CORE_INVALID_ARGUMENT if it is not a bigint.
 */
export const rao = (value: bigint): Tao => amount<Tao>({ unit: 'TAO', rao: demandBigint(value) })

/**
 * A subnet's alpha from a decimal text or a whole number.
 *
 * @param value - As in {@link tao}.
 * @param netuid - The subnet. With a literal, mixing the alpha of two subnets does not compile; it never runs.
 * @throws CORE_INVALID_ARGUMENT for a value that {@link tao} refuses, or a netuid that is no integer from 0 to 65535.
 */
export const alpha = <const N extends number>(value: string | number, netuid: N): Alpha<N> => alphaRao(toRao(value), netuid)

/**
 * A subnet's alpha from its rao (1e-9 alpha), as the chain counts.
 *
 * @throws CORE_INVALID_ARGUMENT if the value is not a bigint, or the netuid no integer from 0 to 65535.
 */
export function alphaRao<const N extends number>(value: bigint, netuid: N): Alpha<N> {
  if (!Number.isInteger(netuid) || netuid < 0 || netuid > 0xffff) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'netuid must be an integer from 0 to 65535', { facts: { netuid: String(netuid) } })
  }
  return amount<Alpha<N>>({ unit: 'alpha', netuid, rao: demandBigint(value) })
}

/** The sum. @throws CORE_UNIT_MISMATCH for TAO with alpha, or the alpha of two subnets; those do not compile either. */
export function addAmounts<A extends Amount>(a: A, b: NoInfer<A>): A {
  demandSameUnit(a, b)
  return withRao(a, a.rao + b.rao)
}

/** The difference, which may be below zero. @throws CORE_UNIT_MISMATCH as {@link addAmounts}. */
export function subtractAmounts<A extends Amount>(a: A, b: NoInfer<A>): A {
  demandSameUnit(a, b)
  return withRao(a, a.rao - b.rao)
}

/** -1, 0 or 1, as `sort` wants it. @throws CORE_UNIT_MISMATCH as {@link addAmounts}. */
export function compareAmounts<A extends Amount>(a: A, b: NoInfer<A>): -1 | 0 | 1 {
  demandSameUnit(a, b)
  return a.rao < b.rao ? -1 : a.rao > b.rao ? 1 : 0
}

/**
 * The amount times a fraction, rounded towards zero to a whole rao: `scaleAmount(stake, 18n, 100n)` is 18 %.
 *
 * @param numerator - Of the fraction.
 * @param denominator - Of the fraction; 1 without it.
 * @throws CORE_INVALID_ARGUMENT if a part is no bigint, or the denominator is 0.
 */
export function scaleAmount<A extends Amount>(a: A, numerator: bigint, denominator = 1n): A {
  if (demandBigint(denominator) === 0n) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The denominator must not be 0')
  return withRao(a, (a.rao * demandBigint(numerator)) / denominator)
}

// The type follows: only the number changes.
const withRao = <A extends Amount>(a: A, value: bigint): A => amount<Amount>({ ...a, rao: value }) as A

function demandSameUnit(a: Amount, b: Amount): void {
  const [first, second] = [unitName(a), unitName(b)]
  if (first !== undefined && first === second) return
  throw new TensorKitError('CORE_UNIT_MISMATCH', 'The amounts have different units', {
    facts: { first: first ?? `not an amount (${typeof a})`, second: second ?? `not an amount (${typeof b})` },
  })
}

// Undefined for what is no amount: plain JavaScript can pass anything.
const unitName = (a: Amount | undefined): string | undefined =>
  a?.unit === 'TAO' ? 'TAO' : a?.unit === 'alpha' ? `alpha of subnet ${a.netuid}` : undefined

function toRao(value: string | number): bigint {
  if (typeof value === 'string') return parseTao(value)
  if (Number.isSafeInteger(value)) return BigInt(value) * 1_000_000_000n
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An amount must be a decimal text or a safe integer', {
    facts: { value: String(value) },
    remedy: "Write a fraction as text, such as tao('0.1').",
  })
}

function demandBigint(value: bigint): bigint {
  if (typeof value === 'bigint') return value
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An amount in rao must be a bigint', { facts: { value: String(value) } })
}
