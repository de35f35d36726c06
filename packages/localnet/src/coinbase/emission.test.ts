import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { U64F64, U96F32 } from '../consensus/fixed-point.js'
import { splitAlpha } from './alpha-split.js'
import { blockEmission, FULL_BLOCK_EMISSION, TOTAL_SUPPLY } from './block-emission.js'
import { poolInjection } from './pool-injection.js'
import { rootProportion } from './root-proportion.js'
import { rootSellFlag, subnetTaoEmissions } from './subnet-shares.js'

const TAO = 1_000_000_000n
// The chain's defaults: 18 % owner cut and a TAO weight of about 0.053.
const OWNER_CUT = 11_796
const TAO_WEIGHT = 971_718_665_099_567_868n

describe('blockEmission', () => {
  it('halves each time half of the rest has been issued', () => {
    const supply = TOTAL_SUPPLY
    expect([0n, supply / 2n, (supply * 3n) / 4n, (supply * 7n) / 8n, supply].map(blockEmission)).toEqual([
      FULL_BLOCK_EMISSION,
      FULL_BLOCK_EMISSION / 2n,
      FULL_BLOCK_EMISSION / 4n,
      FULL_BLOCK_EMISSION / 8n,
      0n,
    ])
  })

  it('changes at the halvings only', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (halvings, way) => {
        const from = 1 - 2 ** -halvings
        const issuance = BigInt(Math.floor(Number(TOTAL_SUPPLY) * (from + way * 2 ** -(halvings + 1))))
        expect(blockEmission(issuance)).toBe(FULL_BLOCK_EMISSION >> BigInt(halvings))
      }),
    )
  })
})

describe('splitAlpha', () => {
  it('gives 18 : 41 : 41 with nothing on root', () => {
    const split = splitAlpha({ alphaEmission: TAO, ownerCut: OWNER_CUT, rootProportion: 0n, rootSell: false })
    expect(Number(split.ownerCut) / Number(TAO)).toBeCloseTo(OWNER_CUT / 65_535, 8)
    expect(Number(split.server) / Number(TAO)).toBeCloseTo((1 - OWNER_CUT / 65_535) / 2, 8)
    expect(split.validator).toBe(split.server)
    expect(split).toMatchObject({ root: 0n, rootRecycled: 0n })
  })

  it('cuts nothing for the owner where that is switched off', () => {
    const split = splitAlpha({ alphaEmission: TAO, ownerCut: undefined, rootProportion: 0n, rootSell: false })
    expect(split).toEqual({ ownerCut: 0n, server: TAO / 2n, validator: TAO / 2n, root: 0n, rootRecycled: 0n, remainder: 0n })
  })

  it('balances to the rao, and rounding loses less than one for each part', () => {
    const cases = fc.record({
      alphaEmission: fc.bigInt({ min: 0n, max: TAO }),
      ownerCut: fc.option(fc.integer({ min: 0, max: 0xffff }), { nil: undefined }),
      rootProportion: fc.bigInt({ min: 0n, max: U96F32.one }),
      rootSell: fc.boolean(),
    })
    fc.assert(
      fc.property(cases, (options) => {
        const split = splitAlpha(options)
        const { ownerCut, server, validator, root, rootRecycled, remainder } = split
        expect(ownerCut + server + validator + root + rootRecycled + remainder).toBe(options.alphaEmission)
        expect(remainder).toBeLessThan(4n)
        expect(Object.values(split).every((rao) => rao >= 0n)).toBe(true)
        expect(options.rootSell ? rootRecycled : root).toBe(0n)
      }),
    )
  })
})

describe('rootProportion', () => {
  it('is 0 without stake on root, even without alpha', () => {
    expect(rootProportion({ rootTao: 0n, taoWeight: TAO_WEIGHT, alphaIssuance: 0n })).toBe(0n)
    expect(rootProportion({ rootTao: 0n, taoWeight: TAO_WEIGHT, alphaIssuance: TAO })).toBe(0n)
  })

  it('is the weighted TAO over itself plus the alpha', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: TAO, max: TOTAL_SUPPLY }), fc.bigInt({ min: TAO, max: TOTAL_SUPPLY }), (rootTao, alphaIssuance) => {
        const weighted = Number(rootTao) * (Number(TAO_WEIGHT) / 2 ** 64)
        const got = Number(rootProportion({ rootTao, taoWeight: TAO_WEIGHT, alphaIssuance })) / 2 ** 32
        expect(got).toBeCloseTo(weighted / (weighted + Number(alphaIssuance)), 8)
      }),
    )
  })
})

describe('subnetTaoEmissions', () => {
  const subnet = (netuid: number, price: number, more: { burned?: number; emissionEnabled?: boolean } = {}) => ({
    netuid,
    movingPrice: U64F64.fromFloat(price),
    minerBurned: U96F32.fromFloat(more.burned ?? 0),
    emissionEnabled: more.emissionEnabled ?? true,
  })
  const emissions = (...subnets: ReturnType<typeof subnet>[]) =>
    [...subnetTaoEmissions(subnets, TAO).values()].map((bits) => Number(bits) / 2 ** 32 / Number(TAO))

  it('follows the moving prices', () => {
    expect(emissions(subnet(2, 0.75), subnet(3, 0.25))).toEqual([0.75, 0.25])
  })

  it('takes off what is withheld from miners', () => {
    const [half, full] = emissions(subnet(2, 0.5, { burned: 0.5 }), subnet(3, 0.5))
    expect(half).toBeCloseTo(1 / 3, 9)
    expect(full).toBeCloseTo(2 / 3, 9)
  })

  it('goes by price alone when every subnet withholds everything', () => {
    expect(emissions(subnet(2, 0.75, { burned: 1 }), subnet(3, 0.25, { burned: 1 }))).toEqual([0.75, 0.25])
  })

  it('gives the share of a subnet without emission to the others', () => {
    expect(emissions(subnet(2, 0.75, { emissionEnabled: false }), subnet(3, 0.25))).toEqual([0, 1])
  })

  it('emits nothing where no subnet has emission, or none has a price', () => {
    expect(emissions(subnet(2, 0.75, { emissionEnabled: false }))).toEqual([0])
    expect(emissions(subnet(2, 0))).toEqual([0])
  })

  it('keeps root from selling until the prices add up to more than 1', () => {
    expect(rootSellFlag([U64F64.one / 2n, U64F64.one / 2n])).toBe(false)
    expect(rootSellFlag([U64F64.one / 2n, U64F64.one / 2n + 1n])).toBe(true)
  })
})

describe('poolInjection', () => {
  const price = U64F64.one / 2n
  const half = U96F32.one / 2n

  it('adds alpha at the price of the pool', () => {
    const injection = poolInjection({ taoEmission: U96F32.fromInt(100n), price, alphaEmission: TAO, rootProportion: half })
    expect(injection).toEqual({ taoIn: 100n, alphaIn: 200n, excessTao: 0n })
  })

  it("caps the alpha at root's proportion and leaves the rest of the TAO over", () => {
    const injection = poolInjection({ taoEmission: U96F32.fromInt(100n), price, alphaEmission: 300n, rootProportion: half })
    expect(injection).toEqual({ taoIn: 75n, alphaIn: 150n, excessTao: 25n })
  })
})
