import type { ApiPromise } from '@polkadot/api'
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import type { KeyringPair } from '@polkadot/keyring/types'
import type { Localnet } from '@tensorkit/localnet'

/** A call by the names that @polkadot/api makes of the metadata. */
export function callOf(api: ApiPromise, pallet: string, name: string, ...args: unknown[]): SubmittableExtrinsic<'promise'> {
  const make = api.tx[pallet]?.[name]
  if (!make) throw new Error(`the metadata has no ${pallet}.${name}`)
  return make(...args)
}

/** A storage value as JSON. */
export async function stored<T>(api: ApiPromise, pallet: string, name: string, ...keys: unknown[]): Promise<T> {
  const query = api.query[pallet]?.[name]
  if (!query) throw new Error(`the metadata has no ${pallet}.${name}`)
  return (await query(...keys)).toJSON() as T
}

/** What one extrinsic did. */
export interface Outcome {
  /** `pallet.Event`, of this extrinsic alone. */
  readonly events: readonly string[]
  /** `pallet.Error` by the metadata's names, if the dispatch failed. Sudo's inner result counts. */
  readonly error: string | undefined
  readonly blockHash: string
}

/** Submits calls, seals one block with all of them, and tells what each did. Calls of one signer keep their order. */
export async function include(
  api: ApiPromise,
  localnet: Localnet,
  calls: readonly (readonly [SubmittableExtrinsic<'promise'>, KeyringPair])[],
): Promise<Outcome[]> {
  const hashes: string[] = []
  for (const [call, signer] of calls) {
    // Not the client's own `nonce: -1`, which asks the runtime, and the runtime does not know the pool.
    const nonce = await api.rpc.system.accountNextIndex(signer.address)
    hashes.push((await call.signAndSend(signer, { nonce })).toHex())
  }
  const { hash: blockHash } = await localnet.mine()
  const { block } = await api.rpc.chain.getBlock(blockHash)
  const at = await api.at(blockHash)
  const events = await at.query.system?.events?.()
  if (!events) throw new Error('the metadata has no System.Events')
  const records = [...(events as unknown as EventRecords)]
  return hashes.map((hash) => {
    const index = block.extrinsics.findIndex((extrinsic) => extrinsic.hash.toHex() === hash)
    if (index < 0) throw new Error(`${hash} is not in the block`)
    const own = records
      .filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === index)
      .map(({ event }) => event)
    return { events: own.map(({ section, method }) => `${section}.${method}`), error: errorOf(api, own), blockHash }
  })
}

interface EventLike {
  readonly section: string
  readonly method: string
  readonly data: { toJSON(): unknown }
}

// The client types storage by augmentation, which knows Polkadot's pallets only: this is the part of EventRecord in use.
type EventRecords = Iterable<{
  readonly phase: { readonly isApplyExtrinsic: boolean; readonly asApplyExtrinsic: { toNumber(): number } }
  readonly event: EventLike
}>

function errorOf(api: ApiPromise, events: readonly EventLike[]): string | undefined {
  for (const { section, method, data } of events) {
    const json = data.toJSON() as unknown[]
    const failure =
      section === 'system' && method === 'ExtrinsicFailed'
        ? json[0]
        : section === 'sudo' && method === 'Sudid'
          ? (json[0] as { err?: unknown }).err
          : undefined
    if (failure === undefined) continue
    const { module } = failure as { module?: { index: number; error: string } }
    if (!module) return JSON.stringify(failure)
    // The client's types want its own number class here; its code takes any that it made.
    const found = api.registry.findMetaError({
      index: api.createType('u8', module.index),
      error: api.createType('[u8;4]', module.error),
    })
    return `${found.section}.${found.name}`
  }
  return undefined
}
