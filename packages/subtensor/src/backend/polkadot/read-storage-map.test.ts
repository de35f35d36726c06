import { describe, expect, it } from 'vitest'
import { readStorageMap } from './read-storage-map.js'

const PREFIX = '0xaa'
const keyOf = (index: number) => `${PREFIX}${index.toString(16).padStart(8, '0')}`
const runtime = {
  storageMap: () => ({ prefix: PREFIX, entry: (key: string, value: string) => ({ keys: [key], value }) }),
}

/** A node with so many entries under the prefix, which may answer a page of keys by a rule of its own. */
function nodeWith(size: number, pageOf?: (count: number, after: string | null) => unknown) {
  const all = Array.from({ length: size }, (_, index) => keyOf(index))
  const asked: string[] = []
  const honest = (count: number, after: string | null) => all.filter((key) => key > (after ?? '')).slice(0, count)
  const request = (method: string, params: readonly unknown[]): Promise<unknown> => {
    asked.push(method)
    if (method === 'state_getKeysPaged') return Promise.resolve((pageOf ?? honest)(params[1] as number, params[2] as string | null))
    return Promise.resolve([{ changes: (params[0] as string[]).map((key) => [key, `0x${key.slice(-2)}`]) }])
  }
  const read = (maxEntries: number) =>
    readStorageMap({ rpc: { request }, runtime, read: { pallet: 'P', item: 'M' }, at: '0x00' }, { maxEntries })
  return { asked, read }
}

describe('readStorageMap', () => {
  it.each([0, 1, 999, 1_000, 1_001, 2_500])('reads %d entries, each once and in order', async (size) => {
    const entries = await nodeWith(size).read(5_000)
    expect(entries.map(({ keys }) => keys[0])).toEqual(Array.from({ length: size }, (_, index) => keyOf(index)))
    expect(entries.every(({ keys, value }) => value === `0x${String(keys[0]).slice(-2)}`)).toBe(true)
  })

  it('asks once where there is nothing', async () => {
    const node = nodeWith(0)
    await node.read(10)
    expect(node.asked).toEqual(['state_getKeysPaged'])
  })

  it('takes as many as allowed, and no value beyond', async () => {
    expect(await nodeWith(7).read(7)).toHaveLength(7)
    const node = nodeWith(8)
    await expect(node.read(7)).rejects.toMatchObject({ code: 'CHAIN_INCOMPATIBLE', facts: { item: 'P.M', maxEntries: 7 } })
    expect(node.asked).toEqual(['state_getKeysPaged'])
  })

  it.each<[string, (count: number, after: string | null) => unknown]>([
    ['the same page again', (count) => Array.from({ length: count }, (_, index) => keyOf(index))],
    ['keys of another map', () => ['0xbb00']],
    ['a key twice', () => [keyOf(1), keyOf(1)]],
    ['no list', () => null],
    ['no keys', () => [1, 2]],
  ])('refuses a node that answers with %s', async (_, pageOf) => {
    await expect(nodeWith(0, pageOf).read(5_000)).rejects.toMatchObject({ code: 'CHAIN_INCOMPATIBLE' })
  })
})
