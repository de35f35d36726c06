import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EpochInput, EpochOutput } from './epoch-input.js'
import { I32F32, I64F64 } from './fixed-point.js'
import { runEpoch } from './run-epoch.js'
import type { SparseRow } from './sparse-matrix.js'
import { epochInputs } from './test/epoch-input.js'
import { plainYuma } from './test/plain-yuma.js'

const total = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)

// u16 fractions are rounded down, here and there more than once.
function expectFractions(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length)
  got.forEach((value, i) => {
    expect(value).toBeLessThanOrEqual((expected[i] ?? 0) * 0xffff)
    expect(value).toBeGreaterThan((expected[i] ?? 0) * 0xffff - 2)
  })
}

const simple: EpochInput = {
  yumaVersion: 3,
  currentBlock: 1000n,
  tempo: 360,
  lastMechanismStepBlock: 0n,
  activityCutoffBlocks: 5000n,
  stake: [60n, 40n, 0n, 0n].map((rao) => I64F64.fromInt(rao)),
  stakeThreshold: 0n,
  lastUpdate: [900n, 900n, 10n, 10n],
  blockAtRegistration: [10n, 10n, 10n, 10n],
  validatorPermit: [true, true, false, false],
  weights: [
    [
      [2, 65535],
      [3, 32768],
    ],
    [
      [2, 65535],
      [3, 32768],
    ],
    [],
    [],
  ],
  bonds: [[], [], [], []],
  kappa: 32767,
  bondsPenalty: 65535,
  bondsMovingAverage: 900_000n,
  maxAllowedValidators: 64,
  emission: 1_000_000_000n,
}

describe('runEpoch', () => {
  it('takes a neuron without a last update or a permit for one that has no part', () => {
    // Young enough a block that a last update of 0 would count as active.
    const young: EpochInput = { ...simple, currentBlock: 100n, lastUpdate: [90n], ownerUid: 1 }
    const output = runEpoch(young)
    expect(output.active).toEqual([true, false, false, false])
    expectFractions(output.dividends, [1, 0, 0, 0])
    // Even the owner needs a place in the list; without any permit, stake alone decides who is paid.
    expect(runEpoch({ ...simple, ownerUid: 1, validatorPermit: [] }).emission.slice(0, 2)).toEqual([599_999_999n, 399_999_999n])
    expect(runEpoch({ ...simple, lastUpdate: [1n, 1n, 1n, 1n, 1n, 1n] }).active).toHaveLength(4)
  })

  it.each([2, 3] as const)('pays agreeing validators by stake and miners by weight (Yuma%i)', (yumaVersion) => {
    const output = runEpoch({ ...simple, yumaVersion })
    expectFractions(output.incentive, [0, 0, 65535 / 98303, 32768 / 98303])
    expectFractions(output.dividends, [0.6, 0.4, 0, 0])
    expectFractions(output.validatorTrust, [1, 1, 0, 0])
    expect(output.validatorPermit).toEqual([true, true, false, false])
  })

  it('gives everything to stake when nobody sets weights', () => {
    const output = runEpoch({ ...simple, weights: [] })
    // 0.6 and 0.4 are rounded down to 32 bits before they multiply the emission.
    expect(output.validatorEmission).toEqual([600_000_000n - 1n, 400_000_000n - 1n, 0n, 0n])
    expect(output.serverEmission).toEqual([0n, 0n, 0n, 0n])
  })

  it('ignores weights committed before their target registered, where commit-reveal is on', () => {
    const blockAtRegistration = [10n, 10n, 10n, 500n]
    const earlier = runEpoch({ ...simple, blockAtRegistration, commitReveal: { earliestCommitBlock: [499n, 499n] } })
    const later = runEpoch({ ...simple, blockAtRegistration, commitReveal: { earliestCommitBlock: [500n, undefined] } })
    expect(earlier.incentive).toEqual([0, 0, 65535, 0])
    expectFractions(later.incentive, [0, 0, 65535 / 98303, 32768 / 98303])
  })

  it("counts the owner's weight for itself, and nobody else's", () => {
    const weights: SparseRow<number>[] = [[[0, 65535]], [[1, 65535]], [], []]
    expect(runEpoch({ ...simple, weights }).incentive).toEqual([0, 0, 0, 0])
    expect(runEpoch({ ...simple, weights, ownerUid: 0 }).incentive).toEqual([65535, 0, 0, 0])
  })

  it('takes stake below the threshold for none, but of the owner', () => {
    const stakeThreshold = 50n
    expect(runEpoch({ ...simple, stakeThreshold }).stakeWeight).toEqual([65535, 0, 0, 0])
    expectFractions(runEpoch({ ...simple, stakeThreshold, ownerUid: 1 }).stakeWeight, [0.6, 0.4, 0, 0])
  })

  it('follows spec 143 only where it is told to', () => {
    const input: EpochInput = { ...simple, yumaVersion: 2, stakeThreshold: 50n, ownerUid: 1, maxAllowedValidators: 3 }
    const old = runEpoch({ ...input, rules: 'spec-143' })
    expectFractions(old.stakeWeight, [0.6, 0.4, 0, 0])
    expect(old.validatorPermit).toEqual([true, true, false, true])
    expect(old.legacy?.trust).toEqual([0, 0, 65535, 65535])
    expect(runEpoch(input).validatorPermit).toEqual([true, true, false, false])
    expect(runEpoch(input).legacy).toBeUndefined()
  })

  it.each([
    ['Yuma3 under spec 143', { ...simple, rules: 'spec-143' as const }],
    [
      'liquid alpha under spec 143',
      { ...simple, rules: 'spec-143' as const, yumaVersion: 2 as const, liquidAlpha: { low: 6553, high: 19_660, steepness: 1000 } },
    ],
  ])('refuses %s by name', (_name, input) => {
    expect(() => runEpoch(input)).toThrow(expect.objectContaining({ code: 'LOCALNET_NOT_MODELLED' }))
  })

  it('moves bonds at a speed of their own under liquid alpha', () => {
    const liquidAlpha = { low: 6553, high: 58_982, steepness: 1000 }
    const first = runEpoch({ ...simple, bondsPenalty: 0, liquidAlpha })
    const plain = runEpoch({ ...simple, bondsPenalty: 0 })
    // No weight lies above consensus, so every bond moves at the slow end, 0.1, plus the foot of the sigmoid.
    expect(first.bonds[0]?.[0]?.[1]).toBeGreaterThan(plain.bonds[0]?.[0]?.[1] ?? Number.POSITIVE_INFINITY)
    expect(first.bonds[0]?.[0]?.[1]).toBeLessThan(2 * (plain.bonds[0]?.[0]?.[1] ?? 0))
  })
})

