import { hash } from 'node:crypto'
import { inspect } from 'node:util'
import type { Clock, Ss58Address } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionStore } from './session-store.js'

const alice = 'alice' as Ss58Address
const bob = 'bob' as Ss58Address
const hour = 3_600_000

function fakeClock() {
  const at = { wallMs: 1_800_000_000_000, monotonicMs: 0 }
  const clock: Clock = {
    nowMs: () => at.wallMs,
    nowNs: () => BigInt(at.wallMs) * 1_000_000n,
    monotonicMs: () => at.monotonicMs,
    sleep: async () => {},
  }
  const pass = (ms: number) => {
    at.wallMs += ms
    at.monotonicMs += ms
  }
  return { at, clock, pass }
}

function connection() {
  const listeners: (() => void)[] = []
  return {
    isOpen: true,
    onClose: (listener: () => void) => void listeners.push(listener),
    get listeners() {
      return listeners.length
    },
    close() {
      this.isOpen = false
      for (const listener of listeners) listener()
    },
  }
}

function setUp(limits: Partial<{ maxSessions: number; maxSessionsPerHotkey: number; sessionLifetimeMs: number }> = {}) {
  const time = fakeClock()
  const sizes: number[] = []
  const store = new SessionStore({
    limits: { maxSessions: 4096, maxSessionsPerHotkey: 16, sessionLifetimeMs: hour, ...limits },
    clock: time.clock,
    metrics: { count: () => {}, observe: () => {}, gauge: (_name, size) => void sizes.push(size) },
  })
  const open = (hotkey: Ss58Address, on: ReturnType<typeof connection>) => {
    const token = store.newToken()
    const opened = store.open({ hotkey, scheme: 'sr25519', source: '192.0.2.1', connection: on, token, expiry: store.expiryFromNow() })
    return { opened, token: token.toString('hex') }
  }
  return { store, open, sizes, ...time }
}

