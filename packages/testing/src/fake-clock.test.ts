import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock } from './fake-clock.js'

describe('createFakeClock', () => {
  it('stands still until it is told to go on', async () => {
    const clock = createFakeClock({ startMs: 1_000 })
    expect([clock.nowMs(), clock.nowNs(), clock.monotonicMs()]).toEqual([1_000, 1_000_000_000n, 0])
    await clock.advance(250)
    expect([clock.nowMs(), clock.nowNs(), clock.monotonicMs()]).toEqual([1_250, 1_250_000_000n, 250])
  })

  it('ends sleeps in the order of their times, each at its own time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 12 }), async (waits) => {
        const clock = createFakeClock()
        const woken: number[] = []
        for (const ms of waits) {
          void clock.sleep(ms).then(() => {
            expect(clock.monotonicMs()).toBe(ms)
            woken.push(ms)
          })
        }
        await clock.advance(100)
        expect(woken).toEqual([...waits].sort((a, b) => a - b))
        expect(clock.sleepers).toBe(0)
      }),
      { numRuns: 50 },
    )
  })

  it('runs what a sleep causes before it goes on, also further sleeps', async () => {
    const clock = createFakeClock()
    const times: number[] = []
    const run = async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10)
        times.push(clock.monotonicMs())
      }
    }
    void run()
    await clock.advance(100)
    expect(times).toEqual([10, 20, 30])
  })

  it('gives a sleep up when it is aborted', async () => {
    const clock = createFakeClock()
    const controller = new AbortController()
    const sleeping = clock.sleep(10, controller.signal)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    await expect(clock.sleep(10, controller.signal)).rejects.toThrow('enough')
    expect(clock.sleepers).toBe(0)
  })
})
