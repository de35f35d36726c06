import { describe, expect, it } from 'vitest'
import { Barrier } from './barrier.js'
import { isBalanced, type LedgerEntry } from './ledger.js'
import { resetScores, scoreSeries } from './ranking.js'
import { RunRecord } from './record.js'
import { epochOfRound, isAlive, killedEpoch, roundsOf, tempo, weightsRound } from './schedule.js'
import { formatTable } from './table.js'
import { verdict } from './verdict.js'

describe('the schedule', () => {
  it('kills rw63 for each round of one epoch, and nobody else', () => {
    const rounds = Array.from({ length: roundsOf(3) }, (_, i) => i + 1)
    const dead = rounds.filter((round) => !isAlive('rw63', round))
    expect(dead).toEqual(rounds.filter((round) => epochOfRound(round) === killedEpoch))
    expect(dead).toHaveLength(tempo)
    expect(rounds.every((round) => isAlive('ewma', round))).toBe(true)
  })

  it('leaves each epoch’s weights at least eight rounds, and time to be included', () => {
    expect(weightsRound(1)).toBeGreaterThanOrEqual(8)
    for (const epoch of [1, 2, 3]) expect(weightsRound(epoch)).toBeLessThan(roundsOf(epoch))
  })
})

describe('verdict', () => {
  const miners = Object.entries({
    rw252: 9000,
    rw63: 0,
    ewma: 12000,
    garch: 12500,
    'ar-ewma': 12700,
    robust: 10000,
    lazy: 0,
    copycat: 0,
    slow: 0,
  }).map(([model, incentive]) => ({
    model,
    incentive,
    alwaysAnswered: model !== 'rw63' && model !== 'slow',
  }))
  const judge = (changes: Record<string, number> = {}, lighterVtrust = 60_000) =>
    verdict({ miners: miners.map((miner) => ({ ...miner, incentive: changes[miner.model] ?? miner.incentive })), lighterVtrust })

  it('finds nothing wrong with a good run', () => {
    expect(judge()).toEqual([])
  })

  it.each([
    ['lazy above another', { lazy: 9500 }, 60_000, /^lazy earns no less than rw252$/],
    ['copycat level with another', { copycat: 9000 }, 60_000, /^copycat earns no less than rw252$/],
    ['garch no better than rw252', { garch: 9000 }, 60_000, /^garch earns no more than rw252$/],
    ['slow level with ewma', { slow: 12000 }, 60_000, /^slow earns no less than ewma$/],
    ['validators that disagree', {}, 55_000, /vtrust of 0\.839/],
  ])('tells of %s', (_, changes, lighterVtrust, problem) => {
    expect(judge(changes as Record<string, number>, lighterVtrust)).toEqual([expect.stringMatching(problem)])
  })
})

describe('the ledger', () => {
  const entry: LedgerEntry = {
    epoch: 1,
    block: 45,
    minted: 20_000_000_000n,
    ownerCut: 3_599_908_440n,
    incentive: 8_200_045_746n,
    dividends: 8_200_045_756n,
    root: 0n,
    burned: 54n,
    roundedAway: 54n,
    remainder: 4n,
  }

  it('balances when rounding explains what is missing', () => {
    expect(isBalanced(entry, 12, 20)).toBe(true)
  })

  it.each([
    ['a sum that is off by one rao', { incentive: entry.incentive + 1n }],
    ['a remainder of a rao a neuron', { remainder: 12n, incentive: entry.incentive - 8n }],
    ['more paid than minted', { remainder: -1n, incentive: entry.incentive + 5n }],
    ['more rounded away than rounding can', { roundedAway: 1000n, burned: 1000n, incentive: entry.incentive - 946n }],
    ['nothing minted', { minted: 0n, ownerCut: 0n, incentive: 0n, dividends: 0n, burned: 0n, roundedAway: 0n, remainder: 0n }],
  ])('does not balance with %s', (_, change) => {
    expect(isBalanced({ ...entry, ...change }, 12, 20)).toBe(false)
  })
})

