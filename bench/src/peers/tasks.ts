/** What a server is: the baseline, the baseline with a signature per call, or ours. */
export type ServerKind = 'plain' | 'polkadot' | 'axon'

/** What a client is. Both `http2` and `grpc-js` are sessions, by the transport beneath. */
export type ClientKind = 'plain' | 'polkadot' | 'http2' | 'grpc-js' | 'btauth'

/** How a process of servers is made. */
export interface ServerConfig {
  readonly kind: ServerKind
  /** How many servers it runs, each on a port of its own. */
  readonly servers: number
  /** The number of the first one's hotkey; 0 unless several processes share the work. */
  readonly firstServer?: number
  /** One message, in bytes. */
  readonly maxMessageBytes: number
  /** Connections without a session are left alone for so long, in ms. */
  readonly firstCallMs?: number
}

/** Where a server is, and its certificate if a client must be told. */
export interface ServerAddress {
  readonly port: number
  /** PEM; of the baseline. */
  readonly certificate?: string
  /** The hotkey; ours. */
  readonly hotkey?: string
}

/** What a process of servers answers. */
export interface ServerTasks {
  addresses(argument: undefined): readonly ServerAddress[]
  /** Tensors that arrived so far, and how many of them were decoded without a copy. */
  tensors(argument: undefined): TensorCount
  [name: string]: (argument: never) => unknown
}

/** How tensors arrived. */
export interface TensorCount {
  readonly decoded: number
  readonly withoutCopy: number
}

/** How the process of a client is made. */
export interface ClientConfig {
  readonly kind: ClientKind
  readonly addresses: readonly ServerAddress[]
  readonly maxMessageBytes: number
}

/** Calls of one kind. */
export interface Work {
  readonly method: 'say' | 'tensor' | 'tensors'
  readonly sizeBytes: number
  readonly calls: number
  readonly inFlight: number
  /** Messages in one call, where it streams. */
  readonly messages?: number
}

/** One fan-out to all servers. */
export interface Round {
  readonly roundMs: number
  /** The longest time that a server says it took itself. */
  readonly slowestMs: number
}

/** What the process of a client answers. Each fails if a call fails. */
export interface ClientTasks {
  /** Makes the calls, all on the first server. */
  run(work: Work): Promise<void>
  /** Calls every server once and waits for all. */
  round(argument: { readonly delayMs: number }): Promise<Round>
  /** Opens a channel (ours: and a session) to each of the first so many servers, and keeps them. @returns How many are open. */
  connect(argument: { readonly servers: number }): Promise<number>
  /** Calls at an even pace, whatever the answers take. @returns What each took, in ms, and how many failed. */
  pace(argument: {
    readonly callsPerSecond: number
    readonly forMs: number
  }): Promise<{ readonly ms: readonly number[]; readonly failed: number }>
  tensors(argument: undefined): TensorCount
  [name: string]: (argument: never) => unknown
}

/** What a client of one kind must be able to do. */
export interface Caller {
  /** The calls that {@link Work} names. */
  call(server: number, work: Pick<Work, 'method' | 'sizeBytes' | 'messages'>): Promise<void>
  /** @returns How long the server took itself, in ms. */
  late(server: number, delayMs: number): Promise<number>
  /** The same of all servers at once. */
  round(delayMs: number): Promise<readonly number[]>
  /** How many channels are connected; ours: and have a session. */
  channels(): number
}
