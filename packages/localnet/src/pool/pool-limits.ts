/** Bounds of the transaction pool. */
export interface PoolLimits {
  /** Extrinsics that can be included now. @defaultValue 8192, as Substrate's node. */
  readonly maxReady: number
  /** Their bytes. @defaultValue 20 MiB, as Substrate's node. */
  readonly maxReadyBytes: number
  /** Extrinsics that wait for others. @defaultValue 819, a tenth of the ready ones, as Substrate's node. */
  readonly maxFuture: number
  /** Their bytes. @defaultValue 2 MiB, as Substrate's node. */
  readonly maxFutureBytes: number
  /** Extrinsics of one account. @defaultValue 4096, so that one account cannot fill the pool. */
  readonly maxPerAccount: number
  /** Bytes of one account. @defaultValue 10 MiB, for the same reason. */
  readonly maxPerAccountBytes: number
  /** Ready extrinsics validated again after a block. @defaultValue 32, a few milliseconds: the rest wait for a later block, or fail when applied. */
  readonly maxRevalidations: number
}

/** The pool's limits, unless told otherwise. */
export const defaultPoolLimits: PoolLimits = {
  maxReady: 8192,
  maxReadyBytes: 20 * 1024 * 1024,
  maxFuture: 819,
  maxFutureBytes: 2 * 1024 * 1024,
  maxPerAccount: 4096,
  maxPerAccountBytes: 10 * 1024 * 1024,
  maxRevalidations: 32,
}