describe('the record', () => {
  function recordOf(
    rounds: { validator: number; skills: Record<string, number>; held?: Record<string, number>; codes?: Record<string, string> }[],
  ): RunRecord {
    const record = new RunRecord()
    const counts = new Map<number, number>()
    const averages = new Map<string, number>()
    for (const { validator, skills, held, codes = {} } of rounds) {
      const round = (counts.get(validator) ?? 0) + 1
      counts.set(validator, round)
      const miners = Object.entries(skills).map(([hotkey, skill]) => {
        const average = 0.95 * (averages.get(`${validator}${hotkey}`) ?? 0) + 0.05 * skill
        averages.set(`${validator}${hotkey}`, average)
        return { hotkey, answered: codes[hotkey] === undefined, score: 1 - skill, skill, held: held?.[hotkey] ?? average }
      })
      record.addScores(validator, { type: 'scored', round, miners })
      record.addRound(validator, {
        type: 'round-finished',
        replies: miners.map(({ hotkey }) => ({ hotkey, callMs: 5, ...(codes[hotkey] && { code: codes[hotkey] }) })),
      })
    }
    return record
  }

  it('counts calls by how they ended', () => {
    const record = recordOf([{ validator: 1, skills: { a: 0, b: 0, c: 0 }, codes: { b: 'DENDRITE_TIMEOUT', c: 'DENDRITE_DENIED' } }])
    expect(record.counts()).toEqual({ answered: 1, failed: 1, refused: 1 })
    expect(record.alwaysAnswered('a')).toBe(true)
    expect(record.alwaysAnswered('b')).toBe(false)
  })

  it('averages scores over the rounds of all validators', () => {
    const record = recordOf([
      { validator: 1, skills: { a: 0.1 } },
      { validator: 2, skills: { a: 0.3 } },
      { validator: 1, skills: { a: 0.5 } },
      { validator: 2, skills: { a: 0.1 } },
    ])
    expect(record.meanScore('a')).toBeCloseTo(0.75, 12)
    expect(record.meanScore('nobody')).toBeUndefined()
  })

  it('gives the same mean to the last bit in whatever order the rounds end', () => {
    const rounds = [0.1, 0.2, 0.3, 0.7, 0.9].map((skill, i) => ({ validator: 1 + (i % 2), skills: { a: skill } }))
    const orders = rounds.map((_, i) => [...rounds.slice(i), ...rounds.slice(0, i)])
    // What is tested can go wrong: added up as they come, the scores give several sums.
    expect(new Set(orders.map((order) => order.reduce((sum, { skills }) => sum + (1 - skills.a), 0))).size).toBeGreaterThan(1)
    expect(new Set(orders.map((order) => recordOf(order).meanScore('a'))).size).toBe(1)
  })

  it('ranks by what both validators hold, and only of rounds that both have ended', () => {
    const record = recordOf([
      { validator: 1, skills: { a: 0.2 } },
      { validator: 2, skills: { a: 0.4 } },
      { validator: 1, skills: { a: 0.9 } },
    ])
    expect(scoreSeries(record.rounds, 2).get('a')).toEqual([expect.closeTo(0.015, 12)])
  })

  it('sees a score that was reset', () => {
    const good = [
      { validator: 1, skills: { a: 0.2, b: 0.1 } },
      { validator: 1, skills: { a: 0.2, b: 0.1 } },
    ]
    expect(resetScores(recordOf(good).rounds)).toEqual([])
    expect(resetScores(recordOf([...good, { validator: 1, skills: { a: 0.2, b: 0.1 }, held: { a: 0.01 } }]).rounds)).toEqual(['a'])
  })
})

describe('the barrier', () => {
  it('opens when the last party has come', async () => {
    const barrier = new Barrier([1, 2], new AbortController().signal)
    let isOpen = false
    const passed = barrier.passed(7).then(() => {
      isOpen = true
    })
    barrier.report(1, 9)
    barrier.report(2, 6)
    await new Promise(setImmediate)
    expect(isOpen).toBe(false)
    barrier.report(2, 7)
    await passed
    expect(isOpen).toBe(true)
  })

  it('lets nobody wait for a run that is over', async () => {
    const stop = new AbortController()
    const barrier = new Barrier([1], stop.signal)
    const passed = barrier.passed(1)
    stop.abort(new Error('over'))
    await expect(passed).rejects.toThrow('over')
  })
})

describe('formatTable', () => {
  it('aligns text to the left and numbers to the right', () => {
    expect(
      formatTable(
        [{ title: 'name' }, { title: 'n', isNumber: true }],
        [
          ['a', '1'],
          ['longer', '22'],
        ],
      ),
    ).toEqual(['name     n', '------  --', 'a        1', 'longer  22'])
  })
})
