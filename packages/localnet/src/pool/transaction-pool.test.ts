import { describe, expect, test } from 'vitest'
import type { TransactionValidity } from '../runtime/runtime.js'
import type { PoolLimits } from './pool-limits.js'
import type { TransactionStatus } from './pool-transaction.js'
import { TransactionPool } from './transaction-pool.js'

interface Fake {
  readonly priority?: number
  readonly requires?: readonly string[]
  readonly provides?: readonly string[]
  readonly longevity?: number
}

/** A pool whose validity the test sets by the extrinsic's first byte. */
function start(limits: Partial<PoolLimits> = {}) {
  const known = new Map<number, TransactionValidity>()
  let head = 0
  const pool = new TransactionPool({
    validate: (bytes) => known.get(bytes[0] ?? 0) ?? { ok: false, error: { kind: 'Call' } },
    head: () => head,
    limits,
  })
  const statuses: [number, TransactionStatus][] = []
  return {
    pool,
    statuses,
    define: (id: number, { priority = 0, requires = [], provides = [`${id}`], longevity = 64 }: Fake = {}) =>
      known.set(id, { ok: true, priority: BigInt(priority), requires, provides, longevity: BigInt(longevity) }),
    invalidate: (id: number) => known.delete(id),
    submit: (id: number, size = 1) => {
      const bytes = new Uint8Array(size)
      bytes[0] = id
      return pool.submit(bytes, (status) => statuses.push([id, status]))
    },
    seal: (...included: number[]) => {
      head += 1
      pool.onBlock(
        `block${head}`,
        included.map((id) => Uint8Array.of(id)),
      )
    },
    order: () => pool.ready().map(({ bytes }) => bytes[0]),
  }
}

describe('order', () => {
  test('by priority, then by expiry, then by arrival', () => {
    const { define, submit, order } = start()
    define(1)
    define(2, { priority: 5 })
    define(3, { longevity: 10 })
    define(4)
    for (const id of [1, 2, 3, 4]) submit(id)
    expect(order()).toEqual([2, 3, 1, 4])
  })

  test('never before what is required, whatever the priority', () => {
    const { define, submit, order } = start()
    define(1, { priority: 1, provides: ['a'] })
    define(2, { priority: 9, requires: ['a'], provides: ['b'] })
    define(3, { priority: 5, requires: ['b'] })
    define(4, { priority: 3 })
    for (const id of [3, 2, 4, 1]) submit(id)
    expect(order()).toEqual([4, 1, 2, 3])
  })
})

describe('future', () => {
  test('waits for the tags of others, from the pool or from a block', () => {
    const { define, submit, pool, seal, statuses, order } = start()
    define(1, { provides: ['a'] })
    define(2, { requires: ['a'], provides: ['b'] })
    define(3, { requires: ['b', 'a'] })
    submit(3)
    submit(2)
    expect([pool.readyCount, pool.futureCount]).toEqual([0, 2])
    submit(1)
    expect(order()).toEqual([1, 2, 3])
    expect(statuses).toEqual([
      [3, 'future'],
      [2, 'future'],
      [1, 'ready'],
      [2, 'ready'],
      [3, 'ready'],
    ])
    define(4, { requires: ['x'] })
    submit(4)
    define(5, { provides: ['x'] })
    submit(5)
    seal(1, 5)
    expect(order()).toEqual([2, 3, 4])
    expect(pool.futureCount).toBe(0)
  })
})

describe('replacement', () => {
  test('by a higher priority alone; what depends on the old one stays where the new one serves it', () => {
    const { define, submit, order, statuses } = start()
    define(1, { priority: 2, provides: ['a'] })
    define(2, { requires: ['a'], provides: ['b'] })
    define(3, { priority: 2, provides: ['a'] })
    define(4, { priority: 3, provides: ['a'] })
    for (const id of [1, 2]) submit(id)
    expect(submit(3)).toEqual({ ok: false, refusal: { kind: 'TooLowPriority', old: 2n, new: 2n } })
    expect(submit(4)).toMatchObject({ ok: true })
    expect(order()).toEqual([4, 2])
    expect(statuses.filter(([id]) => id === 1).at(-1)?.[1]).toHaveProperty('usurped')
  })

  test('takes along what the new one does not serve', () => {
    const { define, submit, order } = start()
    define(1, { provides: ['a', 'b'] })
    define(2, { requires: ['b'] })
    define(3, { priority: 1, provides: ['a'] })
    for (const id of [1, 2, 3]) submit(id)
    expect(order()).toEqual([3])
  })
})

