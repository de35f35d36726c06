import type { RefusalReason } from '@tensorkit/core'

/**
 * A way to make gRPC calls. What is above it (authentication, fan-out, streams) knows no socket; two implementations and an
 * in-memory one fit under it, and one compliance suite runs on all.
 */
export interface ClientTransport {
  /** For logs and metrics: `http2`, `grpc-js`. */
  readonly name: string
  /**
   * Opens a channel: at most one connection at a time, made when it is first needed, and again after it was lost. Does no I/O yet.
   *
   * @throws CORE_INVALID_ARGUMENT for a port or a pin that is none.
   */
  open(target: TransportTarget): ClientChannel
}

/** Where a channel leads. */
export interface TransportTarget {
  /** An IPv4 or IPv6 literal (no brackets), or a name. */
  readonly host: string
  readonly port: number
  /** The only certificate that is accepted, by TLS 1.3. Without it the channel is plain text. */
  readonly pin?: TlsPin | undefined
}

/** One TLS identity: the certificate itself and the hash of its key. Both are checked, since each check alone can be passed. */
export interface TlsPin {
  /** The leaf, PEM; the only CA of the connection. */
  readonly leafPem: string
  /** sha256 of its SubjectPublicKeyInfo (DER), 64 hex digits. */
  readonly spkiSha256: string
}

/**
 * What a channel is doing: `idle` has no connection and makes none until a call needs one; `backoff` failed to connect lately: a call
 * makes the next attempt, no sooner than 5 s at most after the last one; {@link ClientChannel.connect} does not wait.
 */
export type ChannelState = 'idle' | 'connecting' | 'ready' | 'backoff' | 'closed'

