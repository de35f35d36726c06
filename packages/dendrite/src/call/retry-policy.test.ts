import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallFault } from '../transport/client-transport.js'
import { RetryPolicy } from './retry-policy.js'

const faults: (CallFault | undefined)[] = [
  'connect',
  'pin',
  'other-connection',
  'queue-full',
  'refused',
  'lost',
  'deadline',
  'cancelled',
  'closed',
  'too-large',
  'bad-reply',
  undefined,
]
const unsent = (fault: CallFault | undefined) => ({ wasSent: false, fault, pushbackMs: undefined })

describe('RetryPolicy', () => {
  it('never makes a call again that the peer may have got', () => {
    fc.assert(
      fc.property(fc.constantFrom(...faults), fc.option(fc.nat(), { nil: undefined }), (fault, pushbackMs) => {
        expect(new RetryPolicy(10).delayAfter({ wasSent: true, fault, pushbackMs }, false)).toBeUndefined()
      }),
    )
  })

  it('makes it again at once after a connection that was leaving, and a little later after one that could not be made', () => {
    expect(new RetryPolicy(2).delayAfter(unsent('refused'), false)).toBe(0)
    const policy = new RetryPolicy(20)
    for (let i = 0; i < 19; i++) {
      const delayMs = policy.delayAfter(unsent('connect'), false) as number
      expect(delayMs).toBeGreaterThan(0)
      expect(delayMs).toBeLessThanOrEqual(2_000)
    }
    expect(policy.delayAfter(unsent('connect'), false)).toBeUndefined()
  })

  it('ends after so many attempts, and with a peer that wants none', () => {
    expect(new RetryPolicy(1).delayAfter(unsent('lost'), false)).toBeUndefined()
    expect(new RetryPolicy(5).delayAfter({ ...unsent('lost'), pushbackMs: Number.POSITIVE_INFINITY }, false)).toBeUndefined()
    for (const fault of ['pin', 'deadline', 'cancelled', 'closed'] as const) {
      expect(new RetryPolicy(5).delayAfter(unsent(fault), false)).toBeUndefined()
    }
  })

  it('is worth one more try, and no second one, where the session had expired', () => {
    const policy = new RetryPolicy(1)
    const refused = { wasSent: true, fault: undefined, pushbackMs: undefined }
    expect(policy.delayAfter(refused, true)).toBe(0)
    expect(policy.delayAfter(refused, true)).toBeUndefined()
  })
})
