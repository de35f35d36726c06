import fc from 'fast-check'
import type { EpochInput } from '../epoch-input.js'
import { I64F64 } from '../fixed-point.js'
import type { SparseRow } from '../sparse-matrix.js'

const TAO = 1_000_000_000n

// Distinct by far more than the last bit of a normalised stake, because the order of uids decides between equal ones.
const stakeList = (n: number) =>
  fc
    .uniqueArray(fc.integer({ min: 100_000, max: 1_000_000 }), { minLength: n, maxLength: n })
    .map((list) => list.map((tao) => I64F64.fromInt(BigInt(tao) * TAO)))

// Stake, weights and bonds are 0 or large enough that no product of them vanishes below the last bit.
const u16 = fc.oneof(fc.constant(0), fc.integer({ min: 2000, max: 0xffff }))

const row = (n: number): fc.Arbitrary<SparseRow<number>> =>
  fc
    .uniqueArray(fc.tuple(fc.integer({ min: 0, max: n - 1 }), u16), {
      maxLength: n,
      selector: ([uid]) => uid,
    })
    .map((cells) => cells.sort(([a], [b]) => a - b))

/** Epochs of up to 8 neurons, with every rule but commit-reveal and liquid alpha in play. */
export const epochInputs: fc.Arbitrary<EpochInput> = fc.integer({ min: 2, max: 8 }).chain((n) => {
  const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: n, maxLength: n })
  return fc.record({
    yumaVersion: fc.constantFrom<2 | 3>(2, 3),
    currentBlock: fc.constant(10_000n),
    tempo: fc.integer({ min: 1, max: 500 }),
    lastMechanismStepBlock: fc.constantFrom(0n, 9_500n, 9_900n),
    activityCutoffBlocks: fc.constant(5_000n),
    stake: stakeList(n),
    stakeThreshold: fc.constantFrom(0n, 200_000n * TAO),
    ownerUid: fc.option(fc.integer({ min: 0, max: n - 1 }), { nil: undefined }),
    lastUpdate: list(fc.constantFrom(100n, 9_000n, 9_950n)),
    blockAtRegistration: list(fc.constantFrom(50n, 8_000n, 9_920n)),
    validatorPermit: list(fc.boolean()),
    weights: list(row(n)),
    bonds: list(row(n)),
    kappa: fc.constantFrom(32_767, 20_000, 50_000),
    bondsPenalty: fc.constantFrom(0, 65_535, 30_000),
    bondsMovingAverage: fc.constantFrom(0n, 500_000n, 900_000n, 975_000n),
    maxAllowedValidators: fc.integer({ min: 1, max: 8 }),
    emission: fc.bigInt({ min: 0n, max: 500n * TAO }),
  })
})
