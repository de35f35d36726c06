import { describe, expect, it } from 'vitest'
import { assertClock } from './check-clock.js'

describe('assertClock', () => {
  it.each([
    [14_000, 'Your clock is 14 s ahead'],
    [-14_400, 'Your clock is 14 s behind'],
    [3_001, 'Your clock is 3 s ahead'],
  ])('refuses a clock that is %d ms off', (skewMs, shortMessage) => {
    expect(() => assertClock({ skewMs, uncertaintyMs: 500 })).toThrow(
      expect.objectContaining({ code: 'NEURON_CLOCK_SKEWED', shortMessage }),
    )
  })

  it.each([0, 1_900, -1_900, 2_499])('takes one that may be right at %d ms', (skewMs) => {
    expect(assertClock({ skewMs, uncertaintyMs: 500 })).toBeUndefined()
  })

  it('says nothing where the node does not tell the time', () => {
    expect(assertClock(undefined)).toBeUndefined()
  })
})
