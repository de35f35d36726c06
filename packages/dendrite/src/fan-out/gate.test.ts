import { describe, expect, it } from 'vitest'
import { abortedError, CancelScope } from '../call/cancel-scope.js'
import { Gate } from './gate.js'

const gateOf = (places: number, maxWaiting = 10) => new Gate({ places, maxWaiting, what: 'calls in flight' })

describe('Gate', () => {
  it('lets in who fits, and the others in their order', async () => {
    const gate = gateOf(1)
    await gate.enter({ timeoutMs: 1_000 })
    const order: string[] = []
    const first = gate.enter({ timeoutMs: 1_000 }).then(() => order.push('first'))
    const second = gate.enter({ timeoutMs: 1_000 }).then(() => order.push('second'))
    expect(gate.tryEnter()).toBe(false)
    gate.leave()
    await first
    gate.leave()
    await second
    expect(order).toEqual(['first', 'second'])
    gate.leave()
    expect([gate.inside, gate.tryEnter()]).toEqual([0, true])
  })

  it('turns away who waited too long, who is cancelled, and who is one too many', async () => {
    const gate = gateOf(1, 2)
    gate.tryEnter()
    const cancel = new CancelScope()
    const late = gate.enter({ timeoutMs: 10 })
    const cancelled = gate.enter({ timeoutMs: 1_000, cancel })
    await expect(gate.enter({ timeoutMs: 1_000 })).rejects.toMatchObject({ code: 'DENDRITE_EXHAUSTED' })
    cancel.cancel(abortedError())
    await expect(cancelled).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    await expect(late).rejects.toMatchObject({ code: 'DENDRITE_TIMEOUT', facts: { waitedFor: 'place' } })
    await expect(gate.enter({ timeoutMs: 1_000, cancel })).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    gate.leave()
    // Who left the queue got no place there.
    expect([gate.inside, gate.tryEnter(), gate.inside]).toEqual([0, true, 1])
  })
})
