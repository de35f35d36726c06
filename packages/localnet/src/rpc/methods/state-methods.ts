import type { Block } from '../../block/block.js'
import type { Chain } from '../../block/chain.js'
import { blake2b256 } from '../../block/header.js'
import { toHex } from '../../state/hex.js'
import { call, type Methods, refused, subscribe, unsubscribe } from '../method.js'
import type { Params } from '../params.js'
import { invalidParams, RpcError } from '../rpc-error.js'
import { runtimeVersionToJson } from '../runtime-version-json.js'
import { requireBlock, runtimeCall } from '../state-access.js'

/** Substrate's own bound of one page. */
const maxPageKeys = 1000

/** Keys in one query or storage subscription. */
const maxQueryKeys = 4096

/** `state_*`: storage, metadata, runtime calls, and their streams. */
export function stateMethods(chain: Chain): Methods {
  const metadata = lazy(() => toHex(chain.runtime.metadata(14)))
  const version = lazy(() => runtimeVersionToJson(chain.runtime.version))
  const at = (params: Params, index: number): Block => requireBlock(chain, params.hash(index, 'at'))
  const read = (params: Params): Uint8Array | undefined => {
    const key = params.hex(0, 'key')
    return chain.stateAt(at(params, 1)).get(key)
  }
  const getStorage = call((params) => hexOrNull(read(params)))
  const getStorageHash = call((params) => {
    const value = read(params)
    return value === undefined ? null : toHex(blake2b256(value))
  })
  const getStorageSize = call((params) => read(params)?.length ?? null)
  const getKeysPaged = call((params) => {
    const prefix = params.hex(0, 'prefix')
    const count = params.integer(1, 'count', { min: 0, max: 0xffff_ffff })
    if (count > maxPageKeys)
      throw new RpcError({ code: 4002, message: `count exceeds maximum value. value: ${count}, max: ${maxPageKeys}` })
    const after = params.value(2) === null ? undefined : params.hex(2, 'startKey')
    return take(chain.keysAt(at(params, 3), prefix, after), count)
  })
  const stateCall = call((params) => toHex(runtimeCall(chain, at(params, 2), params.text(0, 'name'), params.bytes(1, 'bytes'))))
  const runtimeVersion = subscribe(() => ({
    notification: 'state_runtimeVersion',
    start: ({ notify }) => {
      // It never changes: this chain has no upgrades.
      notify(version())
      return () => {}
    },
  }))
  const getRuntimeVersion = call((params) => {
    at(params, 0)
    return version()
  })
  return {
    state_getStorage: getStorage,
    state_getStorageAt: getStorage,
    state_getStorageHash: getStorageHash,
    state_getStorageHashAt: getStorageHash,
    state_getStorageSize: getStorageSize,
    state_getStorageSizeAt: getStorageSize,
    state_getKeysPaged: getKeysPaged,
    state_getKeysPagedAt: getKeysPaged,
    state_queryStorageAt: call((params) => {
      const keys = params.hexList(0, 'keys', maxQueryKeys)
      const block = at(params, 1)
      return [storageChanges(chain, block, keys)]
    }),
    state_subscribeStorage: subscribe((params) => {
      if (params.value(0) === null) throw invalidParams('keys: a subscription to all of the storage is not served; name the keys')
      const keys = [...new Set(params.hexList(0, 'keys', maxQueryKeys))]
      const wanted = new Set(keys)
      return {
        notification: 'state_storage',
        start: ({ notify }) => {
          notify(storageChanges(chain, chain.head, keys))
          return chain.onBlock((block) => {
            const changed = chain.changedAt(block).filter((key) => wanted.has(key))
            if (changed.length > 0) notify(storageChanges(chain, block, changed))
          })
        },
      }
    }),
    state_unsubscribeStorage: unsubscribe,
    state_getMetadata: call((params) => {
      at(params, 0)
      return metadata()
    }),
    state_getRuntimeVersion: getRuntimeVersion,
    chain_getRuntimeVersion: getRuntimeVersion,
    state_subscribeRuntimeVersion: runtimeVersion,
    chain_subscribeRuntimeVersion: runtimeVersion,
    state_unsubscribeRuntimeVersion: unsubscribe,
    chain_unsubscribeRuntimeVersion: unsubscribe,
    state_call: stateCall,
    state_callAt: stateCall,
    // The state has no Merkle trie, so there is nothing to prove with.
    state_getReadProof: refused,
    state_getChildReadProof: refused,
    state_getKeys: refused,
    state_getPairs: refused,
    state_queryStorage: refused,
    state_traceBlock: refused,
    state_trieMigrationStatus: refused,
  }
}

function storageChanges(chain: Chain, block: Block, keys: readonly string[]): unknown {
  const state = chain.stateAt(block)
  return { block: block.hash, changes: keys.map((key) => [key, hexOrNull(state.get(key))]) }
}

function hexOrNull(value: Uint8Array | undefined): string | null {
  return value === undefined ? null : toHex(value)
}

function take(keys: Iterable<string>, count: number): string[] {
  const page: string[] = []
  if (count === 0) return page
  for (const key of keys) {
    page.push(key)
    if (page.length === count) break
  }
  return page
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
