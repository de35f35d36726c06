import { setMaxListeners } from 'node:events'
import { TensorKitError, toTensorKitError } from '@tensorkit/core'
import type { CancelScope } from '../call/cancel-scope.js'
import { inTime } from '../call/in-time.js'
import { lateError } from '../call/late-error.js'
import { failureError } from '../failure-error.js'
import type { Link, Peer } from '../peers/peer.js'
import type { PeerBook } from '../peers/peer-book.js'
import type { ResolvedOptions } from '../resolve-options.js'
import { type ProbeOutcome, probeContext, probeLeaf } from '../tls/probe-leaf.js'
import type { ClientTransport } from '../transport/client-transport.js'
import { disagreesWithChain } from './on-chain-key.js'
import { OpenPace } from './open-pace.js'
import type { OpenSession } from './open-session.js'

/** A probe or an OpenSession to one peer: once in so many ms. */
export const openIntervalMs = 10_000
/** Probe, connection and OpenSession together, in ms. */
const openTimeoutMs = 10_000

/** What a {@link SessionOpener} is made of. */
export interface SessionOpenerOptions {
  readonly options: ResolvedOptions
  readonly transport: ClientTransport
  readonly book: PeerBook
  readonly openSession: OpenSession
}

/** One attempt at a link with a peer. */
interface Attempt {
  /** When it is given up, on the monotonic clock, in ms. */
  readonly untilMs: number
  /** Whether an OpenSession was sent. */
  isAsked: boolean
}

/** How long a call waits for its link. */
export interface ReadyWait {
  /** Looked at where there is something to wait for: most calls find a link. */
  readonly time: { readonly leftMs: number }
  readonly cancel: CancelScope | undefined
}

/**
 * Makes the way to a peer: its certificate, the chain's word on it, a channel pinned to it, a session.
 *
 * All who want the same peer share one attempt, and each waits no longer than its own time. A peer is probed and asked for a session
 * once in 10 s: after a failure calls fail at once with what is known, after a success they wait for their turn.
 */
export class SessionOpener {
  readonly #options: ResolvedOptions
  readonly #transport: ClientTransport
  readonly #book: PeerBook
  readonly #openSession: OpenSession
  readonly #closing = new AbortController()
  readonly #pace = new OpenPace()
  readonly #probeContext = probeContext()

  constructor({ options, transport, book, openSession }: SessionOpenerOptions) {
    this.#options = options
    this.#transport = transport
    this.#book = book
    this.#openSession = openSession
    // One listener for each attempt under way is no leak.
    setMaxListeners(0, this.#closing.signal)
  }

  close(): void {
    this.#closing.abort()
  }

  /** The link that calls to a peer go over now; at once where there is one. */
  ready(peer: Peer, { time, cancel }: ReadyWait): Link | TensorKitError | Promise<Link | TensorKitError> {
    const nowMs = this.#options.clock.monotonicMs()
    const { link } = peer
    if (link !== undefined && this.#isUsable(peer, link, nowMs)) {
      if (link.session !== undefined && nowMs >= link.session.renewMs) this.#renew(peer, nowMs)
      return link
    }
    if (peer.opening === undefined) {
      const waitMs = peer.openedAtMs + openIntervalMs - nowMs
      const isRationed = waitMs > 0 && this.#isRationed(peer)
      if (isRationed && peer.openError !== undefined) return peer.openError
      if (isRationed && waitMs > time.leftMs) return tooSoon(peer, waitMs)
      this.#begin(peer, isRationed ? waitMs : 0)
    }
    // An attempt goes on when who waits for it leaves: the next call finds it done.
    const late = () => lateError(peer, { waitedFor: peer.profile === 'session' ? 'session' : 'connection' })
    return inTime(peer.opening as Promise<Link | TensorKitError>, { leftMs: time.leftMs, cancel }, late)
  }

  /** The peer said that it does not know a session. */
  expire(peer: Peer, link: Link): void {
    if (peer.link === link) link.session = undefined
  }

  /** The peer's certificate: looked at once in 10 s. */
  probe(peer: Peer, nowMs = this.#options.clock.monotonicMs()): Promise<ProbeOutcome> {
    if (peer.probe !== undefined && nowMs - peer.probe.atMs < openIntervalMs) return peer.probe.outcome
    const outcome = probeLeaf({ host: peer.host, port: peer.port, signal: this.#closing.signal, context: this.#probeContext })
    peer.probe = { atMs: nowMs, outcome }
    return outcome
  }

  /** A plain channel for a signature in each call needs neither probe nor session, and so no ration. */
  #isRationed(peer: Peer): boolean {
    return peer.profile === 'session' || !peer.isPlaintext
  }

  #isUsable(peer: Peer, { channel, session }: Link, nowMs: number): boolean {
    if (peer.profile === 'btauth') return channel.state !== 'backoff' && channel.state !== 'closed'
    return session !== undefined && nowMs < session.expiresMs && channel.connectionId === session.connectionId
  }

  /** Opens the next session while the present one still serves. */
  #renew(peer: Peer, nowMs: number): void {
    if (peer.opening === undefined && nowMs - peer.openedAtMs >= openIntervalMs) this.#begin(peer, 0)
  }

