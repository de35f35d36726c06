import { createNonceSource, type Method, signBtauthCall, TensorKitError } from '@tensorkit/core'
import type { Link, Peer, Session } from '../peers/peer.js'
import type { PeerBook } from '../peers/peer-book.js'
import { newRequestId, receiptAsk } from '../receipts/receipt-ask.js'
import type { ResolvedOptions } from '../resolve-options.js'
import type { SessionOpener } from '../session/session-opener.js'
import type { CallEnd } from '../transport/client-transport.js'
import type { CallTime } from './call-time.js'
import type { CancelScope } from './cancel-scope.js'
import { inTime } from './in-time.js'
import { lateError } from './late-error.js'

const maxPushbackMs = 30_000
/** Who waited for a connection for less has not seen that there is none to be had: three round trips around the world. */
const connectionPatienceMs = 1_000
/** Faults that say that the peer, or the way to it, does not work. */
const transportFaults: ReadonlySet<string> = new Set(['connect', 'pin', 'lost'])
/** Faults by which the peer showed that it is there. */
const peerFaults: ReadonlySet<string> = new Set(['too-large', 'bad-reply', 'refused'])

/** What a call needs to go out. */
export interface LaunchRequest {
  readonly peer: Peer
  readonly method: Method
  /** Of the one request message; absent for a stream of them. */
  readonly bodySha256: string | undefined
  /** What it may take to get ready is what is left of it. */
  readonly time: CallTime
  readonly cancel: CancelScope | undefined
}

/** A call that may go out now. {@link Launcher.settle} must follow. */
export interface Launch {
  readonly link: Link
  readonly session: Session | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly connectionId: number | undefined
  /** Set where a receipt was asked for. */
  readonly requestId: string | undefined
  readonly isTrial: boolean
  /** When it was ready, by the monotonic clock. */
  readonly readyAtMs: number
}

/** Gets calls ready: circuit, pushback, link, credentials; and draws the consequences of their ends. */
export class Launcher {
  readonly #options: ResolvedOptions
  readonly #book: PeerBook
  readonly #opener: SessionOpener
  readonly #nextNonce: () => string

  constructor(options: ResolvedOptions, book: PeerBook, opener: SessionOpener) {
    this.#options = options
    this.#book = book
    this.#opener = opener
    this.#nextNonce = createNonceSource({ clock: options.clock, slot: options.nonceSlot })
  }

  /** Never rejects but for a signer that fails; at once where a session is there. Waits no longer than the call has time. */
  launch(request: LaunchRequest): Launch | TensorKitError | Promise<Launch | TensorKitError> {
    const launching = this.#prepare(request)
    return launching instanceof Promise ? this.#inTime(request, launching) : launching
  }

