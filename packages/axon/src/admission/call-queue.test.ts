import { describe, expect, it } from 'vitest'
import { CallQueue } from './call-queue.js'

function turn(priority: bigint, deadlineMs = Number.POSITIVE_INFINITY) {
  let over = () => {}
  return {
    turn: {
      priority,
      nowMs: 0,
      call: {
        deadlineMs,
        onOver: (listener: () => void) => {
          over = listener
        },
      },
    },
    end: () => over(),
  }
}

describe('CallQueue', () => {
  it('lets so many in, then by stake and arrival', async () => {
    const queue = new CallQueue({ maxConcurrent: 1, maxQueued: 10 })
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
        queue.leave(1)
      }),
    )
    expect(queue.queued).toBe(4)
    queue.leave(1)
    await Promise.all(done)
    expect(order).toEqual(['rich', 'middle', 'poor', 'poor, later'])
    expect([queue.running, queue.queued]).toEqual([0, 0])
  })

  it('is bounded', async () => {
    const queue = new CallQueue({ maxConcurrent: 1, maxQueued: 1 })
    expect(queue.tryEnter()).toBe(true)
    void queue.enter(turn(1n).turn)
    expect(await queue.enter(turn(9n).turn)).toMatchObject({ status: 'RESOURCE_EXHAUSTED', reason: 'queue_full' })
  })

  it('refuses at once what would get its turn too late, by how long calls have taken', async () => {
    const queue = new CallQueue({ maxConcurrent: 1, maxQueued: 10 })
    for (let i = 0; i < 100; i++) {
      queue.tryEnter()
      queue.leave(1_000)
    }
    queue.tryEnter()
    expect(await queue.enter(turn(1n, 500).turn)).toMatchObject({ status: 'DEADLINE_EXCEEDED', reason: 'would_be_late' })
    const waiting = queue.enter(turn(1n, 5_000).turn)
    queue.leave(1_000)
    expect(await waiting).toBeUndefined()
  })

  it('forgets a call that is over before its turn', async () => {
    const queue = new CallQueue({ maxConcurrent: 1, maxQueued: 10 })
    queue.tryEnter()
    const leaving = turn(1n)
    const waiting = queue.enter(leaving.turn)
    leaving.end()
    expect(await waiting).toMatchObject({ reason: 'deadline' })
    expect(queue.queued).toBe(0)
    queue.leave(1)
    expect(queue.running).toBe(0)
  })
})
