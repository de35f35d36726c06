import { silentLogger, TensorKitError } from '@tensorkit/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createToyRuntime, toyExtrinsic } from '../../test/toy-runtime.js'
import { defaultGenesisTimeMs, virtualTime, wallTime } from '../block/block-time.js'
import { Chain } from '../block/chain.js'
import { Sealer } from './sealer.js'

const newChain = (runtime = createToyRuntime()): Chain => new Chain({ runtime, time: virtualTime(defaultGenesisTimeMs) })

const logged: string[] = []
const logger = { ...silentLogger, error: (_fields: unknown, message: string) => void logged.push(message) }
afterEach(() => {
  logged.length = 0
})

describe('manual', () => {
  test('mines when told, and tells the last block', async () => {
    const chain = newChain()
    const sealer = new Sealer({ chain, sealing: 'manual', logger })
    expect(await sealer.mine(3)).toBe(chain.head)
    expect(chain.head.number).toBe(3)
  })

  test.each([0, -1, 1.5, Number.NaN, 100_001])('refuses %s blocks', async (count) => {
    const sealer = new Sealer({ chain: newChain(), sealing: 'manual', logger })
    await expect(sealer.mine(count)).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })

  test('stops between two blocks when aborted or closed', async () => {
    const chain = newChain()
    const sealer = new Sealer({ chain, sealing: 'manual', logger })
    const abort = new AbortController()
    chain.onBlock(({ number }) => number === 2 && abort.abort())
    await expect(sealer.mine(10, abort.signal)).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    expect(chain.head.number).toBe(2)
    const mining = sealer.mine(10)
    sealer.close()
    await expect(mining).rejects.toMatchObject({ code: 'CORE_CLOSED' })
    await expect(sealer.mine(1)).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })
})

describe('by interval', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
  afterEach(() => void vi.useRealTimers())

  test('one block an interval, until closed', async () => {
    const chain = newChain()
    const sealer = new Sealer({ chain, sealing: { intervalMs: 250 }, logger })
    await vi.advanceTimersByTimeAsync(1001)
    expect(chain.head.number).toBe(4)
    sealer.close()
    await vi.advanceTimersByTimeAsync(1000)
    expect(chain.head.number).toBe(4)
  })

  test('a block that fails is logged, and leaves the chain as it was', async () => {
    let broken = true
    const toy = createToyRuntime()
    const chain = newChain({
      ...toy,
      finalizeBlock: () => {
        if (broken) throw new Error('no')
      },
    })
    const sealer = new Sealer({ chain, sealing: { intervalMs: 250 }, logger })
    await vi.advanceTimersByTimeAsync(501)
    expect(chain.head.number).toBe(0)
    expect(logged).toEqual(['a block could not be built', 'a block could not be built'])
    await expect(sealer.mine(1)).rejects.toMatchObject({ code: 'LOCALNET_BLOCK_FAILED' })
    broken = false
    await vi.advanceTimersByTimeAsync(250)
    expect(chain.head.number).toBe(1)
    sealer.close()
  })
})

describe('at once', () => {
  test('one block for what came together', async () => {
    const chain = newChain()
    const sealer = new Sealer({ chain, sealing: 'instant', logger })
    for (const sender of [1, 2]) chain.pool.submit(toyExtrinsic({ sender, nonce: 0 }))
    await vi.waitFor(() => expect(chain.head.number).toBe(1))
    expect(chain.head.extrinsics).toHaveLength(3)
    sealer.close()
    chain.pool.submit(toyExtrinsic({ sender: 1, nonce: 1 }))
    await new Promise(setImmediate)
    expect(chain.head.number).toBe(1)
  })
})

describe('authoring', () => {
  test('what does not fit stays, with what depends on it; what is invalid goes', () => {
    const chain = newChain()
    const statuses: unknown[] = []
    chain.pool.submit(toyExtrinsic({ sender: 1, nonce: 0, flag: 'exhausts' }))
    chain.pool.submit(toyExtrinsic({ sender: 1, nonce: 1 }), (status) => statuses.push(status))
    chain.pool.submit(toyExtrinsic({ sender: 2, nonce: 0 }))
    expect(chain.seal().extrinsics).toHaveLength(2)
    expect(chain.pool.readyCount).toBe(2)
    expect(statuses).toEqual(['ready'])
  })

  test('an extrinsic that breaks the runtime fails one block, and is gone', () => {
    const toy = createToyRuntime()
    const broken = toyExtrinsic({ sender: 1, nonce: 0 })
    const chain = newChain({
      ...toy,
      applyExtrinsic: (storage, extrinsic, context) => {
        if (extrinsic === broken) throw new TensorKitError('LOCALNET_NOT_MODELLED', 'That is not modelled')
        return toy.applyExtrinsic(storage, extrinsic, context)
      },
    })
    const statuses: unknown[] = []
    chain.pool.submit(broken, (status) => statuses.push(status))
    chain.pool.submit(toyExtrinsic({ sender: 2, nonce: 0 }))
    const reason = 'LOCALNET_NOT_MODELLED: That is not modelled'
    expect(() => chain.seal()).toThrow(
      expect.objectContaining({ code: 'LOCALNET_BLOCK_FAILED', facts: expect.objectContaining({ reason }) }),
    )
    expect(statuses).toEqual(['ready', 'invalid'])
    expect(chain.seal().extrinsics).toHaveLength(2)
  })

  test('block times', () => {
    expect(virtualTime(1000).next(3, 0)).toBe(37_000)
    const wall = wallTime(() => 500)
    expect([wall.next(1, 0), wall.next(2, 500), wall.next(3, 900)]).toEqual([500, 501, 901])
  })
})