describe('removal', () => {
  test('what turned invalid goes with all that depends on it, and is banned', () => {
    const { define, submit, seal, invalidate, statuses, pool } = start()
    define(1, { provides: ['a'] })
    define(2, { requires: ['a'] })
    define(3)
    for (const id of [1, 2, 3]) submit(id)
    invalidate(1)
    seal()
    expect(pool.readyCount).toBe(1)
    expect(statuses.slice(-2)).toEqual([
      [1, 'invalid'],
      [2, 'invalid'],
    ])
    define(1, { provides: ['a'] })
    expect(submit(1)).toEqual({ ok: false, refusal: { kind: 'TemporarilyBanned' } })
  })

  test('what has expired goes, ready or not', () => {
    const { define, submit, seal, statuses, pool } = start({ maxRevalidations: 0 })
    define(1, { longevity: 2 })
    define(2, { longevity: 2, requires: ['never'] })
    submit(1)
    submit(2)
    seal()
    expect([pool.readyCount, pool.futureCount]).toEqual([1, 1])
    seal()
    expect([pool.readyCount, pool.futureCount]).toEqual([0, 0])
    expect(statuses.slice(-2)).toEqual([
      [1, 'invalid'],
      [2, 'invalid'],
    ])
  })

  test('bans end after 150 blocks', () => {
    const { define, submit, seal } = start()
    expect(submit(1)).toEqual({ ok: false, refusal: { kind: 'Invalid', reason: { kind: 'Call' } } })
    define(1)
    for (let block = 0; block < 149; block++) seal()
    expect(submit(1)).toEqual({ ok: false, refusal: { kind: 'TemporarilyBanned' } })
    seal()
    expect(submit(1)).toMatchObject({ ok: true })
  })
})

describe('limits', () => {
  test('the worst of the ready ones is dropped; a newcomer that is the worst is refused', () => {
    const { define, submit, statuses, order } = start({ maxReady: 2 })
    define(1, { priority: 1 })
    define(2, { priority: 2 })
    define(3, { priority: 3 })
    define(4, { priority: 0 })
    for (const id of [1, 2, 3]) submit(id)
    expect(order()).toEqual([3, 2])
    expect(statuses.at(-1)).toEqual([1, 'dropped'])
    expect(submit(4)).toEqual({ ok: false, refusal: { kind: 'ImmediatelyDropped' } })
  })

  test('bytes count', () => {
    const { define, submit, order } = start({ maxReadyBytes: 100 })
    define(1)
    define(2, { priority: 1 })
    submit(1, 60)
    submit(2, 60)
    expect(order()).toEqual([2])
  })

  test('of the future ones the oldest is dropped', () => {
    const { define, submit, statuses, pool } = start({ maxFuture: 1 })
    define(1, { requires: ['x'] })
    define(2, { requires: ['x'] })
    submit(1)
    submit(2)
    expect(pool.futureCount).toBe(1)
    expect(statuses.at(-1)).toEqual([1, 'dropped'])
  })

  test('one account cannot fill the pool', () => {
    const validity = { ok: true, priority: 0n, requires: [], longevity: 64n } as const
    const pool = new TransactionPool({
      validate: (bytes) => ({ ...validity, provides: [`${bytes[40]}`] }),
      head: () => 0,
      limits: { maxPerAccount: 2 },
    })
    const signedBy = (account: number, id: number): Uint8Array => {
      const bytes = new Uint8Array(42).fill(account)
      bytes.set([41 << 2, 0x84, 0])
      bytes[40] = id
      return bytes
    }
    expect([1, 2].map((id) => pool.submit(signedBy(7, id)).ok)).toEqual([true, true])
    expect(pool.submit(signedBy(7, 3))).toEqual({ ok: false, refusal: { kind: 'ImmediatelyDropped' } })
    expect(pool.submit(signedBy(8, 4)).ok).toBe(true)
  })

  test('what provides nothing cannot be told apart', () => {
    const { define, submit } = start()
    define(1, { provides: [] })
    expect(submit(1)).toEqual({ ok: false, refusal: { kind: 'NoTagsProvided' } })
  })
})
