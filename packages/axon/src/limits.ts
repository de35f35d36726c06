/** What an axon allows at most. Every queue, wait and buffer has one. */
export interface AxonLimits {
  /** One message, in bytes, either way. @defaultValue 4 MiB, gRPC's own default */
  readonly maxMessageBytes: number
  /** All metadata of one call, names and values, in bytes. @defaultValue 16 KiB */
  readonly maxMetadataBytes: number
  /** Open connections in all; half of them are kept for sources that proved a hotkey lately. @defaultValue 1024 */
  readonly maxConnections: number
  /** Open connections of one source: an IPv4 address or an IPv6 /64. @defaultValue 16 */
  readonly maxConnectionsPerSource: number
  /** How long a TLS handshake may take, in ms. @defaultValue 5 000 */
  readonly handshakeMs: number
  /** How long a connection may live before its first authenticated call, in ms. @defaultValue 10 000 */
  readonly firstCallMs: number
  /** How long a connection may be idle, in ms. @defaultValue 5 min */
  readonly idleConnectionMs: number
  /** How old a connection may become before it is asked to reconnect, in ms. @defaultValue 1 h */
  readonly maxConnectionAgeMs: number
  /** Concurrent calls on one connection. @defaultValue 128 */
  readonly maxStreamsPerConnection: number
  /** Memory that HTTP/2 may hold for one connection, in bytes. @defaultValue 32 MiB: 128 windows of 64 KiB, and replies on their way */
  readonly maxSessionMemoryBytes: number
  /** How long a call without a deadline may take, in ms. @defaultValue 60 000 */
  readonly defaultDeadlineMs: number
  /** How long any call may take, whatever its deadline, in ms. @defaultValue 10 min */
  readonly maxDeadlineMs: number
  /** How old a signed request may be, in ms. @defaultValue 10 000, btauth/1's own */
  readonly maxAgeMs: number
  /** How far ahead of this machine's clock a signed request may be, in ms. @defaultValue 2 000, btauth/1's own */
  readonly maxAheadMs: number
  /** Messages of one stream, either way. @defaultValue 65 536 */
  readonly maxStreamMessages: number
  /** All messages of one stream together, either way, in bytes. @defaultValue 256 MiB */
  readonly maxStreamBytes: number
  /** Open sessions in all; beyond it new ones are refused and none is evicted. @defaultValue 4096, about 2.4 MB */
  readonly maxSessions: number
  /** Open sessions of one hotkey; beyond it its own longest idle one goes. @defaultValue 16 */
  readonly maxSessionsPerHotkey: number
  /** How long a session lives, in ms; at most 1 h. @defaultValue 1 h */
  readonly sessionLifetimeMs: number
  /** Sessions that one proved hotkey may open per second; `maxSessionsPerHotkey` at once, so that all can come back together. @defaultValue 1 */
  readonly sessionOpensPerSecondPerHotkey: number
  /** Signatures that are checked or made for callers at the same time; half of them for sources that proved a hotkey lately. @defaultValue 256 */
  readonly maxVerificationsInFlight: number
  /** How long the `hook` of an admission policy may take, in ms. @defaultValue 5 000 */
  readonly admitHookMs: number
  /** How old the directory's snapshot may be, in ms. @defaultValue 1 h */
  readonly maxDirectoryAgeMs: number
  /** Signatures that fail or were seen before, per second and source; twice as many at once. @defaultValue 50, about 1 % of a core */
  readonly failedSignaturesPerSecond: number
  /**
   * What the connections of one source may cost before a call on them proves a hotkey, in ms of a core per second; five times as much at
   * once, and ten times as much for all sources together. @defaultValue 20
   */
  readonly strangerWorkMsPerSecond: number
  /** Calls in flight on a connection before one on it proves a hotkey; what is over it never becomes a call. @defaultValue 8 */
  readonly maxStrangerStreams: number
  /** How long a connection of a source that overspent that is kept waiting before it is closed, unread, in ms ± 50 %; 256 of them at most. @defaultValue 1 000 */
  readonly strangerHoldMs: number
  /** Calls per second of one proved hotkey; twice as many at once. @defaultValue 1000 */
  readonly callsPerSecondPerHotkey: number
  /** Calls in flight or queued of one proved hotkey. @defaultValue 128 */
  readonly maxConcurrentCallsPerHotkey: number
  /** Of these, calls whose messages may be compressed: a frame of 16 KiB unpacks to 16 MiB at most. @defaultValue 16 */
  readonly maxCompressedCallsPerHotkey: number
  /** Handlers that run at the same time. @defaultValue 256 */
  readonly maxConcurrentCalls: number
  /** Admitted calls that wait for a handler; at most 8192. @defaultValue 1024 */
  readonly maxQueuedCalls: number
  /** Calls without credentials (Describe, health, reflection) in flight. @defaultValue 32 */
  readonly maxAnonymousCalls: number
  /** How long a call without credentials may take, in ms. @defaultValue 5 000 */
  readonly anonymousCallMs: number
}

/** The limits of an axon that sets none. */
export const defaultAxonLimits: AxonLimits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxMetadataBytes: 16 * 1024,
  maxConnections: 1024,
  maxConnectionsPerSource: 16,
  handshakeMs: 5_000,
  firstCallMs: 10_000,
  idleConnectionMs: 300_000,
  maxConnectionAgeMs: 3_600_000,
  maxStreamsPerConnection: 128,
  maxSessionMemoryBytes: 32 * 1024 * 1024,
  defaultDeadlineMs: 60_000,
  maxDeadlineMs: 600_000,
  maxAgeMs: 10_000,
  maxAheadMs: 2_000,
  maxStreamMessages: 65_536,
  maxStreamBytes: 256 * 1024 * 1024,
  maxSessions: 4096,
  maxSessionsPerHotkey: 16,
  sessionLifetimeMs: 3_600_000,
  sessionOpensPerSecondPerHotkey: 1,
  maxVerificationsInFlight: 256,
  admitHookMs: 5_000,
  maxDirectoryAgeMs: 3_600_000,
  failedSignaturesPerSecond: 50,
  strangerWorkMsPerSecond: 20,
  maxStrangerStreams: 8,
  strangerHoldMs: 1_000,
  callsPerSecondPerHotkey: 1000,
  maxConcurrentCallsPerHotkey: 128,
  maxCompressedCallsPerHotkey: 16,
  maxConcurrentCalls: 256,
  maxQueuedCalls: 1024,
  maxAnonymousCalls: 32,
  anonymousCallMs: 5_000,
}
