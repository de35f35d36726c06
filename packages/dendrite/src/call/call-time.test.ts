import { systemClock } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { CallTime } from './call-time.js'

let nowMs = 0
const clock = { ...systemClock, monotonicMs: () => nowMs }

describe('CallTime', () => {
  it('of a single call runs from the asking, wherever it waits', () => {
    nowMs = 1_000
    const time = new CallTime({ clock, askedMs: 990, timeoutMs: 100, startsAtPlace: false })
    expect(time.leftMs).toBe(90)
    nowMs += 60
    time.start(nowMs)
    expect(time.leftMs).toBe(30)
    nowMs += 40
    expect(time.leftMs).toBe(-10)
  })

  it.each([
    [100, 60_000],
    [90_000, 90_000],
  ])('of %i ms in a round begins with the place, for which there are %i ms', (timeoutMs, placeMs) => {
    nowMs = 5_000
    const time = new CallTime({ clock, askedMs: 0, timeoutMs, startsAtPlace: true })
    expect(time.leftMs).toBe(placeMs)
    nowMs += 50_000
    time.start(nowMs)
    expect(time.leftMs).toBe(timeoutMs)
  })
})
