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

  it('refuses a name that is none, messages over 32 MiB, sessions over an hour and a queue that would cost more than it saves', () => {
    expect(() => resolveLimits({ maxConections: 1 } as never)).toThrowError(/maxConections/)
    expect(() => resolveLimits({ maxMessageBytes: 33 * 1024 * 1024 })).toThrowError(/32 MiB/)
    expect(() => resolveLimits({ sessionLifetimeMs: 3_600_001 })).toThrowError(/1 h/)
    expect(() => resolveLimits({ maxQueuedCalls: 8193 })).toThrowError(/8192/)
  })
})
