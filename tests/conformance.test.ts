import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import {
  decAnyMetadata,
  Hex,
  Struct,
  str,
  Tuple,
  type UnifiedMetadata,
  u8,
  u32,
  unifyMetadata,
  type V14Lookup,
  Vector,
} from '@polkadot-api/substrate-bindings'
import { createLocalnet } from '@tensorkit/localnet'
import { describe, expect, it } from 'vitest'
import { compareTypes } from './support/compare-types.js'

// Mainnet's metadata at spec 424. It is nobody's to commit: the suite reads it from beside the checkout.
const directory = process.env.TENSORKIT_METADATA_DIR ?? fileURLToPath(new URL('../../shared/metadata', import.meta.url))
const file = join(directory, 'finney-424.v16.scale.gz')

const runtimeVersion = Struct({
  specName: str,
  implName: str,
  authoringVersion: u32,
  specVersion: u32,
  implVersion: u32,
  apis: Vector(Tuple(Hex(8), u32)),
  transactionVersion: u32,
  systemVersion: u8,
})

type Pallet = UnifiedMetadata['pallets'][number]
type Api = UnifiedMetadata['apis'][number]

async function ourMetadata(): Promise<UnifiedMetadata> {
  await using localnet = await createLocalnet()
  const option = localnet.callRuntime('Metadata_metadata_at_version', Uint8Array.of(15, 0, 0, 0))
  return unifyMetadata(decAnyMetadata(new Uint8Array(option)))
}

const byName = <T extends { name: string }>(items: readonly T[], name: string): T => {
  const found = items.find((item) => item.name === name)
  if (!found) throw new Error(`mainnet has no ${name}`)
  return found
}

function suite(theirs: UnifiedMetadata, ours: UnifiedMetadata): void {
  const same = (theirId: number | undefined, ourId: number | undefined, what: string): void => {
    if (theirId === undefined || ourId === undefined) throw new Error(`${what}: mainnet has none`)
    expect(compareTypes({ theirs: theirs.lookup, ours: ours.lookup }, theirId, ourId), what).toBeUndefined()
  }

  describe.each(ours.pallets)('pallet $name', (pallet: Pallet) => {
    const real = byName(theirs.pallets, pallet.name)

    it('has the index', () => {
      expect(pallet.index).toBe(real.index)
    })

    const storage = (pallet.storage?.items ?? []).map((item) => [item.name, item] as const)
    if (storage.length > 0) {
      it.each(storage)('storage %s', (name, item) => {
        expect(pallet.storage?.prefix).toBe(real.storage?.prefix)
        const peer = byName(real.storage?.items ?? [], name)
        expect(item.modifier).toBe(peer.modifier)
        expect(item.fallback).toBe(peer.fallback)
        expect(item.type.tag).toBe(peer.type.tag)
        if (item.type.tag === 'plain' || peer.type.tag === 'plain') {
          same(peer.type.value as number, item.type.value as number, name)
          return
        }
        expect(item.type.value.hashers).toEqual(peer.type.value.hashers)
        same(peer.type.value.key, item.type.value.key, `${name} key`)
        same(peer.type.value.value, item.type.value.value, `${name} value`)
      })
    }

    for (const kind of ['calls', 'events', 'errors'] as const) {
      const own = pallet[kind]
      if (own === undefined) continue
      it(`${kind}: index, name and types of each`, () => {
        same(real[kind]?.type, own.type, kind)
      })
    }

    it('errors are complete', () => {
      const variants = (metadata: UnifiedMetadata, id: number | undefined) => {
        const def = id === undefined ? undefined : metadata.lookup[id]?.def
        return def?.tag === 'variant' ? def.value.map(({ index, name }) => `${index} ${name}`) : []
      }
      expect(variants(ours, pallet.errors?.type)).toEqual(variants(theirs, real.errors?.type))
    })

    const constants = pallet.constants.map((constant) => [constant.name, constant] as const)
    if (constants.length > 0) {
      it.each(constants)('constant %s', (name, constant) => {
        const peer = byName(real.constants, name)
        same(peer.type, constant.type, name)
        if (name !== 'Version') {
          expect(constant.value).toBe(peer.value)
          return
        }
        // The version lists the runtime APIs, of which there are fewer here.
        const { apis, ...version } = runtimeVersion.dec(constant.value)
        const { apis: peerApis, ...peerVersion } = runtimeVersion.dec(peer.value)
        expect(version).toEqual(peerVersion)
        expect(peerApis).toEqual(expect.arrayContaining(apis))
        expect(apis).toHaveLength(ours.apis.length)
      })
    }
  })

  describe.each(ours.apis)('runtime API $name', (api: Api) => {
    it.each(api.methods.map((method) => [method.name, method] as const))('%s', (name, method) => {
      const peer = byName(byName(theirs.apis, api.name).methods, name)
      expect(method.inputs.map((input) => input.name)).toEqual(peer.inputs.map((input) => input.name))
      for (const [at, input] of method.inputs.entries()) same(peer.inputs[at]?.type, input.type, `${name} ${input.name}`)
      same(peer.output, method.output, `${name} output`)
    })
  })

  describe('extrinsic', () => {
    it('has the same extensions in the same order', () => {
      const peers = theirs.extrinsic.extensionsByVersion[0] ?? []
      const own = ours.extrinsic.extensionsByVersion[0] ?? []
      expect(own.map(({ identifier }) => identifier)).toEqual(peers.map(({ identifier }) => identifier))
      expect(own).toHaveLength(13)
      own.forEach((extension, at) => {
        same(peers[at]?.type, extension.type, extension.identifier)
        same(peers[at]?.additionalSigned, extension.additionalSigned, `${extension.identifier} implicit`)
      })
    })

    it.each(['address', 'signature', 'call'] as const)('has the same %s', (part) => {
      const of = (metadata: UnifiedMetadata): number | undefined => (metadata.extrinsic as Partial<Record<typeof part, number>>)[part]
      same(of(theirs), of(ours), part)
    })

    it('has the same outer enums, as far as there are pallets', () => {
      const of = (metadata: UnifiedMetadata) => metadata as UnifiedMetadata<15>
      for (const name of ['call', 'event', 'error'] as const) same(of(theirs).outerEnums[name], of(ours).outerEnums[name], name)
    })
  })
}

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
  ])('%s', (_name, ours, difference) => {
    const found = compareTypes({ theirs, ours: registry(ours) }, 2, 2)
    if (difference) expect(found).toMatch(difference)
    else expect(found).toBeUndefined()
  })
})

describe('the localnet declares nothing that mainnet does not', async () => {
  if (existsSync(file)) {
    suite(unifyMetadata(decAnyMetadata(new Uint8Array(gunzipSync(readFileSync(file))))), await ourMetadata())
  } else if (process.env.CI) {
    it('has mainnet metadata to compare with', () => {
      expect.fail(`${file} is absent: set TENSORKIT_METADATA_DIR`)
    })
  } else {
    it.skip('not run: the metadata of mainnet is absent, see TENSORKIT_METADATA_DIR', () => {})
  }
})
