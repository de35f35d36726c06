import type { Clock, Logger, Metrics, Signer } from '@tensorkit/core'

/** What {@link createDendrite} is given. */
export interface DendriteOptions {
  /** The hotkey that signs the requests. */
  readonly signer: Signer
  /** How long one call may take, connecting included, in ms. @defaultValue 12 000, Bittensor's customary timeout: one block */
  readonly timeoutMs?: number
  /** Allows plain text to other machines. Requests stay authenticated; nothing is secret, and a reply proves no server. @defaultValue false */
  readonly insecure?: boolean
  /** Allows addresses from a directory that are not globally routable, as on a localnet. @defaultValue false: a miner could point you at your own network */
  readonly allowPrivateAddresses?: boolean
  /** Calls of one query in flight. @defaultValue 128: as many replies of 4 MiB as fit 512 MiB */
  readonly concurrency?: number
  /** One message, either way, in bytes; 32 MiB at most. @defaultValue 4 MiB, gRPC's own default */
  readonly maxMessageBytes?: number
  /** Replies in flight or not taken yet, over all queries, in bytes. @defaultValue 512 MiB */
  readonly maxReplyBytesInFlight?: number
  /** Open channels; over it the one that is longest unused is closed. @defaultValue 1024 */
  readonly maxChannels?: number
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
  /** @defaultValue logs nothing */
  readonly logger?: Logger
  /** @defaultValue records nothing */
  readonly metrics?: Metrics
}

/** What one query or call may override. */
export interface CallOptions {
  /** How long each call may take, in ms. */
  readonly timeoutMs?: number
  /** Ends what is in flight; every target that has not replied gets CORE_ABORTED. */
  readonly signal?: AbortSignal
}

/** What one query may override. */
export interface QueryOptions extends CallOptions {
  /** Calls in flight. */
  readonly concurrency?: number
}
