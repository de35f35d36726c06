import { describe, expect, it } from 'vitest'
import { boundedBytes, enumeration, fixedHex, option, struct, tuple, vec } from '../types/compounds.js'
import { compactU64, u8, u16 } from '../types/primitives.js'
import { type AnyTy, lazy } from '../types/ty.js'
import { accountId } from '../types/well-known.js'
import { rustName } from './rust-name.js'

describe('the name of a field’s type', () => {
  const call: AnyTy = lazy((): AnyTy => enumeration('runtime::RuntimeCall', { None: [0] }))
  it.each<[string, AnyTy]>([
    ['u8', u8],
    ['Compact<u64>', compactU64],
    ['AccountId32', accountId],
    ['Vec<(AccountId32, u16)>', vec(tuple(accountId, u16))],
    ['Option<AccountId32>', option(accountId)],
    ['[u8; 32]', fixedHex(32)],
    ['BoundedVec<u8>', boundedBytes(8)],
    ['Thing', struct('a::b::Thing', { x: u8 })],
    ['Struct', struct('', { x: u8 })],
    ['RuntimeCall', call],
  ])('%s', (name, ty) => {
    expect(rustName(ty)).toBe(name)
  })
})
