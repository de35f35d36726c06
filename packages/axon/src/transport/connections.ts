import type { Socket } from 'node:net'
import type { Clock } from '@tensorkit/core'
import { ProvedSources } from '../admission/proved-sources.js'
import { type Charge, free, type StrangerCost, StrangerWork } from '../admission/stranger-work.js'
import type { AxonLimits } from '../limits.js'
import type { Connection } from './connection.js'
import { sourceOf } from './source-of.js'

/** Why a connection is not taken in. */
export type ConnectionRefusal = 'connection_closed' | 'connections_per_source' | 'connections_total' | 'stranger_work'

/** A connection from TCP's accept on; its TLS handshake comes later. */
export class OpenConnection implements Connection {
  readonly address: string
  readonly source: string
  #spkiSha256 = '-'
  #isOpen = true
  #handshake: NodeJS.Timeout | undefined
  #firstCall: NodeJS.Timeout | undefined
  // Seldom more than one; none has no array.
  #closeListeners: readonly (() => void)[] | undefined
  readonly #owner: ConnectionOwner
  #onFirstProof: (() => void) | undefined
  readonly #socket: Socket
  // What it cost until it proved a hotkey, in µs.
  #costUs: number

  constructor(
    address: string,
    options: {
      readonly source: string
      readonly socket: Socket
      readonly firstCallMs: number
      readonly owner: ConnectionOwner
      /** What taking it in cost, in µs. */
      readonly costUs: number
    },
  ) {
    this.address = address
    this.source = options.source
    this.#owner = options.owner
    this.#costUs = options.costUs
    this.#socket = options.socket
    this.#firstCall = setTimeout(() => options.socket.destroy(), options.firstCallMs)
    this.#firstCall.unref()
  }

