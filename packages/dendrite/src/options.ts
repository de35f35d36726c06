import type { Clock, Logger, Metrics, NeuronDirectory, Signer } from '@tensorkit/core'
import type { SignaturePoolOptions } from '@tensorkit/core/crypto'
import type { AuthProfile } from './target.js'
import type { ClientTransport } from './transport/client-transport.js'

/** What {@link createDendrite} is given. */
export interface DendriteOptions {
  /** The hotkey that proves who calls. */
  readonly signer: Signer
  /**
   * The subnet: sessions are signed for it, and a hotkey's scheme and TLS key are looked up there. Needed for the profile `session`;
   * a metagraph, a `staticDirectory`, or `{ genesisHash, netuid }` alone.
   */
  readonly directory?: Pick<NeuronDirectory, 'genesisHash'> & { readonly netuid: number } & Partial<Pick<NeuronDirectory, 'get'>>
  /** How callers are proved, unless a target says otherwise. Nothing that fails changes it. @defaultValue `session` */
  readonly profile?: AuthProfile
  /**
   * How long one call may take, in ms, by one clock from the moment at which it is made: see {@link CallOptions.timeoutMs}.
   *
   * @defaultValue 12 000, Bittensor's customary timeout: one block
   */
  readonly timeoutMs?: number
  /** Plain text to all targets, instead of TLS 1.3. Requests stay authenticated; nothing is secret. @defaultValue false */
  readonly insecure?: boolean
  /** Allows addresses from a directory that are not globally routable, as on a localnet. @defaultValue false: a miner could point you at your own network */
  readonly allowPrivateAddresses?: boolean
  /**
   * Calls of one query in flight, or with a reply that the loop has not taken yet; never more than have room for their replies,
   * `maxReplyBytesInFlight` / `maxReplyBytes`: 128 of 4 MiB.
   *
   * @defaultValue 256, the neurons of a subnet; no more than `maxChannels`
   */
  readonly concurrency?: number
  /** Calls in flight, over all queries. @defaultValue 1024 */
  readonly maxConcurrentCalls?: number
  /** Calls in flight to one axon. @defaultValue 128, what an axon takes on one connection */
  readonly maxConcurrentCallsPerPeer?: number
  /** One message, either way, in bytes; 32 MiB at most. @defaultValue 4 MiB, gRPC's own default */
  readonly maxMessageBytes?: number
  /** Replies in flight or not taken yet, over all queries and streams, in bytes. @defaultValue 512 MiB */
  readonly maxReplyBytesInFlight?: number
  /** Open channels; over it the one that is longest unused is closed. @defaultValue 1024 */
  readonly maxChannels?: number
  /**
   * Asks for a signed receipt of every call, and takes no reply without a true one. A peer sees the asking, so that it is always or
   * never. @defaultValue `never`
   */
  readonly receipts?: 'always' | 'never'
  /**
   * The number of this dendrite among all that sign with its hotkey, in this process and in others: an integer from 0 to 9999. Signed calls
   * (`btauth`) need nonces that no other of them makes; with a slot each, none can, whatever their rates. For sessions it means nothing:
   * theirs are 32 random bytes.
   *
   * Needed where several processes of one hotkey call the same axons often. Give each a slot of its own, and no two the same: those meet ten
   * thousand times more often than two without.
   *
   * @defaultValue none: nonces are random below the ms, and each dendrite runs behind the clock by a random part of 500 ms. Two that make r₁ and
   * r₂ calls a second to one axon then meet r₁·r₂/10⁹ times a second: at 1 each once in 30 years, at 100 each once in 28 hours. What meets is
   * one call, refused as a replay (`DENDRITE_UNAUTHENTICATED`).
   */
  readonly nonceSlot?: number
  /** Threads that make and check signatures when many are wanted at once. */
  readonly signatures?: SignaturePoolOptions
  /** What carries the calls. @defaultValue `http2` */
  readonly transport?: 'http2' | 'grpc-js' | ClientTransport
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
  /** @defaultValue logs nothing */
  readonly logger?: Logger
  /** @defaultValue records nothing */
  readonly metrics?: Metrics
}

/** What one query, call or stream may override. */
export interface CallOptions {
  /**
   * How long it may take, in ms, from the moment at which it is made to its end: waiting for a place among the calls in flight, connecting,
   * a session, a signature, every attempt. The axon is told what is left when the request goes out (`grpc-timeout`). What ran out before that
   * is `DENDRITE_TIMEOUT` with the fact `waitedFor`: nothing of this attempt was sent.
   *
   * Of a stream it is the whole life; of {@link Dendrite.hedge} the time of all its calls together. In {@link Dendrite.query} each target has
   * it for itself, from the moment at which it has its place: who queues behind others loses nothing by it.
   *
   * @defaultValue the dendrite's. Above 2,147,483,647 ms (24.8 days) it counts as that
   */
  readonly timeoutMs?: number
  /** Ends what is in flight; every target that has not replied gets CORE_ABORTED. */
  readonly signal?: AbortSignal
  /** One message of the reply, in bytes: so much is reserved for each call in flight. @defaultValue the dendrite's `maxMessageBytes`, which it cannot exceed */
  readonly maxReplyBytes?: number
  /** Tries at most: a call is made again only if the axon provably got nothing of it, with a fresh nonce. @defaultValue 2 */
  readonly maxAttempts?: number
}

/** What one query may override. */
export interface QueryOptions<Value = unknown> extends CallOptions {
  /** Calls in flight, or with a reply that the loop has not taken yet; never more than have room for their replies. */
  readonly concurrency?: number
  /**
   * How long the whole round may take, in ms, from the moment at which the first reply is asked for: what is not there then gets
   * DENDRITE_TIMEOUT, whether it was asked yet or not.
   *
   * @defaultValue no bound beside each call's own, and 60 s (`timeoutMs` if that is more) for a wait behind *other* queries, calls and streams
   */
  readonly roundTimeoutMs?: number
  /** Ends after so many good replies; the other calls are cancelled. */
  readonly first?: number
  /** Ends once so many good replies agree; the other calls are cancelled. */
  readonly quorum?: Quorum<Value>
}

/** How many replies must agree. */
export interface Quorum<Value> {
  readonly count: number
  /** What of a reply must be equal. */
  readonly agreeOn: (value: Value) => string | number | bigint | boolean
}

/** What one stream may override. */
export interface StreamOptions extends CallOptions {
  /** Messages of the peer at most. @defaultValue 65 536 */
  readonly maxMessages?: number
  /** Bytes of the peer's messages at most, in all. @defaultValue 256 MiB */
  readonly maxBytes?: number
}

/** What {@link Dendrite.hedge} may override. */
export interface HedgeOptions extends CallOptions {
  /** How long a target has before the next one is asked too, in ms; `timeoutMs` is for all of them together. */
  readonly delayMs: number
  /** Targets asked at most. @defaultValue 2 */
  readonly max?: number
}

/** What {@link Dendrite.warmUp} may override. */
export interface WarmUpOptions {
  /** Connections made at a time. @defaultValue 32 */
  readonly concurrency?: number
  /** How long all of it may take, in ms. @defaultValue 60 000 */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}
