import { TensorKitError } from '../errors/tensorkit-error.js'

/** Rao in one TAO, and alpha's rao in one alpha. */
export const raoPerTao = 1_000_000_000n

const decimal = /^(-?)(\d{1,30})(?:\.(\d{1,9}))?$/

/**
 * Rao from a decimal text in TAO, exactly.
 *
 * @param text - Digits, optionally with a minus before and up to 9 decimals behind a point. No exponent, no separator, no
 * blank; a tenth decimal is refused, never rounded (unlike viem's `parseEther`).
 * @returns The amount in rao.
 * @throws CORE_INVALID_ARGUMENT for any other text.
 * @example
 * ```ts
 * parseTao('1.5') // 1500000000n
 * ```
 */
export function parseTao(text: string): bigint {
  const match = typeof text === 'string' ? decimal.exec(text) : null
  if (!match) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An amount must be a decimal text with at most 9 decimals', {
      facts: { value: String(text).slice(0, 48) },
      remedy: "Give digits with a point, such as '1.5'.",
    })
  }
  const [, sign, whole, fraction = ''] = match
  const rao = BigInt(whole as string) * raoPerTao + BigInt(fraction.padEnd(9, '0'))
  return sign ? -rao : rao
}

/**
 * A decimal text in TAO from rao, exactly and without trailing zeros: what {@link parseTao} reads back. It serves alpha
 * too, whose rao is as small.
 *
 * @param rao - The amount in rao.
 * @throws CORE_INVALID_ARGUMENT if it is not a bigint.
 * @example
 * ```ts
 * formatTao(1500000000n) // '1.5'
 * formatTao(tao('0.1').rao) // '0.1'
 * ```
 */
export function formatTao(rao: bigint): string {
  if (typeof rao !== 'bigint')
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An amount in rao must be a bigint', { facts: { value: String(rao) } })
  const magnitude = rao < 0n ? -rao : rao
  const fraction = (magnitude % raoPerTao).toString().padStart(9, '0').replace(/0+$/, '')
  return `${rao < 0n ? '-' : ''}${magnitude / raoPerTao}${fraction && `.${fraction}`}`
}
