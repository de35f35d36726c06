import { Twox64Concat } from '@polkadot-api/substrate-bindings'
import { describe, expect, it } from 'vitest'
import { u32 } from '../types/primitives.js'
import { keyPart } from './key-part.js'

describe('parts of storage keys', () => {
  it('are the same when they are remembered, and when there were too many to remember', () => {
    const part = keyPart(u32, 'Twox64Concat')
    const expected = (key: number): string => Buffer.from(Twox64Concat(u32.codec.enc(key))).toString('hex')
    for (const key of [0, 1, 0xffff_ffff]) expect([part(key), part(key)]).toEqual([expected(key), expected(key)])
    for (let key = 0; key < 9000; key++) part(key)
    for (const key of [0, 1, 8191, 8192, 8999]) expect(part(key)).toBe(expected(key))
  })

  it('do not mix hashers or types', () => {
    const same = { ...u32 }
    expect(keyPart(u32, 'Identity')(7)).toBe('07000000')
    expect(keyPart(same, 'Identity')(7)).toBe('07000000')
    expect(keyPart(same, 'Twox64Concat')(7)).not.toBe('07000000')
  })
})
