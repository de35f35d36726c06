import { describe, expect, it } from 'vitest'
import { abortedError, CancelScope } from '../call/cancel-scope.js'
import { ByteBudget } from './byte-budget.js'

const wait = { timeoutMs: 1_000 }

describe('ByteBudget', () => {
  it('lets who fits in, and the next when bytes come back', async () => {
    const budget = new ByteBudget(10)
    const first = await budget.reserve(6, wait)
    let isIn = false
    const second = budget.reserve(6, wait).then((reservation) => {
      isIn = true
      return reservation
    })
    await Promise.resolve()
    expect([isIn, budget.usedBytes]).toEqual([false, 6])
    first.shrinkTo(3)
    const later = await second
    expect(budget.usedBytes).toBe(9)
    first.release()
    first.release()
    later.release()
    expect(budget.usedBytes).toBe(0)
  })

  it('lets what is larger than all of it go alone', async () => {
    const budget = new ByteBudget(10)
    const large = await budget.reserve(100, wait)
    await expect(budget.reserve(1, { timeoutMs: 10 })).rejects.toMatchObject({
      code: 'DENDRITE_TIMEOUT',
      facts: { waitedFor: 'room' },
    })
    large.release()
    expect((await budget.reserve(1, wait)).release()).toBeUndefined()
  })

  it('ends a wait that is aborted, and wakes who stood behind it', async () => {
    const budget = new ByteBudget(10)
    const first = await budget.reserve(5, wait)
    const cancel = new CancelScope()
    const large = budget.reserve(8, { ...wait, cancel })
    const small = budget.reserve(5, wait)
    cancel.cancel(abortedError())
    await expect(large).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    ;(await small).release()
    first.release()
    expect(budget.usedBytes).toBe(0)
  })
})
