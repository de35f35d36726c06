import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from './clock.js'

describe('systemClock', () => {
  it('tells unix time in ms and ns, and a time that never goes back', () => {
    const before = Date.now()
    const ms = systemClock.nowMs()
    const ns = systemClock.nowNs()
    const after = Date.now()
    expect(ms).toBeGreaterThanOrEqual(before)
    expect(ns).toBeGreaterThanOrEqual(BigInt(before) * 1_000_000n)
    expect(ns).toBeLessThanOrEqual(BigInt(after) * 1_000_000n)
    expect(systemClock.monotonicMs()).toBeLessThanOrEqual(systemClock.monotonicMs())
  })
})

describe('systemClock.sleep', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  async function stateAfter(sleep: Promise<void>, ms: number): Promise<string> {
    let state = 'asleep'
    sleep.then(
      () => (state = 'awake'),
      (reason: unknown) => (state = String(reason)),
    )
    await vi.advanceTimersByTimeAsync(ms)
    return state
  }

  it('wakes at its time, and lets go of the signal', async () => {
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    const sleep = systemClock.sleep(100, signal)
    expect(await stateAfter(sleep, 99)).toBe('asleep')
    expect(await stateAfter(sleep, 1)).toBe('awake')
    expect(removed).toHaveBeenCalledOnce()
  })

  it('sleeps longer than a timer can', async () => {
    const sleep = systemClock.sleep(2 ** 31 + 100)
    expect(await stateAfter(sleep, 2 ** 31)).toBe('asleep')
    expect(await stateAfter(sleep, 100)).toBe('awake')
  })

  it('throws the reason of the signal, before or while asleep, and leaves no timer', async () => {
    expect(await stateAfter(systemClock.sleep(1e9, AbortSignal.abort('early')), 0)).toBe('early')
    const controller = new AbortController()
    const sleep = systemClock.sleep(1e9, controller.signal)
    expect(await stateAfter(sleep, 5)).toBe('asleep')
    controller.abort('late')
    expect(await stateAfter(sleep, 0)).toBe('late')
    expect(vi.getTimerCount()).toBe(0)
  })
})
