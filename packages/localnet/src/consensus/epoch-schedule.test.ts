import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  activityCutoffBlocks,
  advanceEpochSchedule,
  blocksUntilNextAutoEpoch,
  commitEpoch,
  type EpochSchedule,
  initialLastEpochBlock,
  MAX_TEMPO,
  nextEpochStartBlock,
  predictFirstRevealBlock,
  shouldRunEpoch,
} from './epoch-schedule.js'

interface State {
  last_epoch_block: number
  pending_epoch_at: number
  subnet_epoch_index: number
  tempo: number
  blocks_since_last_step: number
  current_block: number
}
interface Vectors {
  constants: { MAX_TEMPO: number }
  predict_first_reveal_block: { name: string; state: State; reveal_period_epochs: number; expected_reveal_block: number | null }[]
  commit_epoch: { name: string; state: State; expected_commit_epoch: number }[]
  should_run_epoch: { state: State; block: number; expected: boolean }[]
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../../vectors/epoch-schedule/epoch-schedule.json', import.meta.url), 'utf8'),
) as Vectors

const schedule = (state: State): EpochSchedule => ({
  lastEpochBlock: BigInt(state.last_epoch_block),
  pendingEpochAt: BigInt(state.pending_epoch_at),
  subnetEpochIndex: BigInt(state.subnet_epoch_index),
  tempo: state.tempo,
  blocksSinceLastStep: BigInt(state.blocks_since_last_step),
})

describe('epoch schedule vectors', () => {
  it('has the same longest tempo', () => {
    expect(MAX_TEMPO).toBe(vectors.constants.MAX_TEMPO)
  })

  it.each(vectors.predict_first_reveal_block)(
    'predictFirstRevealBlock: $name',
    ({ state, reveal_period_epochs, expected_reveal_block }) => {
      const predict = () =>
        predictFirstRevealBlock(schedule(state), {
          currentBlock: BigInt(state.current_block),
          revealPeriodEpochs: BigInt(reveal_period_epochs),
        })
      if (expected_reveal_block === null) expect(predict).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
      else expect(predict()).toBe(BigInt(expected_reveal_block))
    },
  )

  it.each(vectors.commit_epoch)('commitEpoch: $name', ({ state, expected_commit_epoch }) => {
    expect(commitEpoch(schedule(state), BigInt(state.current_block))).toBe(BigInt(expected_commit_epoch))
  })

  it.each(vectors.should_run_epoch)('shouldRunEpoch: tempo $state.tempo, block $block', ({ state, block, expected }) => {
    expect(shouldRunEpoch(schedule(state), BigInt(block))).toBe(expected)
  })
})

describe('epoch schedule', () => {
  const base: EpochSchedule = { lastEpochBlock: 100n, pendingEpochAt: 0n, subnetEpochIndex: 7n, tempo: 50, blocksSinceLastStep: 0n }

  it('is due when a pending block is reached, and not before', () => {
    const pending = { ...base, pendingEpochAt: 110n }
    expect([109n, 110n, 111n].map((block) => shouldRunEpoch(pending, block))).toEqual([false, true, true])
    expect(nextEpochStartBlock(pending)).toBe(110n)
    expect(nextEpochStartBlock({ ...base, pendingEpochAt: 200n })).toBe(150n)
  })

  it('is due after too long without a step, whatever the tempo', () => {
    expect(shouldRunEpoch({ ...base, blocksSinceLastStep: BigInt(MAX_TEMPO) }, 101n)).toBe(false)
    expect(shouldRunEpoch({ ...base, blocksSinceLastStep: BigInt(MAX_TEMPO) + 1n }, 101n)).toBe(true)
  })

  it('counts down to the next epoch by tempo', () => {
    expect(blocksUntilNextAutoEpoch(base, 120n)).toBe(30n)
    expect(blocksUntilNextAutoEpoch(base, 999n)).toBe(0n)
    expect(blocksUntilNextAutoEpoch({ ...base, tempo: 0 }, 999n)).toBeUndefined()
    expect(nextEpochStartBlock({ ...base, tempo: 0 })).toBeUndefined()
  })

  it('staggers subnets by netuid and never before block 0', () => {
    expect(initialLastEpochBlock({ netuid: 12, tempo: 10, block: 100n })).toBe(98n)
    expect(initialLastEpochBlock({ netuid: 12, tempo: 0, block: 100n })).toBe(100n)
    expect(initialLastEpochBlock({ netuid: 9, tempo: 10, block: 3n })).toBe(0n)
  })

  it('has the default cutoff of 5000 blocks at tempo 360, and at least 1', () => {
    expect(activityCutoffBlocks({ factorMilli: 13_889, tempo: 360 })).toBe(5000n)
    expect(activityCutoffBlocks({ factorMilli: 13_889, tempo: 10 })).toBe(138n)
    expect(activityCutoffBlocks({ factorMilli: 1, tempo: 1 })).toBe(1n)
  })

  it('runs once every tempo blocks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 300 }), (tempo, blocks) => {
        let state: EpochSchedule = { ...base, tempo }
        for (let block = 101n; block <= 100n + BigInt(blocks); block++) state = advanceEpochSchedule(state, block)
        expect(state.subnetEpochIndex - base.subnetEpochIndex).toBe(BigInt(Math.floor(blocks / tempo)))
      }),
    )
  })

  it('predicts the first block whose epoch is exactly the target', () => {
    const state = fc.record({
      tempo: fc.integer({ min: 1, max: 30 }),
      age: fc.integer({ min: 0, max: 40 }),
      pendingIn: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      period: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(state, ({ tempo, age, pendingIn, period }) => {
        const head = 1000n
        const start: EpochSchedule = {
          ...base,
          tempo,
          lastEpochBlock: head - BigInt(age),
          pendingEpochAt: pendingIn === undefined ? 0n : head + BigInt(pendingIn),
        }
        const reveal = predictFirstRevealBlock(start, { currentBlock: head, revealPeriodEpochs: BigInt(period) })
        let stepped = start
        const epochs: bigint[] = []
        for (let block = head + 1n; block <= reveal; block++) {
          epochs.push(commitEpoch(stepped, block))
          stepped = advanceEpochSchedule(stepped, block)
        }
        expect(epochs.indexOf((epochs[0] ?? 0n) + BigInt(period))).toBe(epochs.length - 1)
      }),
    )
  })
})