/** What {@link ClientChannel.connect} may be told. */
export interface ConnectOptions {
  /** TCP, TLS and HTTP/2 settings, in ms. @defaultValue the transport's `connectTimeoutMs` */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** How connecting ended. */
export type ConnectOutcome = { readonly ok: true; readonly connectionId: number } | { readonly ok: false; readonly end: CallEnd }

/** Calls to one peer. */
export interface ClientChannel {
  readonly state: ChannelState
  /** The connection that calls would use now: a number that grows with each new one and never comes back. */
  readonly connectionId: number | undefined
  /** Calls started and not ended, those that wait for a connection included. */
  readonly callsInFlight: number
  /** Connects now, or waits for the connection being made. Never rejects. */
  connect(options?: ConnectOptions): Promise<ConnectOutcome>
  /**
   * Starts a call, connecting if need be. Never throws for what a peer or the network does: that comes by
   * {@link CallListener.onEnd}, and never before this returns.
   *
   * @throws CORE_INVALID_ARGUMENT for a path or header that HTTP/2 cannot carry.
   */
  start(options: StartCallOptions, listener: CallListener): ClientCall
  /** Ends the connection, and calls in flight by {@link CallFault} `closed`. Idempotent. */
  close(): void
}

/** One call to start. */
export interface StartCallOptions {
  /** `/package.Service/Method` */
  readonly path: string
  /** Metadata: lower-case names; bytes for names that end in `-bin` (base64 is made here), printable ASCII for all others. */
  readonly headers?: Readonly<Record<string, string | Uint8Array>> | undefined
  /** How long it may take from now, connecting included, in ms. What is left when the headers leave goes out as `grpc-timeout`. */
  readonly timeoutMs: number
  /**
   * `one`: the transport reads by itself, delivers the message before `onEnd`, and an OK without exactly one message becomes
   * `bad-reply`. `many`: each {@link ClientCall.read} gets one message.
   */
  readonly replies: 'one' | 'many'
  /** One message of the peer, decompressed, in bytes: a longer one is refused by its prefix. @defaultValue the transport's `maxMessageBytes` */
  readonly maxReplyBytes?: number | undefined
  /**
   * Only this connection will do, as for a session's token: over any other the call ends at once, unsent, by {@link CallFault}
   * `other-connection`. Without it any connection will.
   */
  readonly connectionId?: number | undefined
}

/**
 * A call in flight. After its end every method does nothing.
 *
 * Sending and reading are independent: a peer that reads nothing stops neither replies nor cancellation.
 */
export interface ClientCall {
  /**
   * Sends one message. The bytes are not copied: they must stay as they are until the call ends.
   *
   * @returns Whether there is room for another; if not, wait for {@link CallListener.onDrain}. What is sent regardless is kept,
   * so that the sender bounds it.
   */
  send(message: Uint8Array): boolean
  /** Sends the last message: `send` and `endSending` in one frame. */
  sendLast(message: Uint8Array): void
  /** Half-closes: nothing more will be sent. */
  endSending(): void
  /**
   * Asks for one more message; several may be asked for. What is not asked for stays with the peer, but for one window (flow
   * control), so that an endless stream fills no memory. For `replies: 'many'` only.
   */
  read(): void
  /** Gives the call up: RST_STREAM to the peer, CANCELLED by {@link CallFault} `cancelled` to the listener. */
  cancel(): void
}

/** What a call reports. Callbacks are never made within a method of {@link ClientCall} or {@link ClientChannel}; what they throw is the caller's fault and reaches the process. */
export interface CallListener {
  /** The peer's first headers, if it sends any before its trailers. */
  onHeaders?(headers: ReplyMetadata): void
  /**
   * One message, decompressed. The bytes are the receiver's own, for as long as wanted. Where a message was put together from
   * several frames, its `byteOffset` is 5 modulo 8, as in a buffer that starts with gRPC's prefix.
   */
  onMessage(message: Uint8Array): void
  /** There is room to send again. */
  onDrain?(): void
  /** The end: exactly once, the last callback, after all messages of a call that the peer ended. */
  onEnd(end: CallEnd): void
}

/** Metadata of a peer: untrusted; its size in all is bounded by the transport's `maxHeaderBytes`. */
export interface ReplyMetadata {
  /** The value of a name; the first if there are several. */
  text(name: string): string | undefined
  /** The bytes of a name that ends in `-bin`; undefined if absent or not base64. */
  bytes(name: string): Uint8Array | undefined
}

/**
 * Why this machine, not the peer's trailers, decided how a call ended:
 *
 * - `connect`: no connection (refused, timed out, in backoff, not HTTP/2)
 * - `pin`: there is a peer, but it is not the pinned one: drop channel and token
 * - `other-connection`: {@link StartCallOptions.connectionId} is not the channel's connection
 * - `queue-full`: the peer's streams are all in use, and so is the queue for them
 * - `refused`: the peer refused the stream before it looked at it (GOAWAY, REFUSED_STREAM)
 * - `lost`: the connection or the stream broke while the call was in flight
 * - `deadline`, `cancelled`, `closed`: {@link StartCallOptions.timeoutMs}, {@link ClientCall.cancel}, {@link ClientChannel.close}
 * - `too-large`: a message over {@link StartCallOptions.maxReplyBytes}, before or after decompression
 * - `bad-reply`: not gRPC, or gRPC that is broken
 */
export type CallFault =
  | 'connect'
  | 'pin'
  | 'other-connection'
  | 'queue-full'
  | 'refused'
  | 'lost'
  | 'deadline'
  | 'cancelled'
  | 'closed'
  | 'too-large'
  | 'bad-reply'

/** How a call ended. */
export interface CallEnd {
  /** gRPC's status code; 0 is OK. Source: grpc/doc/statuscodes.md. */
  readonly code: number
  /** Words for it, 1,024 characters at most. The peer's own and untrusted unless `isLocal`. */
  readonly details: string
  /** Whether this machine made the status: `fault` says why. Else it is the peer's. */
  readonly isLocal: boolean
  /** Set if and only if `isLocal`. */
  readonly fault: CallFault | undefined
  /**
   * False only if the peer's application provably got nothing of the call, so that it may be made again with a fresh nonce: no byte
   * left, or the peer's HTTP/2 layer said that it did not process the stream.
   */
  readonly wasSent: boolean
  /** The public reason of `grpc-status-details-bin`, if there is a well-formed one. */
  readonly reason: RefusalReason | undefined
  /** `grpc-retry-pushback-ms`, 30,000 at most; Infinity if the peer wants no retry (negative or no number); undefined if absent. */
  readonly pushbackMs: number | undefined
  /** The peer's trailers; empty if there are none. */
  readonly trailers: ReplyMetadata
  /** The connection that it went over; undefined if it had none. */
  readonly connectionId: number | undefined
  /** When it got its connection and left, by the monotonic clock of the transport. */
  readonly sentMs: number | undefined
  /** When the first byte of the peer's answer came (headers), by the same clock. */
  readonly firstByteMs: number | undefined
}

/** What every transport may be told. */
export interface ClientTransportOptions {
  /** Default of {@link StartCallOptions.maxReplyBytes}, and its upper bound, in bytes. */
  readonly maxMessageBytes: number
  /** TCP, TLS and HTTP/2 settings, in ms. @defaultValue 5 000 */
  readonly connectTimeoutMs?: number | undefined
  /** Headers or trailers of one reply, in bytes as HTTP/2 counts them. @defaultValue 16 KiB */
  readonly maxHeaderBytes?: number | undefined
  /** Compresses requests of 1 KiB or more. Replies are decompressed whatever this says. @defaultValue no */
  readonly compression?: 'gzip' | undefined
}