  /** A timer may be late, too: what got ready after the call's time does not go out. */
  async #inTime({ peer, method, time }: LaunchRequest, launching: Promise<Launch | TensorKitError>): Promise<Launch | TensorKitError> {
    const launch = await launching
    if (TensorKitError.isInstance(launch) || time.leftMs > 0) return launch
    this.#giveUp(peer, launch)
    return lateError(peer, { waitedFor: peer.profile === 'btauth' ? 'signature' : 'session', method: method.path })
  }

  #prepare(request: LaunchRequest): Launch | TensorKitError | Promise<Launch | TensorKitError> {
    const { peer, time } = request
    const nowMs = this.#options.clock.monotonicMs()
    const pushbackMs = peer.pushbackUntilMs - nowMs
    if (pushbackMs > 0) return pushbackMs < time.leftMs ? this.#later(request, pushbackMs) : pushedBack(peer, pushbackMs)
    const entered = peer.circuit.enter(nowMs)
    if (entered.isOpen) {
      return new TensorKitError('DENDRITE_CIRCUIT_OPEN', 'The axon could not be reached several times in a row', {
        facts: {
          hotkey: peer.hotkey,
          address: peer.address,
          failures: peer.circuit.failures,
          retryAfterMs: Math.ceil(entered.retryAfterMs),
        },
      })
    }
    const link = this.#opener.ready(peer, request)
    if (link instanceof Promise) return this.#whenReady(request, entered.isTrial, link)
    return this.#credentials(request, entered.isTrial, link)
  }

  /** Must be told how each launched call ended. */
  settle(peer: Peer, launch: Launch, end: CallEnd): void {
    const nowMs = this.#options.clock.monotonicMs()
    this.#book.leave(launch.link)
    const { fault } = end
    // Unless there is a connection: then it had no room, which is this side's own doing. Or its time was short: that says nothing of the axon.
    const neverLeft =
      fault === 'deadline' &&
      end.sentMs === undefined &&
      launch.link.channel.connectionId === undefined &&
      nowMs - launch.readyAtMs >= connectionPatienceMs
    if (fault !== undefined && (transportFaults.has(fault) || neverLeft)) {
      peer.circuit.fail(nowMs)
      // What stands where the pinned axon stood gets nothing more; nor does a connection that cannot be made keep its token.
      if ((fault === 'pin' || fault === 'connect') && peer.link === launch.link) this.#book.drop(peer)
    } else if (fault === undefined || peerFaults.has(fault)) {
      peer.circuit.succeed()
    } else if (launch.isTrial) {
      peer.circuit.forget()
    }
    if (end.firstByteMs !== undefined && end.sentMs !== undefined) peer.noteLatency(Math.max(0, end.firstByteMs - end.sentMs))
    if (end.code !== 0 && end.pushbackMs !== undefined && Number.isFinite(end.pushbackMs)) {
      peer.pushbackUntilMs = nowMs + Math.min(end.pushbackMs, maxPushbackMs)
    }
  }

  /** Whether a call failed for its session alone. If so the session is over: the next launch opens another. */
  hasExpired(peer: Peer, launch: Launch, end: CallEnd): boolean {
    if (launch.session === undefined) return false
    if (end.fault !== 'other-connection' && !(end.code === 16 && end.reason === 'SESSION_EXPIRED')) return false
    if (launch.link.session === launch.session) this.#opener.expire(peer, launch.link)
    return true
  }

  async #later(request: LaunchRequest, waitMs: number): Promise<Launch | TensorKitError> {
    const { cancel, peer } = request
    const error = await new Promise<TensorKitError | undefined>((resolve) => {
      const timer = setTimeout(() => {
        uncancel?.()
        resolve(undefined)
      }, Math.ceil(waitMs))
      const uncancel = cancel?.onCancel((reason) => {
        clearTimeout(timer)
        resolve(reason)
      })
    })
    // Told to wait once more meanwhile: that is enough.
    const againMs = peer.pushbackUntilMs - this.#options.clock.monotonicMs()
    if (error !== undefined) return error
    return againMs > 5 ? pushedBack(peer, againMs) : this.#prepare(request)
  }

  async #whenReady(request: LaunchRequest, isTrial: boolean, link: Promise<Link | TensorKitError>): Promise<Launch | TensorKitError> {
    return this.#credentials(request, isTrial, await link)
  }

  #credentials(
    request: LaunchRequest,
    isTrial: boolean,
    link: Link | TensorKitError,
  ): Launch | TensorKitError | Promise<Launch | TensorKitError> {
    const { peer } = request
    if (TensorKitError.isInstance(link)) {
      // The opener has told the circuit what it found.
      if (isTrial) peer.circuit.forget()
      return link
    }
    link.users++
    const requestId = this.#options.receipts === 'always' ? newRequestId() : undefined
    if (peer.profile === 'btauth') return this.#sign(request, { link, requestId, isTrial })
    const { session } = link
    if (session === undefined) {
      this.#giveUp(peer, { link, isTrial })
      return new TensorKitError('DENDRITE_UNAVAILABLE', 'The session ended before the call went out', { facts: { hotkey: peer.hotkey } })
    }
    const headers = requestId === undefined ? session.headers : { ...session.headers, ...receiptAsk(requestId) }
    return { link, session, headers, connectionId: session.connectionId, requestId, isTrial, readyAtMs: this.#options.clock.monotonicMs() }
  }

  async #sign(request: LaunchRequest, launch: Pick<Launch, 'link' | 'requestId' | 'isTrial'>): Promise<Launch | TensorKitError> {
    const { peer, method, bodySha256, time, cancel } = request
    const { requestId } = launch
    try {
      const signing = signBtauthCall({
        signer: this.#options.signer,
        receiver: peer.hotkey,
        path: method.path,
        bodySha256: bodySha256 as string,
        nonce: this.#nextNonce(),
      })
      // A signer may be a device, or a person.
      const late = () => lateError(peer, { waitedFor: 'signature', method: method.path })
      const signed = await inTime(signing, { leftMs: time.leftMs, cancel }, late)
      if (TensorKitError.isInstance(signed)) {
        this.#giveUp(peer, launch)
        return signed
      }
      const headers = requestId === undefined ? signed : { ...signed, ...receiptAsk(requestId) }
      return { ...launch, session: undefined, headers, connectionId: undefined, readyAtMs: this.#options.clock.monotonicMs() }
    } catch (error) {
      this.#giveUp(peer, launch)
      throw error
    }
  }

  /** A call that does not go out after all. */
  #giveUp(peer: Peer, { link, isTrial }: Pick<Launch, 'link' | 'isTrial'>): void {
    this.#book.leave(link)
    if (isTrial) peer.circuit.forget()
  }
}

const pushedBack = (peer: Peer, waitMs: number) =>
  new TensorKitError('DENDRITE_EXHAUSTED', 'The axon asked to be left alone for a while', {
    facts: { hotkey: peer.hotkey, address: peer.address, retryAfterMs: Math.ceil(waitMs) },
  })
