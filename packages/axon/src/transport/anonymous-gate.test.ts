import { describe, expect, it } from 'vitest'
import { refusals } from '../refusal.js'
import { resolveLimits } from '../resolve-limits.js'
import { AnonymousGate } from './anonymous-gate.js'
import type { Connection } from './connection.js'
import type { IncomingCall } from './incoming-call.js'

const callFrom = (source: string, headers: IncomingCall['headers'] = {}): Pick<IncomingCall, 'connection' | 'headers'> => ({
  connection: { source } as Connection,
  headers,
})

describe('AnonymousGate', () => {
  it('has room for so many, half of it for one source', () => {
    const gate = new AnonymousGate(resolveLimits({ maxAnonymousCalls: 4 }))
    const left = [gate.enter(callFrom('a')), gate.enter(callFrom('a'))]
    expect(left).toEqual([expect.any(Function), expect.any(Function)])
    expect(gate.enter(callFrom('a'))).toBe(refusals.anonymousFull)
    expect([gate.enter(callFrom('b')), gate.enter(callFrom('c'))]).toEqual([expect.any(Function), expect.any(Function)])
    expect(gate.enter(callFrom('d'))).toBe(refusals.anonymousFull)
    const [leave] = left
    if (typeof leave === 'function') leave()
    // Once is enough.
    if (typeof leave === 'function') leave()
    expect(gate.enter(callFrom('d'))).toEqual(expect.any(Function))
    expect(gate.enter(callFrom('e'))).toBe(refusals.anonymousFull)
  })

  it('takes no more metadata than of a call with credentials', () => {
    const gate = new AnonymousGate(resolveLimits({ maxMetadataBytes: 1024 }))
    expect(gate.enter(callFrom('a', { x: 'y'.repeat(1023) }))).toEqual(expect.any(Function))
    expect(gate.enter(callFrom('a', { x: 'y'.repeat(1024) }))).toBe(refusals.metadataTooLarge)
  })
})