  #begin(peer: Peer, waitMs: number): void {
    peer.opening = this.#run(peer, waitMs).then((outcome) => {
      peer.opening = undefined
      return outcome
    })
  }

  /** Never rejects. */
  async #run(peer: Peer, waitMs: number): Promise<Link | TensorKitError> {
    const { clock, logger, metrics } = this.#options
    const { signal } = this.#closing
    let outcome: Link | TensorKitError
    let leave: (() => void) | undefined
    try {
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      leave = await this.#pace.enter()
      if (!this.#book.claim(peer)) {
        return new TensorKitError('DENDRITE_EXHAUSTED', 'All channels are in use', { facts: { maxChannels: this.#options.maxChannels } })
      }
      peer.openedAtMs = clock.monotonicMs()
      outcome = await this.#open(peer)
    } catch (error) {
      outcome = toTensorKitError(error)
    } finally {
      leave?.()
    }
    if (TensorKitError.isInstance(outcome)) {
      this.#book.unclaim(peer)
      peer.openError = outcome
      metrics.count('tensorkit_dendrite_opens_total', { code: outcome.code })
      logger.debug({ hotkey: peer.hotkey, address: peer.address, code: outcome.code }, 'no session with an axon')
    } else {
      peer.openError = undefined
      metrics.count('tensorkit_dendrite_opens_total', { code: 'ok' })
    }
    metrics.gauge('tensorkit_dendrite_channels', this.#book.links)
    return outcome
  }

  async #open(peer: Peer): Promise<Link | TensorKitError> {
    const attempt: Attempt = { untilMs: performance.now() + openTimeoutMs, isAsked: false }
    // The same axon again, most likely: its certificate is known.
    if (peer.link !== undefined) {
      const outcome = await this.#connect(peer, peer.link, attempt)
      // Who was asked for a session has answered: there is one OpenSession in an attempt.
      if (!TensorKitError.isInstance(outcome) || peer.link !== undefined || attempt.isAsked) return outcome
      this.#book.claim(peer)
    }
    const link = await this.#newLink(peer)
    if (TensorKitError.isInstance(link)) return link
    peer.link = link
    return this.#connect(peer, link, attempt)
  }

  async #newLink(peer: Peer): Promise<Link | TensorKitError> {
    let pin: Link['pin']
    if (!peer.isPlaintext) {
      // By the attempt's own time: the next attempt, 10 s from there, looks again and sees the key of an axon that restarted.
      const probed = await this.probe(peer, peer.openedAtMs)
      if (!probed.ok) {
        if (probed.error.code !== 'CORE_ABORTED') this.#noteUnreachable(peer)
        return probed.error
      }
      if (disagreesWithChain(probed.leaf, peer.certificate)) {
        return new TensorKitError('DENDRITE_TLS_REFUSED', 'The axon’s TLS key is not the one that its neuron published on chain', {
          facts: { hotkey: peer.hotkey, address: peer.address },
        })
      }
      pin = probed.leaf
    }
    if (this.#closing.signal.aborted) return new TensorKitError('CORE_CLOSED', 'The dendrite is closed')
    const channel = this.#transport.open({ host: peer.host, port: peer.port, pin })
    return { channel, pin, session: undefined, users: 0, isRetired: false }
  }

  /** Connects, and opens a session where the profile wants one. A link that cannot be connected is dropped, with its token. */
  async #connect(peer: Peer, link: Link, attempt: Attempt): Promise<Link | TensorKitError> {
    const { signal } = this.#closing
    const left = () => Math.max(1, attempt.untilMs - performance.now())
    const connected = await link.channel.connect({ timeoutMs: left(), signal })
    if (!connected.ok) {
      if (peer.link === link) this.#book.drop(peer)
      this.#noteUnreachable(peer)
      return failureError(connected.end, peer, undefined)
    }
    if (peer.profile === 'btauth') return link
    const { connectionId } = connected
    attempt.isAsked = true
    const session = await this.#openSession({ peer, link, connectionId, timeoutMs: left(), signal })
    if (TensorKitError.isInstance(session)) {
      // An axon that cannot prove itself gets nothing more over this channel; one whose session still serves keeps it.
      if (peer.link === link && link.session === undefined) this.#book.drop(peer)
      return session
    }
    if (link.isRetired)
      return new TensorKitError('DENDRITE_UNAVAILABLE', 'The channel was closed meanwhile', { facts: { hotkey: peer.hotkey } })
    link.session = session
    peer.circuit.succeed()
    return link
  }

  #noteUnreachable(peer: Peer): void {
    peer.circuit.fail(this.#options.clock.monotonicMs())
  }
}

const tooSoon = (peer: Peer, waitMs: number) =>
  new TensorKitError('DENDRITE_UNAVAILABLE', 'A session was opened with this axon a moment ago, and is lost', {
    facts: { hotkey: peer.hotkey, address: peer.address, retryAfterMs: Math.ceil(waitMs) },
  })
