import type { Ss58Address } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { failureError, printable } from './failure-error.js'
import type { CallFailure } from './transport/unary-call.js'

const target = { hotkey: 'hotkey' as Ss58Address, uid: undefined, host: '::1', port: 8091, isFromChain: false }
const errorOf = (failure: Partial<CallFailure>) =>
  failureError({ code: 13, details: 'x', isLocal: false, reason: undefined, ...failure }, target, '/a.B/C')

describe('failureError', () => {
  it.each([
    [{ code: 14, isLocal: true }, 'DENDRITE_UNREACHABLE'],
    [{ code: 14, reason: 'DRAINING' }, 'DENDRITE_UNAVAILABLE'],
    [{ code: 1, isLocal: true }, 'CORE_ABORTED'],
    [{ code: 1 }, 'DENDRITE_REMOTE_ERROR'],
    [{ code: 3 }, 'PROTOCOL_MISMATCH'],
    [{ code: 3, reason: 'AUTH_REFUSED' }, 'DENDRITE_UNAUTHENTICATED'],
    [{ code: 4, isLocal: true }, 'DENDRITE_TIMEOUT'],
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
