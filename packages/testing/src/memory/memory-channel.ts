import { type Clock, TensorKitError } from '@tensorkit/core'
import type {
  CallListener,
  ChannelState,
  ClientCall,
  ClientChannel,
  ConnectOutcome,
  StartCallOptions,
  TransportTarget,
} from '@tensorkit/dendrite'
import type { MemoryAddresses } from './memory-addresses.js'
import { localEnd, MemoryCall } from './memory-call.js'
import { MemoryClientCall } from './memory-client-call.js'
import { MemoryConnection } from './memory-connection.js'
import type { MemoryServer } from './memory-server.js'

const unsent = { connectionId: undefined, sentMs: undefined, firstByteMs: undefined } as const
const isHeaderName = /^[a-z0-9._-]+$/
const isHeaderText = /^[\x20-\x7e]*$/

/** What {@link MemoryChannel} is made of. */
export interface MemoryChannelOptions {
  readonly addresses: MemoryAddresses<MemoryServer>
  readonly clock: Clock
  readonly target: TransportTarget
  readonly source: string
  readonly maxMessageBytes: number
}

/** Calls to one address of a {@link MemoryNetwork}. */
export class MemoryChannel implements ClientChannel {
  readonly #options: MemoryChannelOptions
  readonly #calls = new Set<MemoryClientCall>()
  #connection: { readonly connection: MemoryConnection; readonly server: MemoryServer } | undefined
  #isClosed = false

  constructor(options: MemoryChannelOptions) {
    this.#options = options
  }

  get state(): ChannelState {
    if (this.#isClosed) return 'closed'
    return this.#connection?.connection.isOpen === true ? 'ready' : 'idle'
  }

  get connectionId(): number | undefined {
    return this.#connection?.connection.isOpen === true ? this.#connection.connection.id : undefined
  }

  get callsInFlight(): number {
    return this.#calls.size
  }

  connect(): Promise<ConnectOutcome> {
    const connected = this.#connect()
    if ('connection' in connected) return Promise.resolve({ ok: true, connectionId: connected.connection.id })
    return Promise.resolve({ ok: false, end: localEnd(connected.fault, connected.details, unsent) })
  }

  start(options: StartCallOptions, listener: CallListener): ClientCall {
    checkHeaders(options)
    const call = new MemoryClientCall({ start: options, listener, maxMessageBytes: this.#options.maxMessageBytes })
    this.#calls.add(call)
    void call.over.then(() => this.#calls.delete(call))
    const connected = this.#connect(options.connectionId)
    if ('fault' in connected) {
      call.fail(localEnd(connected.fault, connected.details, unsent))
      return call
    }
    const { connection, server } = connected
    const { clock } = this.#options
    const wire = new MemoryCall({ start: options, connection, clock, maxMessageBytes: server.maxMessageBytes })
    call.attach(wire)
    // Not before this method has returned: what the server does at once must not reach the listener within it.
    queueMicrotask(() => server.serve(wire))
    return call
  }

  close(): void {
    this.#isClosed = true
    for (const call of this.#calls) call.close()
    this.#connection?.connection.close()
    this.#connection = undefined
  }

  #connect(
    wanted?: number,
  ):
    | { readonly connection: MemoryConnection; readonly server: MemoryServer }
    | { readonly fault: 'closed' | 'connect' | 'pin' | 'other-connection'; readonly details: string } {
    const { addresses, target, source } = this.#options
    if (this.#isClosed) return { fault: 'closed', details: 'The channel is closed' }
    if (target.pin !== undefined) return { fault: 'pin', details: 'A network in memory has no TLS' }
    if (this.#connection?.connection.isOpen !== true) {
      const server = addresses.find(target.host, target.port)
      if (server === undefined) return { fault: 'connect', details: `Nobody listens on ${target.host}:${target.port}` }
      const connection = new MemoryConnection(addresses.nextConnectionId(), source)
      server.accept(connection)
      this.#connection = { connection, server }
    }
    if (wanted !== undefined && wanted !== this.#connection.connection.id) {
      return { fault: 'other-connection', details: 'The connection is not the one asked for' }
    }
    return this.#connection
  }
}

/** @throws CORE_INVALID_ARGUMENT for a header that HTTP/2 cannot carry. */
function checkHeaders({ path, headers = {} }: StartCallOptions): void {
  if (!path.startsWith('/')) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A path must begin with /', { facts: { path } })
  for (const [name, value] of Object.entries(headers)) {
    const fits = name.endsWith('-bin') ? value instanceof Uint8Array : typeof value === 'string' && isHeaderText.test(value)
    if (!(fits && isHeaderName.test(name))) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `HTTP/2 cannot carry the header ${JSON.stringify(name)}`)
    }
  }
}
