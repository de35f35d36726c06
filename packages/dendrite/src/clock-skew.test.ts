import { TensorKitError } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { describeSkew } from './clock-skew.js'

const stale = new TensorKitError('AUTH_STALE', 'stale', { facts: { hotkey: 'h' } })

describe('describeSkew', () => {
  it('says how far the clock is off, and what to do', () => {
    expect(describeSkew(stale, 14_000)).toMatchObject({
      shortMessage: 'Your clock is 14 s ahead of the axon’s',
      facts: { hotkey: 'h', skewMs: 14_000 },
    })
    expect(describeSkew(stale, -61_400).shortMessage).toBe('Your clock is 61 s behind the axon’s')
    expect(describeSkew(stale, 14_000).remedy).toContain('NTP')
  })

  it('says nothing of a clock that is right, or that nobody could compare', () => {
    expect(describeSkew(stale, 400)).toBe(stale)
    expect(describeSkew(stale, undefined)).toBe(stale)
  })
})
