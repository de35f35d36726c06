import { describe, expect, it } from 'vitest'
import { defaultAxonLimits } from './limits.js'
import { resolveLimits } from './resolve-limits.js'

describe('resolveLimits', () => {
  it('fills in the defaults, all of them finite', () => {
    expect(resolveLimits({ maxQueuedCalls: 7 })).toEqual({ ...defaultAxonLimits, maxQueuedCalls: 7 })
    for (const value of Object.values(defaultAxonLimits)) expect(Number.isFinite(value)).toBe(true)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5' as never])('refuses %s', (value) => {
    expect(() => resolveLimits({ maxConnections: value })).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })

  it('refuses a name that is none, and messages over 32 MiB', () => {
    expect(() => resolveLimits({ maxConections: 1 } as never)).toThrowError(/maxConections/)
    expect(() => resolveLimits({ maxMessageBytes: 33 * 1024 * 1024 })).toThrowError(/32 MiB/)
  })
})