describe('runEpoch, for any input', () => {
  it('keeps to its ranges and gives out no more than there is', () => {
    fc.assert(
      fc.property(epochInputs, (input) => {
        const output = runEpoch(input)
        const n = input.stake.length
        const u16s = [output.consensus, output.incentive, output.dividends, output.validatorTrust, output.stakeWeight]
        for (const list of u16s) {
          expect(list).toHaveLength(n)
          expect(list.every((value) => Number.isInteger(value) && value >= 0 && value <= 0xffff)).toBe(true)
        }
        for (const list of [output.incentive, output.dividends]) expect(list.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(0xffff)
        const amounts = [...output.serverEmission, ...output.validatorEmission]
        expect(amounts.every((rao) => rao >= 0n)).toBe(true)
        expect(total(amounts)).toBeLessThanOrEqual(input.emission)
        // What rounding loses is bounded by each neuron's last bit of the whole.
        const lost = input.emission - total(amounts)
        // Where nobody's stake counts, nobody is paid.
        if (output.stakeWeight.every((weight) => weight === 0)) expect(lost).toBe(input.emission)
        else expect(lost).toBeLessThanOrEqual(2n * BigInt(n) * (2n + (4n * input.emission) / I32F32.one))
        output.bonds.forEach((row, uid) => {
          if (!output.validatorPermit[uid]) expect(row).toEqual([])
        })
        const permits = output.validatorPermit.filter((permitted, uid) => permitted && uid !== input.ownerUid).length
        expect(permits).toBeLessThanOrEqual(input.maxAllowedValidators)
      }),
      { numRuns: 300 },
    )
  })

  it('does not depend on how neurons are numbered', () => {
    const cases = epochInputs.chain((input) =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray(
          input.stake.map((_, uid) => uid),
          { minLength: input.stake.length },
        ),
      ),
    )
    fc.assert(
      fc.property(cases, ([input, order]) => {
        const output = runEpoch(input)
        expect(runEpoch(renumber(input, order))).toEqual(renumberOutput(output, order))
      }),
      { numRuns: 200 },
    )
  })

  it('agrees with Yuma in doubles', () => {
    fc.assert(
      fc.property(epochInputs, (input) => {
        const output = runEpoch(input)
        const plain = plainYuma(input)
        const close = (got: readonly number[], expected: readonly number[]) =>
          got.forEach((value, uid) => {
            expect(Math.abs(value / 0xffff - Math.min(expected[uid] ?? Number.NaN, 1))).toBeLessThan(1e-4)
          })
        close(output.consensus, plain.consensus)
        close(output.incentive, plain.incentive)
        close(output.dividends, plain.dividends)
        close(output.validatorTrust, plain.trust)
        output.bonds.forEach((row, uid) => {
          if (!output.validatorPermit[uid]) return
          const dense = input.stake.map((_, target) => row.find(([j]) => j === target)?.[1] ?? 0)
          close(dense, plain.bonds[uid] ?? [])
        })
      }),
      { numRuns: 300 },
    )
  })
})

function renumber(input: EpochInput, order: readonly number[]): EpochInput {
  const list = <T>(values: readonly T[]) => order.map((uid) => values[uid] as T)
  const rows = (values: readonly SparseRow<number>[]) => list(values).map((row) => renumberRow(row, order))
  return {
    ...input,
    stake: list(input.stake),
    lastUpdate: list(input.lastUpdate),
    blockAtRegistration: list(input.blockAtRegistration),
    validatorPermit: list(input.validatorPermit),
    weights: rows(input.weights),
    bonds: rows(input.bonds),
    ownerUid: input.ownerUid === undefined ? undefined : order.indexOf(input.ownerUid),
  }
}

function renumberRow(row: SparseRow<number>, order: readonly number[]): SparseRow<number> {
  return row.map(([uid, value]) => [order.indexOf(uid), value] as const).sort(([a], [b]) => a - b)
}

function renumberOutput(output: EpochOutput, order: readonly number[]): EpochOutput {
  const list = <T>(values: readonly T[]) => order.map((uid) => values[uid] as T)
  return {
    active: list(output.active),
    consensus: list(output.consensus),
    incentive: list(output.incentive),
    dividends: list(output.dividends),
    validatorTrust: list(output.validatorTrust),
    stakeWeight: list(output.stakeWeight),
    validatorPermit: list(output.validatorPermit),
    emission: list(output.emission),
    serverEmission: list(output.serverEmission),
    validatorEmission: list(output.validatorEmission),
    bonds: list(output.bonds).map((row) => renumberRow(row, order)),
  }
}