describe('SessionStore', () => {
  it('finds a session by its token, on its connection and nowhere else', () => {
    const { store, open } = setUp()
    const [here, there] = [connection(), connection()]
    const { token } = open(alice, here)
    expect(store.find(token, here)).toMatchObject({ hotkey: alice, scheme: 'sr25519' })
    expect(store.find(token, there)).toBe('elsewhere')
    expect(store.find('0'.repeat(64), here)).toBe('unknown')
  })

  it.each(['wall clock', 'monotonic clock'] as const)('ends a session after its time by the %s', (which) => {
    const { store, open, at } = setUp()
    const here = connection()
    const { token } = open(alice, here)
    const step = (ms: number) => {
      if (which === 'wall clock') at.wallMs += ms
      else at.monotonicMs += ms
    }
    step(hour - 1_001)
    expect(store.find(token, here)).toMatchObject({ hotkey: alice })
    step(1_001)
    expect(store.find(token, here)).toBe('expired')
    expect(store.size).toBe(0)
    // A clock that is set back brings nothing back.
    step(-hour)
    expect(store.find(token, here)).toBe('unknown')
  })

  it('drops all sessions of a connection that closes, and opens none on a closed one', () => {
    const { store, open } = setUp()
    const [here, there] = [connection(), connection()]
    const tokens = [open(alice, here).token, open(bob, here).token]
    const kept = open(alice, there).token
    expect(here.listeners).toBe(1)
    here.close()
    for (const token of tokens) expect(store.find(token, here)).toBe('unknown')
    expect(store.find(kept, there)).toMatchObject({ hotkey: alice })
    expect(open(alice, here).opened).toBe(false)
    expect(store.size).toBe(1)
  })

  it("takes a hotkey's own longest idle session when it has its share", () => {
    const { store, open, pass } = setUp({ maxSessionsPerHotkey: 3 })
    const here = connection()
    const others = open(bob, here).token
    const tokens = [open(alice, here).token]
    pass(1)
    tokens.push(open(alice, here).token)
    pass(1)
    tokens.push(open(alice, here).token)
    pass(1)
    // The oldest was used last, so that the second is the longest idle.
    store.find(tokens[0] as string, here)
    pass(1)
    tokens.push(open(alice, here).token)
    expect(tokens.map((token) => typeof store.find(token, here))).toEqual(['object', 'string', 'object', 'object'])
    expect(store.find(others, here)).toMatchObject({ hotkey: bob })
  })

  it('refuses when it is full: no hotkey loses a session to another', () => {
    const { store, open, pass } = setUp({ maxSessions: 4, maxSessionsPerHotkey: 2 })
    const here = connection()
    const tokens = ['a', 'b', 'c', 'd'].map((name) => open(name as Ss58Address, here).token)
    expect(store.hasRoomFor(bob)).toBe(false)
    expect(open(bob, here).opened).toBe(false)
    for (const token of tokens) expect(store.find(token, here)).toBeTypeOf('object')
    // Expired ones make room.
    pass(hour)
    expect(open(bob, here).opened).toBe(true)
    expect(store.size).toBe(1)
  })

  it('lets a hotkey with its share replace its own even then', () => {
    const { store, open } = setUp({ maxSessions: 2, maxSessionsPerHotkey: 2 })
    const here = connection()
    open(alice, here)
    open(alice, here)
    expect(store.hasRoomFor(bob)).toBe(false)
    expect(open(alice, here).opened).toBe(true)
    expect(store.size).toBe(2)
  })

  it('purges a bounded number of expired sessions at once', () => {
    const { store, open, pass } = setUp()
    const here = connection()
    for (let i = 0; i < 200; i++) open(`hotkey ${i}` as Ss58Address, here)
    pass(hour)
    expect(store.hasRoomFor(bob)).toBe(true)
    expect(store.size).toBe(200 - 64)
  })

  it('drops all of a hotkey, and everything when it closes, and tells how many there are', () => {
    const { store, open, sizes } = setUp()
    const here = connection()
    const [mine, others] = [open(alice, here).token, open(bob, here).token]
    store.dropHotkey(alice)
    expect(store.find(mine, here)).toBe('unknown')
    expect(store.find(others, here)).toMatchObject({ hotkey: bob })
    store.close()
    expect(store.find(others, here)).toBe('unknown')
    expect(open(bob, here).opened).toBe(false)
    expect(sizes).toEqual([1, 2, 1, 0])
  })

  it('keeps no token: neither bytes nor hex are in anything that it gives or holds', () => {
    const { store, open } = setUp()
    const here = connection()
    const { token } = open(alice, here)
    const session = store.find(token, here)
    const shown =
      inspect(session, { depth: 9, showHidden: true }) + inspect(store, { depth: 9, showHidden: true }) + JSON.stringify(session)
    expect(shown).not.toContain(token)
    expect(shown).not.toContain(Buffer.from(token, 'hex').toString('base64'))
    // The hash is what it is found by.
    expect(shown).toContain(hash('sha256', Buffer.from(token, 'hex'), 'base64url'))
  })

  it('holds its bounds and its indexes whatever happens', () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('open' as const), hotkey: fc.integer({ min: 0, max: 5 }), on: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('close' as const), on: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: hour }) }),
      fc.record({ kind: fc.constant('drop' as const), hotkey: fc.integer({ min: 0, max: 5 }) }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const { store, open, pass } = setUp({ maxSessions: 8, maxSessionsPerHotkey: 3 })
        const connections = [connection(), connection(), connection(), connection()]
        const tokens: { token: string; on: ReturnType<typeof connection>; hotkey: string }[] = []
        for (const step of actions) {
          if (step.kind === 'open') {
            const on = connections[step.on] as ReturnType<typeof connection>
            const hotkey = `hotkey ${step.hotkey}` as Ss58Address
            const { opened, token } = open(hotkey, on)
            if (opened) tokens.push({ token, on, hotkey })
          } else if (step.kind === 'close') {
            connections[step.on]?.close()
            connections[step.on] = connection()
          } else if (step.kind === 'pass') pass(step.ms)
          else store.dropHotkey(`hotkey ${step.hotkey}` as Ss58Address)
          expect(store.size).toBeLessThanOrEqual(8)
          const found = tokens.filter(({ token, on }) => typeof store.find(token, on) === 'object')
          const perHotkey = new Map<string, number>()
          for (const { hotkey, on } of found) {
            expect(on.isOpen).toBe(true)
            perHotkey.set(hotkey, (perHotkey.get(hotkey) ?? 0) + 1)
          }
          for (const count of perHotkey.values()) expect(count).toBeLessThanOrEqual(3)
          expect(found.length).toBe(store.size)
        }
      }),
      { numRuns: 300 },
    )
  })
})
