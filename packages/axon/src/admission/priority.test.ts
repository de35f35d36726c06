import { staticDirectory } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leadOf, maxLeadTurns, priorityOf } from './priority.js'

const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const [caller] = staticDirectory({ netuid: 1, genesisHash: '0'.repeat(64), neurons: [{ uid: 0, hotkey, stake: 7n }] }).all()
if (caller === undefined) throw new Error('no entry')
const request = { caller, path: '/a.B/C' }

describe('leadOf', () => {
  it.each([
    [0, 0],
    [0n, 0],
    [1n, 16],
    [3n, 32],
    [2n ** 64n, 1024],
    [2n ** 2000n, 1024],
    [Number.POSITIVE_INFINITY, 1024],
    [-1, 0],
    [-5n, 0],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, 0],
    ['9' as never, 0],
    [undefined as never, 0],
  ])('%s is worth %s turns', (priority, turns) => {
    expect(leadOf(priority)).toBe(turns)
  })

  it('never puts a higher priority behind a lower one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 70n }), fc.bigInt({ min: 0n, max: 2n ** 70n }), (a, b) => {
        if (a > b) expect(leadOf(a)).toBeGreaterThanOrEqual(leadOf(b))
        expect(leadOf(a)).toBeLessThanOrEqual(maxLeadTurns)
      }),
    )
  })
})

describe('priorityOf', () => {
  it('is the stake, or what the hook says; a hook that throws gives the lowest', () => {
    expect(priorityOf(undefined, request)).toBe(7n)
    expect(priorityOf(({ path }) => path.length, request)).toBe(6)
    expect(
      priorityOf(() => {
        throw new Error('x')
      }, request),
    ).toBe(0)
  })
})
