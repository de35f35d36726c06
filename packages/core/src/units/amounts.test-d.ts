import { expectTypeOf, test } from 'vitest'
import { type NetUid, netUid } from '../identity/brands.js'
import { type Alpha, addAmounts, alpha, alphaRao, compareAmounts, subtractAmounts, type Tao, tao } from './amounts.js'

test('one unit goes with itself', () => {
  expectTypeOf(addAmounts(tao(1), tao(2))).toEqualTypeOf<Tao>()
  expectTypeOf(subtractAmounts(alpha(1, 5), alpha(2, 5))).toEqualTypeOf<Alpha<5>>()
  expectTypeOf(alphaRao(1n, netUid(5))).toEqualTypeOf<Alpha<NetUid>>()
  expectTypeOf(tao(1).rao).toEqualTypeOf<bigint>()
})

test('two units do not compile', () => {
  void (() => {
    // @ts-expect-error TAO and alpha
    addAmounts(tao(1), alpha(1, 5))
    // @ts-expect-error alpha and TAO
    subtractAmounts(alpha(1, 5), tao(1))
    // @ts-expect-error the alpha of two subnets
    addAmounts(alpha(1, 5), alpha(1, 6))
    // @ts-expect-error the alpha of two subnets
    compareAmounts(alpha(1, 5), alpha(1, 6))
    // @ts-expect-error rao is no amount: NeuronEntry.stake is compared by .rao
    compareAmounts(tao(1), 1n)
    // @ts-expect-error an amount is no bigint
    const mixed: bigint = tao(1)
    // @ts-expect-error amounts have no operators
    void (tao(1) + tao(2))
    return mixed
  })
})
