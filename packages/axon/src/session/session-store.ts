import { hash, randomBytes } from 'node:crypto'
import type { Clock, Metrics, SignatureScheme, Ss58Address } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import type { Connection } from '../transport/connection.js'

/** What a session needs to know of the connection that it is bound to, which is this very object. */
export type SessionConnection = Pick<Connection, 'isOpen' | 'onClose'>

/** One open session: a hotkey, proved once, on one connection. It does not hold its token. */
export interface Session {
  readonly hotkey: Ss58Address
  /** The scheme by which it proved itself. */
  readonly scheme: SignatureScheme
  /** Where it was opened from: an IPv4 address or an IPv6 /64. */
  readonly source: string
}

/** What {@link SessionStore.open} takes. */
export interface OpenSessionOptions {
  readonly hotkey: Ss58Address
  readonly scheme: SignatureScheme
  readonly source: string
  readonly connection: SessionConnection
  /** 32 bytes, of which the store keeps the hash. */
  readonly token: Uint8Array
  /** As the axon signed it. */
  readonly expiry: SessionExpiry
}

/** When a session ends: by whichever clock gets there first, so that neither a stopped nor a stepped one prolongs it. */
export interface SessionExpiry {
  /** Unix time in s: what the caller is told. */
  readonly expiresAtS: number
  /** By the monotonic clock, in ms. */
  readonly untilMs: number
}

/** Why a token is not good here and now. */
export type SessionLack = 'unknown' | 'expired' | 'elsewhere'

/** What a {@link SessionStore} is made of. */
export interface SessionStoreOptions {
  readonly limits: Pick<AxonLimits, 'maxSessions' | 'maxSessionsPerHotkey' | 'sessionLifetimeMs'>
  readonly clock: Clock
  readonly metrics: Metrics
}

interface OpenSession extends Session, SessionExpiry {
  readonly key: string
  readonly connection: SessionConnection
  usedAtMs: number
}

// An expired session is found at its next use in any case; this only frees its memory, a little with each new one.
const maxPurgedAtOnce = 64

/**
 * The open sessions, by the SHA-256 of their tokens.
 *
 * A token is good on the connection that opened it and nowhere else. Bounded in all and by hotkey: a hotkey that has
 * its share loses its own longest idle session, and no hotkey loses one to another.
 */
export class SessionStore {
  readonly #options: SessionStoreOptions
  // In the order of opening, which is that of expiry: all live equally long.
  readonly #sessions = new Map<string, OpenSession>()
  // Arrays, as most have one session: a set takes three times as much memory.
  readonly #byHotkey = new Map<Ss58Address, OpenSession[]>()
  readonly #byConnection = new Map<SessionConnection, OpenSession[]>()
  #isClosed = false

  constructor(options: SessionStoreOptions) {
    this.#options = options
  }

  /** How many are open, expired ones that nobody asked for included. */
  get size(): number {
    return this.#sessions.size
  }

  /** A token that nobody can guess: 32 bytes. */
  newToken(): Buffer {
    return randomBytes(32)
  }

  /** When a session that is opened now will end. */
  expiryFromNow(): SessionExpiry {
    const { clock, limits } = this.#options
    return {
      expiresAtS: Math.floor((clock.nowMs() + limits.sessionLifetimeMs) / 1000),
      untilMs: clock.monotonicMs() + limits.sessionLifetimeMs,
    }
  }

