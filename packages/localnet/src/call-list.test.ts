import { describe, expect, it } from 'vitest'
import { listCalls } from './call-list.js'

describe('the list of calls', () => {
  const calls = (pallet: string) => listCalls().find(({ name }) => name === pallet)?.calls ?? []

  it('has every call of a pallet, in the order of indexes', () => {
    const indexes = calls('SubtensorModule').map(({ index }) => index)
    expect(indexes).toHaveLength(78)
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b))
  })

  it('tells what is modelled, what is in part, and why the rest is not', () => {
    expect(calls('SubtensorModule').find(({ name }) => name === 'set_weights')).toEqual({ name: 'set_weights', index: 0, partly: false })
    expect(calls('Utility').find(({ name }) => name === 'dispatch_as')).toMatchObject({ partly: true })
    expect(calls('System').find(({ name }) => name === 'set_code')).toMatchObject({ refused: 'A change of the runtime', partly: false })
  })

  it('gives each refusal a reason', () => {
    const refused = listCalls().flatMap((pallet) => pallet.calls.filter((call) => call.refused !== undefined))
    expect(refused.length).toBeGreaterThan(0)
    for (const call of refused) expect(call.refused, call.name).toMatch(/^\S.* \S/)
  })
})
