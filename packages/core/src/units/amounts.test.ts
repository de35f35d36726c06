import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { netUid } from '../identity/brands.js'
import { type Amount, addAmounts, alpha, alphaRao, compareAmounts, rao, scaleAmount, subtractAmounts, type Tao, tao } from './amounts.js'
import { formatTao, parseTao } from './decimals.js'

const code = (name: string) => expect.objectContaining({ code: name })
const anyRao = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })

describe('parseTao and formatTao', () => {
  it.each([
    ['0', 0n],
    ['1.5', 1_500_000_000n],
    ['-0.000000001', -1n],
    ['0.1', 100_000_000n],
    ['21000000', 21_000_000_000_000_000n],
    ['007', 7_000_000_000n],
    ['18446744073.709551615', 2n ** 64n - 1n],
  ])('reads %s', (text, expected) => {
    expect(parseTao(text)).toBe(expected)
  })

  it.each([
    '',
    '.5',
    '1.',
    '+1',
    '1e3',
    ' 1',
    '1 ',
    '1,5',
    '1_000',
    '0x1',
    '0.0000000001',
    'NaN',
    '--1',
    '1.5.0',
    '١',
    '1\n',
    '9'.repeat(31),
  ])('refuses %j', (text) => {
    expect(() => parseTao(text)).toThrow(code('CORE_INVALID_ARGUMENT'))
  })

  it('are exact inverses for every amount', () => {
    fc.assert(
      fc.property(anyRao, (value) => {
        expect(parseTao(formatTao(value))).toBe(value)
      }),
    )
  })

  it('agree with integer arithmetic on any whole part and fraction', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 60n }), fc.nat({ max: 999_999_999 }), (whole, fraction) => {
        expect(parseTao(`${whole}.${fraction.toString().padStart(9, '0')}`)).toBe(whole * 10n ** 9n + BigInt(fraction))
      }),
    )
  })

  it('refuses to format what is no bigint', () => {
    expect(() => formatTao(1.5 as never)).toThrow(code('CORE_INVALID_ARGUMENT'))
  })
})

describe('tao, rao, alpha, alphaRao', () => {
  it('hold bigint rao', () => {
    expect(tao('1.5').rao).toBe(1_500_000_000n)
    expect(tao(1000).rao).toBe(1_000_000_000_000n)
    expect(rao(7n)).toMatchObject({ unit: 'TAO', rao: 7n })
    expect(alpha('0.000000001', 3)).toMatchObject({ unit: 'alpha', netuid: 3, rao: 1n })
    expect(alphaRao(5n, netUid(3)).netuid).toBe(3)
  })

  it.each([0.1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, null, undefined, 1n, {}])('tao refuses %s', (value) => {
    expect(() => tao(value as never)).toThrow(code('CORE_INVALID_ARGUMENT'))
  })

  it('refuse wrong rao and netuids', () => {
    expect(() => rao(1 as never)).toThrow(code('CORE_INVALID_ARGUMENT'))
    expect(() => alphaRao('1' as never, 1)).toThrow(code('CORE_INVALID_ARGUMENT'))
    for (const netuid of [-1, 1.5, 65536, Number.NaN]) expect(() => alpha('1', netuid)).toThrow(code('CORE_INVALID_ARGUMENT'))
  })

  it('cannot be changed', () => {
    expect(() => Object.assign(tao(1), { rao: 0n })).toThrow(TypeError)
  })

  it('print with their unit, go through JSON as text, and refuse operators', () => {
    expect(String(tao('1.5'))).toBe('1.5 TAO')
    expect(`${alpha('-2', 7)}`).toBe('-2 alpha of subnet 7')
    expect(JSON.parse(JSON.stringify({ price: alpha('2', 7) }))).toEqual({ price: { unit: 'alpha', netuid: 7, rao: '2000000000' } })
    expect(() => tao(1) < tao(2)).toThrow(code('CORE_UNIT_MISMATCH'))
    expect(() => Number(tao(1))).toThrow(code('CORE_UNIT_MISMATCH'))
  })
})

describe('arithmetic', () => {
  it('is that of bigint, within one unit', () => {
    fc.assert(
      fc.property(anyRao, anyRao, (a, b) => {
        expect(addAmounts(rao(a), rao(b)).rao).toBe(a + b)
        expect(subtractAmounts(alphaRao(a, 1), alphaRao(b, 1))).toMatchObject({ unit: 'alpha', netuid: 1, rao: a - b })
        expect(compareAmounts(rao(a), rao(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
        if (b !== 0n) expect(scaleAmount(rao(a), 18n, b).rao).toBe((a * 18n) / b)
      }),
    )
  })

  it('refuses two units at run time, where types are lost', () => {
    const pairs: [Amount, Amount][] = [
      [tao(1), alpha(1, 0)],
      [alpha(1, 0), tao(1)],
      [alpha(1, 1), alpha(1, 2)],
      [tao(1), 1n as unknown as Tao],
      [tao(1), undefined as unknown as Tao],
      [undefined as unknown as Tao, undefined as unknown as Tao],
    ]
    for (const [a, b] of pairs) {
      for (const mix of [addAmounts, subtractAmounts, compareAmounts]) expect(() => mix(a, b)).toThrow(code('CORE_UNIT_MISMATCH'))
    }
  })

  it('refuses a division by zero and factors that are no bigint', () => {
    expect(() => scaleAmount(tao(1), 1n, 0n)).toThrow(code('CORE_INVALID_ARGUMENT'))
    expect(() => scaleAmount(tao(1), 0.5 as never)).toThrow(code('CORE_INVALID_ARGUMENT'))
  })
})
