import type { Clock } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallQueue } from './call-queue.js'
import { leadOf, maxLeadTurns } from './priority.js'

function setUp({ maxConcurrent = 1, maxQueued = 10 } = {}) {
  const at = { ms: 0 }
  const clock: Clock = { nowMs: () => at.ms, nowNs: () => BigInt(at.ms) * 1_000_000n, monotonicMs: () => at.ms, sleep: async () => {} }
  return { queue: new CallQueue({ maxConcurrent, maxQueued, clock }), at }
}

function turn(priority: bigint | number, deadlineMs = Number.POSITIVE_INFINITY) {
  let over = () => {}
  const onOver = (listener: () => void) => {
    over = listener
  }
  return { turn: { priority, call: { deadlineMs, onOver } }, end: () => over() }
}

const settled = async <T>(promise: Promise<T>): Promise<T | 'waits'> =>
  Promise.race([promise, new Promise<'waits'>((r) => setImmediate(r, 'waits'))])

describe('CallQueue', () => {
  it('lets so many in, then by stake and arrival', async () => {
    const { queue } = setUp()
    const order: string[] = []
    expect(await queue.enter(turn(0n).turn)).toBeUndefined()
    const waits = [
      ['poor', 1n],
      ['rich', 9n],
      ['poor, later', 1n],
      ['middle', 5n],
    ] as const
    const done = waits.map(([name, stake]) =>
      queue.enter(turn(stake).turn).then((refusal) => {
        expect(refusal).toBeUndefined()
        order.push(name)
        queue.leave()
      }),
    )
    expect(queue.queued).toBe(4)
    queue.leave()
    await Promise.all(done)
    expect(order).toEqual(['rich', 'middle', 'poor', 'poor, later'])
    expect([queue.running, queue.queued]).toEqual([0, 0])
  })

  it('sheds the lowest when it is full: the newcomer, or one that waits', async () => {
    const { queue } = setUp({ maxQueued: 2 })
    expect(queue.tryEnter()).toBe(true)
    const [five, three] = [queue.enter(turn(5n).turn), queue.enter(turn(3n).turn)]
    expect(await queue.enter(turn(3n).turn)).toMatchObject({ status: 'RESOURCE_EXHAUSTED', reason: 'queue_full', retryAfterMs: 1_000 })
    const nine = queue.enter(turn(9n).turn)
    expect(await three).toMatchObject({ status: 'RESOURCE_EXHAUSTED', publicReason: 'RATE', reason: 'shed', retryAfterMs: 1_000 })
    expect(queue.queued).toBe(2)
    queue.leave()
    expect(await nine).toBeUndefined()
    expect(await settled(five)).toBe('waits')
  })

  it('refuses at once what would get its turn too late, by how fast turns come', async () => {
    const { queue, at } = setUp()
    queue.tryEnter()
    for (let i = 0; i < 50; i++) {
      const waiting = queue.enter(turn(1n).turn)
      at.ms += 1_000
      queue.leave()
      expect(await waiting).toBeUndefined()
    }
    expect(await queue.enter(turn(1n, at.ms + 500).turn)).toMatchObject({ status: 'DEADLINE_EXCEEDED', reason: 'would_be_late' })
    const first = queue.enter(turn(1n, at.ms + 1_500).turn)
    // Behind the first it would be late, before it not.
    expect(await queue.enter(turn(1n, at.ms + 1_500).turn)).toMatchObject({ reason: 'would_be_late' })
    const rich = queue.enter(turn(100n, at.ms + 1_500).turn)
    queue.leave()
    expect(await rich).toBeUndefined()
    expect(await settled(first)).toBe('waits')
  })

  it('gives no turn to a call whose deadline has passed, even when its timer is late', async () => {
    const { queue, at } = setUp()
    queue.tryEnter()
    const late = queue.enter(turn(9n, 100).turn)
    const next = queue.enter(turn(1n, 1_000).turn)
    at.ms = 100
    queue.leave()
    expect(await late).toMatchObject({ reason: 'deadline' })
    expect(await next).toBeUndefined()
    queue.leave()
    expect(queue.running).toBe(0)
  })

  it('forgets a call that is over before its turn', async () => {
    const { queue } = setUp()
    queue.tryEnter()
    const leaving = turn(1n)
    const [other, waiting, third] = [queue.enter(turn(1n).turn), queue.enter(leaving.turn), queue.enter(turn(1n).turn)]
    leaving.end()
    expect(await waiting).toMatchObject({ reason: 'deadline' })
    expect(queue.queued).toBe(2)
    queue.leave()
    expect(await other).toBeUndefined()
    // Too late to leave: it has had its end.
    leaving.end()
    queue.leave()
    expect(await third).toBeUndefined()
    queue.leave()
    expect([queue.running, queue.queued]).toEqual([0, 0])
  })

  it(`lets nobody wait more than ${maxLeadTurns} turns longer than those ahead of it, however many rich ones come`, async () => {
    const { queue } = setUp({ maxQueued: 50 })
    queue.tryEnter()
    const poor = queue.enter(turn(0n).turn)
    let turns = 0
    let served = false
    void poor.then(() => {
      served = true
    })
    while (!served && turns < 3 * maxLeadTurns) {
      const rich = queue.enter(turn(2n ** 64n).turn)
      queue.leave()
      turns++
      await Promise.race([poor, rich])
    }
    expect(turns).toBe(maxLeadTurns + 1)
  })

  it('gives each turn to the first by rank, within its bounds, whatever comes and goes', async () => {
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('enter' as const), priority: fc.bigInt({ min: 0n, max: 2n ** 60n }) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('leave' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), which: fc.nat(20) }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80 }), async (actions) => {
        const { queue } = setUp({ maxConcurrent: 2, maxQueued: 6 })
        // The model: all that wait, by rank.
        let waiting: { rank: number; order: number; end: () => void }[] = []
        let [running, turns, order] = [0, 0, 0]
        const outcomes = new Map<number, string>()
        for (const step of actions) {
          if (step.kind === 'enter') {
            const entering = turn(step.priority)
            const mine = order++
            void queue.enter(entering.turn).then((refusal) => outcomes.set(mine, refusal?.reason ?? 'turn'))
            if (running < 2) {
              running++
            } else {
              const rank = turns + maxLeadTurns - leadOf(step.priority)
              waiting.push({ rank, order: mine, end: entering.end })
              waiting.sort((a, b) => a.rank - b.rank || a.order - b.order)
              const shed = waiting.length > 6 ? waiting.pop() : undefined
              await settled(Promise.resolve())
              if (shed !== undefined) expect(outcomes.get(shed.order)).toBe(shed.order === mine ? 'queue_full' : 'shed')
            }
          } else if (step.kind === 'leave' && running > 0) {
            queue.leave()
            const next = waiting.shift()
            if (next === undefined) running--
            else {
              turns++
              await settled(Promise.resolve())
              expect(outcomes.get(next.order)).toBe('turn')
            }
          } else if (step.kind === 'end' && waiting.length > 0) {
            const leaving = waiting[step.which % waiting.length]
            waiting = waiting.filter((other) => other !== leaving)
            leaving?.end()
          }
          expect([queue.running, queue.queued]).toEqual([running, waiting.length])
        }
      }),
      { numRuns: 150 },
    )
  })
})