  get spkiSha256(): string {
    return this.#spkiSha256
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Waits for the TLS handshake, from now on. Node's own time-out begins anew with every byte that drips in. */
  expectHandshake(timeoutMs: number, onLate: () => void): void {
    this.#stopHandshake()
    this.#handshake = setTimeout(onLate, timeoutMs)
    this.#handshake.unref()
  }

  /** It waits for its turn: what limits that is the time to its first call. */
  expectNothing(): void {
    this.#stopHandshake()
  }

  /** The handshake is done, before there is a call. */
  secure(spkiSha256: string): void {
    this.#stopHandshake()
    this.#spkiSha256 = spkiSha256
  }

  markProved(): void {
    // Every call of a session comes here: both are cheap when there is nothing to do.
    if (this.#firstCall !== undefined) {
      this.#stopWaiting()
      this.#owner.giveBack(this.source, this.#costUs)
      this.#onFirstProof?.()
      this.#onFirstProof = undefined
    }
    this.#owner.onProved(this.source)
  }

  /** Runs something when a call on it proves a hotkey for the first time. One listener at most. */
  onFirstProof(listener: () => void): void {
    this.#onFirstProof = listener
  }

  /**
   * Charges its source for what it makes the axon do, while it has proved nobody, and ends it when that is too much.
   *
   * @returns Whether it may go on.
   */
  charge(what: StrangerCost): boolean {
    if (this.#firstCall === undefined) return this.#isOpen
    const { us, mayGoOn } = this.#owner.charge(this.source, what)
    this.#costUs += us
    if (!mayGoOn) this.#socket.destroy()
    return mayGoOn
  }

  /** Ends it at once, with all its calls. */
  destroy(): void {
    this.#socket.destroy()
  }

  onClose(listener: () => void): void {
    if (!this.#isOpen) listener()
    else this.#closeListeners = this.#closeListeners === undefined ? [listener] : [...this.#closeListeners, listener]
  }

  close(): void {
    this.#isOpen = false
    this.#stopHandshake()
    this.#stopWaiting()
    const listeners = this.#closeListeners ?? []
    this.#closeListeners = undefined
    for (const listener of listeners) listener()
  }

  // Forgotten, not only cleared: for as long as the connection lives it would hold what it was to end.
  #stopHandshake(): void {
    clearTimeout(this.#handshake)
    this.#handshake = undefined
  }

  #stopWaiting(): void {
    clearTimeout(this.#firstCall)
    this.#firstCall = undefined
  }
}

/** What a connection tells of itself. */
interface ConnectionOwner {
  onProved(source: string): void
  charge(source: string, what: StrangerCost): Charge
  giveBack(source: string, us: number): void
}

/** The open connections, counted by source. Refuses what is over a cap before a byte is read. */
export class Connections {
  readonly #open = new Map<string, OpenConnection>()
  readonly #sockets = new Set<Socket>()
  readonly #perSource = new Map<string, number>()
  readonly #proved: ProvedSources
  readonly #limits: AxonLimits
  readonly #work: StrangerWork
  // One for all connections.
  readonly #owner: ConnectionOwner = {
    onProved: (source) => this.#proved.add(source),
    charge: (source, what) => this.#work.charge(source, what, this.#proved.has(source)),
    giveBack: (source, us) => this.#work.giveBack(source, us),
  }
  readonly #proxyOwner: ConnectionOwner = { ...this.#owner, charge: () => free, giveBack: () => {} }

  readonly #isProxy: (address: string) => boolean

  /** @param isProxy - Whether an address is that of a proxy that is trusted: all who come through it share it, and it is not charged. */
  constructor(limits: AxonLimits, clock: Clock, isProxy: (address: string) => boolean = () => false) {
    this.#limits = limits
    this.#isProxy = isProxy
    this.#proved = new ProvedSources(clock)
    this.#work = new StrangerWork(limits, clock)
  }

  /** Takes a connection in. @returns It, or why it is refused. */
  accept(socket: Socket): OpenConnection | ConnectionRefusal {
    const { remoteAddress, remotePort } = socket
    if (remoteAddress === undefined || remotePort === undefined) return 'connection_closed'
    const source = sourceOf(remoteAddress)
    const isKnown = this.#proved.has(source)
    const isProxy = this.#isProxy(remoteAddress)
    const { us: costUs, mayGoOn } = isProxy ? free : this.#work.charge(source, 'connection', isKnown)
    if (!mayGoOn) return 'stranger_work'
    const ofSource = this.#perSource.get(source) ?? 0
    if (ofSource >= this.#limits.maxConnectionsPerSource) return 'connections_per_source'
    const room = isKnown ? this.#limits.maxConnections : Math.ceil(this.#limits.maxConnections / 2)
    if (this.#sockets.size >= room) return 'connections_total'

    const key = `${remotePort} ${remoteAddress}`
    const connection = new OpenConnection(remoteAddress, {
      source,
      socket,
      firstCallMs: this.#limits.firstCallMs,
      owner: isProxy ? this.#proxyOwner : this.#owner,
      costUs,
    })
    this.#open.set(key, connection)
    this.#sockets.add(socket)
    this.#perSource.set(source, ofSource + 1)
    // Comes once; once() would hold two more objects for as long as the connection lives.
    socket.on('close', () => {
      connection.close()
      this.#sockets.delete(socket)
      if (this.#open.get(key) === connection) this.#open.delete(key)
      const left = (this.#perSource.get(source) ?? 1) - 1
      if (left > 0) this.#perSource.set(source, left)
      else this.#perSource.delete(source)
    })
    return connection
  }

  /** The connection of a call, by its peer's address and port. */
  find(remoteAddress: string | undefined, remotePort: number | undefined): OpenConnection | undefined {
    return this.#open.get(`${remotePort} ${remoteAddress}`)
  }

  /** Whether a connection comes from where a hotkey was proved lately, or through a trusted proxy. */
  isKnown({ address, source }: OpenConnection): boolean {
    return this.#proved.has(source) || this.#isProxy(address)
  }

  /** How many are open. */
  get size(): number {
    return this.#sockets.size
  }

  /** Ends all at once. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
