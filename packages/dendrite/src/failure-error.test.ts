import type { Ss58Address } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { failureError, printable } from './failure-error.js'
import type { CallEnd } from './transport/client-transport.js'

const peer = { hotkey: 'hotkey' as Ss58Address, uid: undefined, address: '[::1]:8091' }
const errorOf = (end: Partial<CallEnd>) =>
  failureError(
    {
      code: 13,
      details: 'x',
      isLocal: end.fault !== undefined,
      fault: undefined,
      wasSent: true,
      reason: undefined,
      pushbackMs: undefined,
      ...end,
    },
    peer,
    '/a.B/C',
  )

describe('failureError', () => {
  it.each([
    [{ code: 14, fault: 'connect' }, 'DENDRITE_UNREACHABLE'],
    [{ code: 14, fault: 'lost' }, 'DENDRITE_UNREACHABLE'],
    [{ code: 14, fault: 'pin' }, 'DENDRITE_TLS_REFUSED'],
    [{ code: 14, fault: 'refused' }, 'DENDRITE_UNAVAILABLE'],
    [{ code: 14, fault: 'closed' }, 'CORE_CLOSED'],
    [{ code: 8, fault: 'too-large' }, 'DENDRITE_BAD_REPLY'],
    [{ code: 13, fault: 'bad-reply' }, 'DENDRITE_BAD_REPLY'],
    [{ code: 16, reason: 'SESSION_REQUIRED' }, 'DENDRITE_SESSION_REQUIRED'],
    [{ code: 14, reason: 'DRAINING' }, 'DENDRITE_UNAVAILABLE'],
    [{ code: 1, fault: 'cancelled' }, 'CORE_ABORTED'],
    [{ code: 1 }, 'DENDRITE_REMOTE_ERROR'],
    [{ code: 3 }, 'PROTOCOL_MISMATCH'],
    [{ code: 3, reason: 'AUTH_REFUSED' }, 'DENDRITE_UNAUTHENTICATED'],
    [{ code: 4, fault: 'deadline' }, 'DENDRITE_TIMEOUT'],
    [{ code: 7, reason: 'DENIED' }, 'DENDRITE_DENIED'],
    [{ code: 8 }, 'DENDRITE_EXHAUSTED'],
    [{ code: 12 }, 'DENDRITE_UNIMPLEMENTED'],
    [{ code: 13 }, 'DENDRITE_REMOTE_ERROR'],
    [{ code: 16 }, 'DENDRITE_UNAUTHENTICATED'],
    [{ code: 16, reason: 'AUTH_STALE' }, 'AUTH_STALE'],
    [{ code: 999 }, 'DENDRITE_REMOTE_ERROR'],
  ] as const)('%o is %s', (failure, code) => {
    expect(errorOf(failure).code).toBe(code)
  })

  it('tells a peer that did not answer from one that was never asked', () => {
    expect(errorOf({ code: 4, fault: 'deadline' }).facts).not.toHaveProperty('waitedFor')
    expect(errorOf({ code: 4, fault: 'deadline', wasSent: false })).toMatchObject({
      code: 'DENDRITE_TIMEOUT',
      facts: { waitedFor: 'connection', method: '/a.B/C' },
    })
  })

  it('keeps a peer’s text out of the short message, and short', () => {
    const error = errorOf({ details: `\u001b[31mBuy now\n${'a'.repeat(10_000)}` })
    expect(error.shortMessage).not.toContain('Buy')
    expect(error.facts.peerText).toMatch(/^\?\[31mBuy now\?a+…$/)
    expect(error.message.length).toBeLessThan(600)
    expect(error.facts.address).toBe('[::1]:8091')
  })
})

describe('printable', () => {
  it('leaves nothing of what is not printable ASCII', () => {
    expect(printable('a\tb\u202ec')).toBe('a?b?c')
    expect(printable('')).toBeUndefined()
  })
})
