import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockNumber, netUid, uid } from './brands.js'

const refused = expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' })

describe('netUid and uid', () => {
  it('take the integers from 0 to 65535, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -70000, max: 70000 }), fc.double()), (value) => {
        for (const brand of [netUid, uid]) {
          if (Number.isInteger(value) && value >= 0 && value <= 65535) expect(brand(value)).toBe(value)
          else expect(() => brand(value)).toThrow(refused)
        }
      }),
    )
    for (const value of ['1', 1n, null, undefined, [1]]) expect(() => netUid(value as never)).toThrow(refused)
    expect([netUid(0), uid(65535)]).toEqual([0, 65535])
  })

  it('name what is wrong', () => {
    expect(() => uid(65536)).toThrow('uid must be an integer from 0 to 65535\n  uid: 65536')
  })
})

describe('blockNumber', () => {
  it('takes safe integers from 0', () => {
    expect(blockNumber(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, '1', 1n]) expect(() => blockNumber(value as never)).toThrow(refused)
  })
})
