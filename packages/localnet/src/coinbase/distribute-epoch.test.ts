import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { I64F64, U96F32 } from '../consensus/fixed-point.js'
import { runEpoch } from '../consensus/run-epoch.js'
import { epochInputs } from '../consensus/test/epoch-input.js'
import { splitAlpha } from './alpha-split.js'
import { type DividendEarner, distributeEpoch, epochEmissionOf, type MinerEmission, type PendingEmission } from './distribute-epoch.js'

const TAO = 1_000_000_000n
const OWNER_CUT = 11_796
const TAKE = 11_796
const TAO_WEIGHT = 971_718_665_099_567_868n

type Neuron = MinerEmission & DividendEarner

const neuron = (more: Partial<Neuron>): Neuron => ({
  serverEmission: 0n,
  dividend: 0n,
  alphaStake: 0n,
  rootStake: 0n,
  take: TAKE,
  ownedBySubnetOwner: false,
  ...more,
})

// What `blocks` blocks leave pending, and what of their alpha goes nowhere.
function pendingAfter(blocks: bigint, rootProportion = 0n): PendingEmission & { readonly minted: bigint; readonly dust: bigint } {
  const split = splitAlpha({ alphaEmission: TAO, ownerCut: OWNER_CUT, rootProportion, rootSell: true })
  return {
    ownerCut: split.ownerCut * blocks,
    server: split.server * blocks,
    validator: split.validator * blocks,
    root: split.root * blocks,
    minted: TAO * blocks,
    dust: split.remainder * blocks,
  }
}

const distribute = (options: { pending: PendingEmission; neurons: readonly Neuron[]; taoWeight: bigint }) =>
  distributeEpoch({ ...options, miners: options.neurons, earners: options.neurons })

describe('distributeEpoch', () => {
  const pending: PendingEmission = { ownerCut: 180n, server: 400n, validator: 400n, root: 20n }

  it("gives servers their incentive, and the owner's to nobody", () => {
    const result = distribute({
      pending,
      taoWeight: 0n,
      neurons: [neuron({ serverEmission: 100n, ownedBySubnetOwner: true }), neuron({ serverEmission: 300n })],
    })
    expect(result.incentives).toEqual([0n, 300n])
    expect(result.withheld).toBe(100n)
    expect(result.minerBurned).toBe(U96F32.one / 4n)
  })

  it('gives validators the part of the servers where there is no incentive', () => {
    const neurons = [neuron({ dividend: 800n, alphaStake: 1n, take: 0 })]
    expect(distribute({ pending, taoWeight: 0n, neurons }).dividends[0]?.alphaDividends).toBe(800n)
    const withMiner = [...neurons, neuron({ serverEmission: 400n })]
    expect(distribute({ pending, taoWeight: 0n, neurons: withMiner }).dividends[0]?.alphaDividends).toBe(400n)
  })

  it('takes the take of the hotkey off its dividends', () => {
    const neurons = [neuron({ serverEmission: 400n, dividend: 400n, alphaStake: 1n, take: 0xffff / 5 })]
    const [paid] = distribute({ pending, taoWeight: 0n, neurons }).dividends
    expect(paid).toMatchObject({ alphaTake: 79n, alphaDividends: 320n })
  })

  it('gives the part of root to those with stake on root', () => {
    const neurons = [
      neuron({ serverEmission: 400n }),
      neuron({ dividend: 200n, alphaStake: 100n, take: 0 }),
      neuron({ dividend: 200n, rootStake: 100n, take: 0 }),
    ]
    const result = distribute({ pending, taoWeight: TAO_WEIGHT, neurons })
    expect(result.dividends.map(({ alphaDividends, rootDividends }) => [alphaDividends, rootDividends])).toEqual([
      [0n, 0n],
      [400n, 0n],
      [0n, 20n],
    ])
  })

  it('balances to the rao over whole epochs', () => {
    const cases = fc.record({
      input: epochInputs,
      blocks: fc.bigInt({ min: 1n, max: 360n }),
      rootProportion: fc.constantFrom(0n, U96F32.one / 8n),
      rootStake: fc.constantFrom(0n, 1000n * TAO),
    })
    fc.assert(
      fc.property(cases, ({ input, blocks, rootProportion, rootStake }) => {
        const drained = pendingAfter(blocks, rootProportion)
        const epoch = runEpoch({ ...input, emission: epochEmissionOf(drained) })
        const neurons = epoch.serverEmission.map((serverEmission, uid) =>
          neuron({
            serverEmission,
            dividend: epoch.validatorEmission[uid] ?? 0n,
            alphaStake: I64F64.toU64(input.stake[uid] ?? 0n),
            rootStake,
            ownedBySubnetOwner: uid === input.ownerUid,
          }),
        )
        const result = distribute({ pending: drained, neurons, taoWeight: TAO_WEIGHT })
        const paid = result.dividends.map((one) => one.alphaTake + one.alphaDividends + one.rootTake + one.rootDividends)
        const given = [...paid, ...result.incentives].reduce((a, b) => a + b, 0n)
        expect(result.ownerCut + given + result.withheld + result.remainder + drained.dust).toBe(drained.minted)
        expect(
          result.dividends.every((one) => one.alphaTake >= 0n && one.alphaDividends >= 0n && one.rootTake >= 0n && one.rootDividends >= 0n),
        ).toBe(true)
      }),
      { numRuns: 200 },
    )
  })
})
