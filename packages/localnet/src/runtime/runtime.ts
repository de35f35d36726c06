import type { Storage } from '../state/storage.js'
import type { MetadataVersion } from './metadata/versions.js'

/** `RuntimeVersion` of the chain that is modelled. */
export interface RuntimeVersion {
  readonly specName: string
  readonly implName: string
  readonly authoringVersion: number
  readonly specVersion: number
  readonly implVersion: number
  readonly transactionVersion: number
  readonly stateVersion: number
  /** Runtime APIs: hex of 8 bytes with 0x, and version. */
  readonly apis: readonly (readonly [string, number])[]
}

/** What the node knows of the chain besides storage. */
export interface BlockContext {
  readonly number: number
  /** Unix ms: what Timestamp.set of this block says. */
  readonly timestampMs: number
  readonly genesisHash: Uint8Array
  /** Hash of a past block, or undefined if it is not known. Block n's own hash is not known while it is built. */
  readonly blockHash: (number: number) => Uint8Array | undefined
}

/** Why the pool or a block refuses an extrinsic. `custom` carries `InvalidTransaction::Custom(u8)`. */
export type InvalidTransaction =
  | {
      readonly kind:
        | 'Call'
        | 'Payment'
        | 'Future'
        | 'Stale'
        | 'BadProof'
        | 'AncientBirthBlock'
        | 'ExhaustsResources'
        | 'BadMandatory'
        | 'MandatoryValidation'
        | 'BadSigner'
    }
  | { readonly kind: 'Custom'; readonly code: number }

/** `TransactionValidity`. Tags are hex. */
export type TransactionValidity =
  | {
      readonly ok: true
      readonly priority: bigint
      readonly requires: readonly string[]
      readonly provides: readonly string[]
      readonly longevity: bigint
    }
  | { readonly ok: false; readonly error: InvalidTransaction }

/**
 * The state transition: what a runtime wasm is to a Substrate node. It knows nothing of networks, pools or time, and
 * keeps nothing outside the storage it is given.
 */
export interface Runtime {
  readonly version: RuntimeVersion
  /** `Metadata_metadata_at_version`, without Option and length prefix. */
  metadata(version: MetadataVersion): Uint8Array
  /** Writes the genesis state. */
  genesis(storage: Storage): void
  /** `Core_initialize_block`: the block step runs here. */
  initializeBlock(storage: Storage, context: BlockContext): void
  /** Inherents that go first in every block (Timestamp.set), as extrinsic bytes with length prefix. */
  inherents(context: BlockContext): Uint8Array[]
  /** `TaggedTransactionQueue_validate_transaction`. The extrinsic has its length prefix. */
  validateTransaction(storage: Storage, extrinsic: Uint8Array, context: BlockContext): TransactionValidity
  /** `BlockBuilder_apply_extrinsic`: invalid ones change nothing; a failed dispatch is `ok` and shows in the events. */
  applyExtrinsic(
    storage: Storage,
    extrinsic: Uint8Array,
    context: BlockContext,
  ): { readonly ok: true } | { readonly ok: false; readonly error: InvalidTransaction }
  /**
   * Opens a carrier: what its author includes right after it.
   *
   * @returns The extrinsic inside, with its length prefix; undefined for what is no carrier, and for what does not open.
   */
  unshield(extrinsic: Uint8Array): Uint8Array | undefined
  /** `BlockBuilder_finalize_block`. */
  finalizeBlock(storage: Storage, context: BlockContext): void
  /**
   * `state_call`: SCALE arguments in, SCALE result out. Works on a scratch layer.
   *
   * @throws LOCALNET_NOT_MODELLED for a runtime API that is not modelled, by its name.
   */
  call(storage: Storage, method: string, args: Uint8Array, context: BlockContext): Uint8Array
}