  /** Whether a hotkey could open one now. Frees what has expired, within bounds. */
  hasRoomFor(hotkey: Ss58Address): boolean {
    if (this.#isClosed) return false
    this.#purge()
    const { maxSessions, maxSessionsPerHotkey } = this.#options.limits
    return this.#sessions.size < maxSessions || (this.#byHotkey.get(hotkey)?.length ?? 0) >= maxSessionsPerHotkey
  }

  /** Opens one. @returns False if there is no room, or its connection is closed. */
  open({ hotkey, scheme, source, connection, token, expiry }: OpenSessionOptions): boolean {
    if (!connection.isOpen || !this.hasRoomFor(hotkey)) return false
    const own = this.#byHotkey.get(hotkey)
    if (own !== undefined && own.length >= this.#options.limits.maxSessionsPerHotkey) this.#dropLongestIdle(own)
    const session: OpenSession = {
      key: keyOf(token),
      hotkey,
      scheme,
      source,
      connection,
      expiresAtS: expiry.expiresAtS,
      untilMs: expiry.untilMs,
      usedAtMs: this.#options.clock.monotonicMs(),
    }
    this.#sessions.set(session.key, session)
    addTo(this.#byHotkey, hotkey, session)
    if (addTo(this.#byConnection, connection, session)) connection.onClose(() => this.#dropConnection(connection))
    this.#tellSize()
    return true
  }

  /** The session of a token, 64 hex digits, on a connection. Synchronous and cheap: every call pays for it. */
  find(token: string, connection: SessionConnection): Session | SessionLack {
    const session = this.#sessions.get(keyOf(Buffer.from(token, 'hex')))
    if (session === undefined) return 'unknown'
    if (session.connection !== connection) return 'elsewhere'
    const nowMs = this.#options.clock.monotonicMs()
    if (this.#hasExpired(session, nowMs)) {
      this.#drop(session)
      return 'expired'
    }
    session.usedAtMs = nowMs
    return session
  }

  /** Ends all sessions of a hotkey: it is no longer registered, or has another scheme. */
  dropHotkey(hotkey: Ss58Address): void {
    for (const session of this.#byHotkey.get(hotkey)?.slice() ?? []) this.#drop(session)
  }

  /** Ends all, and takes no new ones. */
  close(): void {
    this.#isClosed = true
    this.#sessions.clear()
    this.#byHotkey.clear()
    this.#byConnection.clear()
    this.#tellSize()
  }

  #hasExpired({ expiresAtS, untilMs }: OpenSession, nowMs: number): boolean {
    // Written so that a time that is no number counts as too late.
    return !(nowMs < untilMs && this.#options.clock.nowMs() < expiresAtS * 1000)
  }

  #purge(): void {
    const nowMs = this.#options.clock.monotonicMs()
    let left = maxPurgedAtOnce
    for (const session of this.#sessions.values()) {
      if (left-- === 0 || !this.#hasExpired(session, nowMs)) return
      this.#drop(session)
    }
  }

  #dropLongestIdle(sessions: readonly OpenSession[]): void {
    let idle: OpenSession | undefined
    for (const session of sessions) {
      if (idle === undefined || session.usedAtMs < idle.usedAtMs) idle = session
    }
    if (idle !== undefined) this.#drop(idle)
  }

  #dropConnection(connection: SessionConnection): void {
    for (const session of this.#byConnection.get(connection)?.slice() ?? []) this.#drop(session)
    this.#byConnection.delete(connection)
  }

  #drop(session: OpenSession): void {
    this.#sessions.delete(session.key)
    const own = this.#byHotkey.get(session.hotkey)
    removeFrom(own, session)
    if (own?.length === 0) this.#byHotkey.delete(session.hotkey)
    // The array itself stays until its connection closes: there is one listener a connection, however many sessions it opens.
    removeFrom(this.#byConnection.get(session.connection), session)
    this.#tellSize()
  }

  #tellSize(): void {
    this.#options.metrics.gauge('tensorkit_axon_sessions', this.#sessions.size)
  }
}

// Shorter than hex, as there may be thousands.
const keyOf = (token: Uint8Array): string => hash('sha256', token, 'base64url')

/** @returns Whether the key is new. */
function addTo<Key>(index: Map<Key, OpenSession[]>, key: Key, session: OpenSession): boolean {
  const known = index.get(key)
  if (known !== undefined) {
    known.push(session)
    return false
  }
  index.set(key, [session])
  return true
}

// The order of an index means nothing: the last one takes the place.
function removeFrom(sessions: OpenSession[] | undefined, session: OpenSession): void {
  const at = sessions?.indexOf(session) ?? -1
  const last = at < 0 ? undefined : sessions?.pop()
  if (last !== undefined && last !== session && sessions !== undefined) sessions[at] = last
}
