import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runEpoch } from './run-epoch.js'
import { runMechanisms, splitEmission } from './run-mechanisms.js'
import { epochInputs } from './test/epoch-input.js'

const total = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)
const emissions = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })

describe('splitEmission', () => {
  it.each([
    ['evenly', undefined, [334n, 333n, 333n]],
    ['by shares, nothing beyond the list', [21_845, 43_690], [334n, 666n, 0n]],
    ['all to one that is not the first', [0, 0, 65_535], [0n, 0n, 1000n]],
  ] as const)('divides %s', (_, split, parts) => {
    expect(splitEmission({ emission: 1000n, mechanisms: 3, split })).toEqual(parts)
  })

  it('loses nothing', () => {
    const shares = fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: undefined })
    fc.assert(
      fc.property(emissions, shares, (emission, first) => {
        const split = first === undefined ? undefined : [first, 65_535 - first]
        expect(total(splitEmission({ emission, mechanisms: 2, split }))).toBe(emission)
      }),
    )
  })
})

describe('runMechanisms', () => {
  it('is an epoch where there is one mechanism', () => {
    fc.assert(
      fc.property(epochInputs, (input) => {
        const { incentive, bonds, ...rest } = runEpoch(input)
        const { mechanisms, subnet } = runMechanisms({ epochs: [input], emission: input.emission })
        expect(mechanisms).toEqual([{ incentive, bonds, ...rest }])
        expect(subnet).toEqual(rest)
      }),
      { numRuns: 50 },
    )
  })

  it('runs each over its own part of the alpha', () => {
    fc.assert(
      fc.property(epochInputs, fc.integer({ min: 0, max: 65_535 }), (input, first) => {
        // The second has no weights and bonds, so its alpha goes by stake.
        const second = { ...input, weights: [], bonds: [] }
        const split = [first, 65_535 - first]
        const { mechanisms, subnet } = runMechanisms({ epochs: [input, second], emission: input.emission, split })
        const [a = 0n, b = 0n] = splitEmission({ emission: input.emission, mechanisms: 2, split })
        expect(mechanisms).toEqual([runEpoch({ ...input, emission: a }), runEpoch({ ...second, emission: b })])
        expect(total(subnet.serverEmission)).toBe(total(mechanisms.flatMap((output) => output.serverEmission)))
        expect(total(subnet.validatorEmission)).toBe(total(mechanisms.flatMap((output) => output.validatorEmission)))
      }),
      { numRuns: 50 },
    )
  })

  it('weighs fractions by the part of the alpha, rounding down each time', () => {
    const [one] = fc.sample(epochInputs, { numRuns: 1, seed: 7 })
    if (!one) throw new Error('no input')
    const input = { ...one, emission: 1000n }
    const { mechanisms, subnet } = runMechanisms({ epochs: [input, input], emission: 1000n })
    const [a, b] = mechanisms
    subnet.stakeWeight.forEach((weight, uid) => {
      const half = (output: typeof a) => Math.floor((output?.stakeWeight[uid] ?? 0) / 2)
      expect(weight - half(a) - half(b)).toBeGreaterThanOrEqual(0)
      expect(weight - half(a) - half(b)).toBeLessThanOrEqual(1)
    })
    // Without alpha the first counts alone.
    const dry = runMechanisms({ epochs: [input, { ...input, weights: [] }], emission: 0n })
    expect(dry.subnet.consensus).toEqual(runEpoch(input).consensus)
  })
})
