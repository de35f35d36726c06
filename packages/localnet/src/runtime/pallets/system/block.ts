import { Binary } from '@polkadot-api/substrate-bindings'
import type { Storage } from '../../../state/storage.js'
import type { BlockContext } from '../../runtime.js'
import { blockHashCount, blockWeightLimits } from './limits.js'
import { system } from './storage.js'

const noWeight = { ref_time: 0n, proof_size: 0n }

/** Sets what a block starts with, and forgets the events of the block before. */
export function startBlock(db: Storage, { number, blockHash, genesisHash }: BlockContext, eventsKey: string): void {
  const parent = number - 1
  const parentHash = Binary.toHex(blockHash(parent) ?? genesisHash)
  system.Number.set(db, number)
  system.ParentHash.set(db, parentHash)
  system.BlockHash.set(db, parent, parentHash)
  if (parent > blockHashCount) system.BlockHash.remove(db, parent - blockHashCount)
  system.Digest.set(db, { logs: [] })
  system.BlockWeight.set(db, { normal: noWeight, operational: noWeight, mandatory: blockWeightLimits.base_block })
  db.delete(eventsKey)
  system.EventCount.remove(db)
  system.ExecutionPhase.set(db, { type: 'Initialization', value: undefined })
}

/** After the hooks of a block, before its first extrinsic. */
export const startExtrinsics = (db: Storage): void => system.ExecutionPhase.set(db, { type: 'ApplyExtrinsic', value: 0 })

/** After the last extrinsic. */
export function finishExtrinsics(db: Storage): void {
  system.ExecutionPhase.set(db, { type: 'Finalization', value: undefined })
}

/** Removes what only lives while a block is built. */
export function finishBlock(db: Storage): void {
  system.ExecutionPhase.remove(db)
  system.ExtrinsicCount.remove(db)
  system.AllExtrinsicsLen.remove(db)
}
