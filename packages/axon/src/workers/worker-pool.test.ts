import { fileURLToPath } from 'node:url'
import type { NeuronEntry, Ss58Address } from '@tensorkit/core'
import { silentLogger } from '@tensorkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallContext } from '../call-context.js'
import { type WorkerPool, type WorkerPoolOptions, workerPool } from './worker-pool.js'

const module = new URL('./test/model.mjs', import.meta.url)
const pools: WorkerPool[] = []
const open = (options: Partial<WorkerPoolOptions> = {}) => {
  const pool = workerPool({ module, threads: 1, ...options })
  pools.push(pool)
  return pool
}
const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' as Ss58Address
const contextOf = (signal: AbortSignal = new AbortController().signal): CallContext => ({
  caller: { uid: 3, hotkey, stake: 5n } as unknown as NeuronEntry, // as much of an entry as is looked at
  hotkey,
  path: '/a.B/C',
  deadline: Date.now() + 10_000,
  log: silentLogger,
  signal,
})

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

describe('workerPool', () => {
  it.each([
    ['a URL', module],
    ['a path', fileURLToPath(module)],
  ])('runs the exports of a module, named by %s, in threads', async (_name, given) => {
    const where = open({ module: given }).handler<unknown, Record<string, unknown>>('where')
    const answer = await where({ a: 1 }, contextOf())
    expect(answer).toMatchObject({ hotkey, path: '/a.B/C', stake: 5n, request: { a: 1 } })
    expect(answer.threadId).toBeGreaterThan(0)
  })

  it('moves large tensors there and back, and copies small ones', async () => {
    const double = open().handler<{ data: Float64Array }, { data: Float64Array; wasLength: number }>('double')
    const [large, small] = [new Float64Array(16_384).fill(2), new Float64Array(8).fill(2)]
    const [one, other] = [await double({ data: large }, contextOf()), await double({ data: small }, contextOf())]
    expect([one.wasLength, one.data[16_383], other.wasLength, other.data[7]]).toEqual([16_384, 4, 8, 4])
    expect([large.length, small.length]).toEqual([0, 8])
  })

  it('copies when it is told so', async () => {
    const pool = open({ isMoving: false })
    const [double, keep] = [pool.handler<{ data: Float64Array }, unknown>('double'), pool.handler<null, { length: number }>('keep')]
    const large = new Float64Array(4_096)
    await double({ data: large }, contextOf())
    expect(large).toHaveLength(4_096)
    expect([(await keep(null, contextOf())).length, (await keep(null, contextOf())).length]).toEqual([4_096, 4_096])
  })

  it('leaves the event loop free while a model is busy, and ends it when its caller leaves', async () => {
    const pool = open()
    const spin = pool.handler<{ ms: number }, { threadId: number }>('spin')
    await spin({ ms: 1 }, contextOf())
    let turns = 0
    const turning = setInterval(() => turns++, 5)
    const controller = new AbortController()
    const endless = spin({ ms: 60_000 }, contextOf(controller.signal))
    await new Promise((resolve) => setTimeout(resolve, 400))
    clearInterval(turning)
    controller.abort(new Error('left'))
    await expect(endless).rejects.toThrow('left')
    // A loop in this thread would leave it none.
    expect(turns).toBeGreaterThan(5)
    expect((await spin({ ms: 1 }, contextOf())).threadId).toBeGreaterThan(0)
  })

  it('refuses what its queue does not take, and drops what leaves it', async () => {
    const pool = open({ maxQueued: 1 })
    const spin = pool.handler<{ ms: number }, { threadId: number }>('spin')
    await spin({ ms: 1 }, contextOf())
    const controller = new AbortController()
    const running = spin({ ms: 300 }, contextOf())
    await expect.poll(() => pool.queued).toBe(0)
    const waiting = spin({ ms: 1 }, contextOf(controller.signal))
    await expect.poll(() => pool.queued).toBe(1)
    await expect(spin({ ms: 1 }, contextOf())).rejects.toMatchObject({ code: 'CORE_BUSY', retryable: true })
    controller.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    expect(pool.queued).toBe(0)
    expect((await running).threadId).toBeGreaterThan(0)
  })

  it.each(['fail', 'absent', 'exit'])('tells of a handler that does not answer (%s), and goes on', async (name) => {
    const pool = open()
    await expect(pool.handler(name)({}, contextOf())).rejects.toMatchObject({ code: 'AXON_WORKER_FAILED', facts: { handler: name } })
    const answer = await pool.handler<unknown, { threadId: number }>('where')({}, contextOf())
    expect(answer.threadId).toBeGreaterThan(0)
  })

  it('takes nothing when it is closed', async () => {
    const pool = open()
    const where = pool.handler('where')
    await where({}, contextOf())
    await pool.close()
    await expect(where({}, contextOf())).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })

  it.each([{ threads: 0 }, { threads: 1.5 }, { maxQueued: -1 }])('refuses %o', (options) => {
    expect(() => workerPool({ module, ...options })).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})
