import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { decAnyMetadata, type UnifiedMetadata, unifyMetadata, type V14Lookup } from '@polkadot-api/substrate-bindings'
import { createLocalnet } from '@tensorkit/localnet'
import { beforeAll, describe, expect, it } from 'vitest'
import { compareMetadata, variantsOf } from './support/compare-metadata.js'
import { typeComparer } from './support/compare-types.js'
import { conformanceDifferences } from './support/conformance-differences.js'

// Mainnet's metadata at spec 424. It is nobody's to commit: the suite reads it from beside the checkout.
const directory = process.env.TENSORKIT_METADATA_DIR ?? fileURLToPath(new URL('../../shared/metadata', import.meta.url))
const file = join(directory, 'finney-424.v16.scale.gz')
const mainnet = (): UnifiedMetadata => unifyMetadata(decAnyMetadata(new Uint8Array(gunzipSync(readFileSync(file)))))

const versions = [14, 15, 16] as const

async function localnetMetadata(): Promise<Map<number, UnifiedMetadata>> {
  await using localnet = await createLocalnet()
  const read = (version: number) => {
    const option = localnet.callRuntime('Metadata_metadata_at_version', Uint8Array.of(version, 0, 0, 0))
    return unifyMetadata(decAnyMetadata(new Uint8Array(option)))
  }
  return new Map(versions.map((version) => [version, read(version)]))
}

let ours: Map<number, UnifiedMetadata>
const own = (version: number): UnifiedMetadata => {
  const metadata = ours.get(version)
  if (!metadata) throw new Error(`no V${version}`)
  return metadata
}

beforeAll(async () => {
  ours = await localnetMetadata()
})

describe.runIf(existsSync(file) || process.env.CI)('against mainnet at spec 424', () => {
  it('every item of every pallet, runtime API and extension is mainnet’s, but for the listed differences', () => {
    const listed = new Set(Object.keys(conformanceDifferences))
    const found = compareMetadata(mainnet(), own(16))
    expect(found.filter(({ item }) => !listed.has(item)).map(({ item, what }) => `${item}: ${what}`)).toEqual([])
    // A difference that is gone must go from the list.
    const items = new Set(found.map(({ item }) => item))
    expect([...listed].filter((item) => !items.has(item))).toEqual([])
  })

  it('a difference names an item and its reason, and there are few', () => {
    expect(Object.keys(conformanceDifferences).length).toBeLessThanOrEqual(23)
    for (const [item, reason] of Object.entries(conformanceDifferences)) expect(reason, item).not.toBe('')
  })

  it('a changed item is found', () => {
    const theirs = mainnet()
    const changed = structuredClone(own(16))
    const subtensor = changed.pallets.find(({ name }) => name === 'SubtensorModule')
    const [first] = subtensor?.storage?.items ?? []
    const call = subtensor?.calls && changed.lookup[subtensor.calls.type]
    if (!first || !subtensor?.constants[0] || call?.def.tag !== 'variant' || !call.def.value[0]) throw new Error('no such item')
    first.modifier = 1 - first.modifier
    subtensor.constants[0].value = '0x'
    subtensor.constants.splice(1, 1)
    call.def.value[0].index = 250
    changed.apis.splice(0, 1)
    const items = compareMetadata(theirs, changed).map(({ item }) => item)
    expect(items).toEqual(
      expect.arrayContaining([
        `storage SubtensorModule.${first.name}`,
        `constant SubtensorModule.${subtensor.constants[0].name}`,
        `calls SubtensorModule.${call.def.value[0].name}`,
        'calls of SubtensorModule',
        'api Core',
      ]),
    )
    expect(items.filter((item) => item.startsWith('constant SubtensorModule.'))).toHaveLength(2)
  })
})

describe('the localnet’s metadata', () => {
  it.each([
    ['calls', 78],
    ['errors', 147],
    ['events', 137],
  ] as const)('declares all %s of SubtensorModule: %i', (kind, count) => {
    const pallet = own(16).pallets.find(({ name }) => name === 'SubtensorModule')
    expect(variantsOf(own(16).lookup, pallet?.[kind])).toHaveLength(count)
  })

  it('declares all storage items and constants of SubtensorModule, and all runtime APIs by name', () => {
    const pallet = own(16).pallets.find(({ name }) => name === 'SubtensorModule')
    expect(pallet?.storage?.items.length).toBeGreaterThanOrEqual(222)
    expect(pallet?.constants).toHaveLength(69)
    expect(own(16).apis).toHaveLength(25)
  })

  it.each([14, 15])('V%i says the same as V16', (version) => {
    expect(own(version).version).toBe(version)
    expect(compareMetadata(own(16), own(version))).toEqual([])
  })
})

describe('comparing types', () => {
  const u = (tag: 'u8' | 'u16', id: number): V14Lookup[number] => ({
    id,
    path: [],
    params: [],
    def: { tag: 'primitive', value: { tag, value: undefined } },
    docs: [],
  })
  const field = (name: string | undefined, type: number) => ({ name, type, typeName: undefined, docs: [] })
  const pair = (path: string, name: string | undefined, type: number): V14Lookup[number] => ({
    id: 2,
    path: [path],
    params: [],
    def: { tag: 'composite', value: [field(name, type), field('next', 2)] },
    docs: [],
  })
  const registry = (last: V14Lookup[number]): V14Lookup => [u('u8', 0), u('u16', 1), last]
  const theirs = registry(pair('Pair', 'a', 0))

  it.each([
    ['the same, though it contains itself', pair('Pair', 'a', 0), undefined],
    ['another path', pair('Other', 'a', 0), /path: mainnet Pair, localnet Other/],
    ['another field', pair('Pair', 'b', 0), /fields: mainnet a,next, localnet b,next/],
    ['another type within', pair('Pair', 'a', 1), /mainnet u8, localnet u16/],
  ])('%s', (_name, last, difference) => {
    const compare = typeComparer({ theirs, ours: registry(last) })
    for (const found of [compare(2, 2), compare(2, 2)]) {
      if (difference) expect(found).toMatch(difference)
      else expect(found).toBeUndefined()
    }
  })
})
