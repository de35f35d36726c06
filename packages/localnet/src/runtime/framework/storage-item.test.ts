import { hexToU8a, u8aConcat, u8aToHex } from '@polkadot/util'
import { blake2AsU8a, xxhashAsHex, xxhashAsU8a } from '@polkadot/util-crypto'
import { describe, expect, it } from 'vitest'
import { MapStorage } from '../../../test/runtime/map-storage.js'
import { tuple, vec } from '../types/compounds.js'
import { u16, u64 } from '../types/primitives.js'
import { accountId } from '../types/well-known.js'
import { blake2, defineStorage, fallbackBytes, identity, map, optionalMap, optionalValue, twox64, value } from './storage-item.js'

const account = `0x${'ab'.repeat(32)}`
const items = defineStorage('SubtensorModule', {
  Tempo: map([identity(u16)], u16, 360),
  Uids: optionalMap([identity(u16), blake2(accountId)], u16),
  Rounds: map([twox64(u16), twox64(u64)], vec(tuple(u16, u16)), []),
  Total: value(u64, 7n),
  Key: optionalValue(accountId),
})

describe('storage items', () => {
  it('have the keys of the chain, as @polkadot computes them', () => {
    const hash = (text: string): string => xxhashAsHex(text, 128).slice(2)
    const prefix = (name: string): string => `0x${hash('SubtensorModule')}${hash(name)}`
    const concat = (hashed: Uint8Array, key: Uint8Array): string => u8aToHex(u8aConcat(hashed, key)).slice(2)
    const key = hexToU8a(account)
    expect(items.Tempo.key(0x0102)).toBe(`${prefix('Tempo')}0201`)
    expect(items.Uids.key(1, account)).toBe(`${prefix('Uids')}0100${concat(blake2AsU8a(key, 128), key)}`)
    const [netuid, round] = [Uint8Array.of(1, 0), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)]
    expect(items.Rounds.key(1, 9n)).toBe(
      `${prefix('Rounds')}${concat(xxhashAsU8a(netuid, 64), netuid)}${concat(xxhashAsU8a(round, 64), round)}`,
    )
    expect(items.Total.key()).toBe(prefix('Total'))
  })

  it('read their default until something is written', () => {
    const db = new MapStorage()
    expect(items.Tempo.get(db, 3)).toBe(360)
    expect(items.Tempo.has(db, 3)).toBe(false)
    items.Tempo.set(db, 3, 20)
    expect(items.Tempo.get(db, 3)).toBe(20)
    items.Tempo.remove(db, 3)
    expect(items.Tempo.get(db, 3)).toBe(360)
    expect(items.Total.get(db)).toBe(7n)
    expect(items.Key.get(db)).toBeUndefined()
    expect(items.Uids.get(db, 1, account)).toBeUndefined()
  })

  it('list their keys under a prefix, and remove them', () => {
    const db = new MapStorage()
    items.Uids.set(db, 1, account, 5)
    items.Uids.set(db, 2, account, 6)
    items.Rounds.set(db, 1, 9n, [[1, 2]])
    expect(items.Uids.keys(db)).toEqual([
      [1, account],
      [2, account],
    ])
    expect(items.Uids.keys(db, 2)).toEqual([[2, account]])
    expect(items.Rounds.keys(db, 1)).toEqual([[1, 9n]])
    items.Uids.removeAll(db, 1)
    expect(items.Uids.keys(db)).toEqual([[2, account]])
  })

  it('say in metadata what an absent one reads as', () => {
    expect(fallbackBytes(items.Tempo.spec)).toBe('0x6801')
    expect(fallbackBytes(items.Uids.spec)).toBe('0x00')
  })
})
