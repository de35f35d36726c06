import { TensorKitError } from '@tensorkit/core'
import type { PoolTransaction } from '../pool/pool-transaction.js'
import type { TransactionPool } from '../pool/transaction-pool.js'
import type { BlockContext, Runtime } from '../runtime/runtime.js'
import type { Storage } from '../state/storage.js'

/** 75 % of 5 MiB, what Substrate leaves to normal extrinsics. */
const maxExtrinsicsBytes = 3_932_160

/** How many extrinsics that do not fit are passed over before the block counts as full. Source: `sc_basic_authorship`. */
const maxSkipped = 8

/** LOCALNET_BLOCK_FAILED, with the reason where the runtime names one. */
export function blockFailed(
  shortMessage: string,
  cause: unknown,
  facts: Readonly<Record<string, string | number | undefined>>,
): TensorKitError {
  if (TensorKitError.isInstance(cause) && cause.code === 'LOCALNET_BLOCK_FAILED') return cause
  const reason = TensorKitError.isInstance(cause) ? `${cause.code}: ${cause.shortMessage}` : undefined
  return new TensorKitError('LOCALNET_BLOCK_FAILED', shortMessage, { cause, facts: { ...facts, reason } })
}

/** What {@link authorBlock} works on. */
export interface AuthorBlockOptions {
  readonly runtime: Runtime
  readonly pool: TransactionPool
  /** A fresh layer on the parent's state. */
  readonly state: Storage
  readonly context: BlockContext
}

/**
 * Builds one block: initialize, inherents, the pool's ready extrinsics in order, finalize. Extrinsics that turn out invalid
 * leave the pool; those that do not fit stay.
 *
 * @returns The extrinsics of the block.
 * @throws CORE_INTERNAL if an inherent does not apply; LOCALNET_BLOCK_FAILED if the runtime fails at an extrinsic.
 */
export function authorBlock({ runtime, pool, state, context }: AuthorBlockOptions): Uint8Array[] {
  const extrinsics: Uint8Array[] = []
  runtime.initializeBlock(state, context)
  for (const inherent of runtime.inherents(context)) {
    const result = runtime.applyExtrinsic(state, inherent, context)
    if (!result.ok)
      throw new TensorKitError('CORE_INTERNAL', 'An inherent was invalid', { facts: { block: context.number, reason: result.error.kind } })
    extrinsics.push(inherent)
  }
  const apply = (transaction: PoolTransaction, extrinsic: Uint8Array): ReturnType<Runtime['applyExtrinsic']> => {
    try {
      return runtime.applyExtrinsic(state, extrinsic, context)
    } catch (error) {
      // Or no block could be built ever again.
      pool.removeInvalid(transaction.hash)
      throw blockFailed('The runtime failed at an extrinsic, which was removed', error, {
        block: context.number,
        extrinsic: transaction.hash,
      })
    }
  }
  const invalid: string[] = []
  let bytes = 0
  const skipped: PoolTransaction[] = []
  const skippedTags = new Set<string>()
  for (const transaction of pool.ready()) {
    if (skipped.length > maxSkipped) break
    // What needs an extrinsic that was passed over would look invalid here, and is not.
    const inner = runtime.unshield(transaction.bytes)
    const size = transaction.bytes.length + (inner?.length ?? 0)
    const fits = bytes + size <= maxExtrinsicsBytes && !transaction.requires.some((tag) => skippedTags.has(tag))
    const result = fits ? apply(transaction, transaction.bytes) : undefined
    if (result?.ok) {
      extrinsics.push(transaction.bytes)
      // What a carrier hides follows it, unless it is invalid.
      if (inner && apply(transaction, inner).ok) extrinsics.push(inner)
      bytes += size
    } else if (result === undefined || result.error.kind === 'ExhaustsResources') {
      skipped.push(transaction)
      for (const tag of transaction.provides) skippedTags.add(tag)
    } else {
      invalid.push(transaction.hash)
    }
  }
  runtime.finalizeBlock(state, context)
  // Last, so that a runtime that fails leaves the pool as it was.
  for (const hash of invalid) if (pool.has(hash)) pool.removeInvalid(hash)
  return extrinsics
}
