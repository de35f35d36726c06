import {
  AxonService,
  createNonceSource,
  type InferResponse,
  isSs58Address,
  type Method,
  signBtauthCall,
  TensorKitError,
  toTensorKitError,
} from '@tensorkit/core'
import { type AddressPolicy, createAddressPolicy } from './address-policy.js'
import { describeSkew } from './clock-skew.js'
import { failureError } from './failure-error.js'
import { ByteBudget, type Reservation } from './fan-out/byte-budget.js'
import type { PreparedRequest } from './prepared-request.js'
import type { Reply } from './reply.js'
import type { ResolvedOptions } from './resolve-options.js'
import { type ResolvedTarget, resolveTarget, type Target } from './target.js'
import { ChannelPool } from './transport/channel-pool.js'
import { callUnary } from './transport/unary-call.js'

const describeTimeoutMs = 2_000
const skewKeptMs = 30_000
const maxHotkeys = 65_536

/** One call to make. */
export interface CallRequest<M extends Method> {
  readonly target: Target
  readonly method: M
  readonly prepare: (target: Target) => PreparedRequest
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
  /** When it was asked for, by the monotonic clock. */
  readonly askedMs: number
  /** Whether to sign; only Describe goes without. */
  readonly isSigned: boolean
}

/** A reply, and what it holds of the byte budget until the user has it. */
export interface LandedReply<Value> {
  readonly reply: Reply<Value>
  release(): void
}

/** Makes single calls: address, channel, signature, wire, decoding. */
export class Caller {
  readonly #options: ResolvedOptions
  readonly #policy: AddressPolicy
  readonly #channels: ChannelPool
  readonly #budget: ByteBudget
  readonly #nextNonce: () => string
  readonly #hotkeys = new Set<string>()
  readonly #isHotkey = (text: string): boolean => {
    if (this.#hotkeys.has(text)) return true
    if (!isSs58Address(text)) return false
    if (this.#hotkeys.size >= maxHotkeys) this.#hotkeys.clear()
    this.#hotkeys.add(text)
    return true
  }
  readonly #skews = new Map<string, { readonly atMs: number; readonly skewMs: Promise<number | undefined> }>()

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#policy = createAddressPolicy(options)
    this.#channels = new ChannelPool(options)
    this.#budget = new ByteBudget(options.maxReplyBytesInFlight)
    this.#nextNonce = createNonceSource({ clock: options.clock })
  }

  close(): void {
    this.#channels.close()
  }

  /** Makes one call. Never rejects. */
  async call<M extends Method>(request: CallRequest<M>): Promise<LandedReply<InferResponse<M>>> {
    const { clock, metrics } = this.#options
    const { target, method, askedMs } = request
    const startedMs = clock.monotonicMs()
    let reservation: Reservation | undefined
    let sentMs = startedMs
    const timings = () => {
      const nowMs = clock.monotonicMs()
      return { queueMs: sentMs - askedMs, callMs: nowMs - sentMs, totalMs: nowMs - askedMs }
    }
    const { hotkey, uid } = target
    const failed = (error: TensorKitError): LandedReply<InferResponse<M>> => {
      reservation?.release()
      metrics.count('tensorkit_dendrite_calls_total', { path: method.path, code: error.code })
      // A hotkey that is none was refused before anything was done with it.
      return { reply: { ok: false, hotkey: hotkey as Reply<never>['hotkey'], uid, error, timings: timings() }, release: () => {} }
    }
    try {
      const resolved = resolveTarget(target, this.#isHotkey)
      if (TensorKitError.isInstance(resolved)) return failed(resolved)
      const forbidden = this.#policy.check(resolved)
      if (forbidden !== undefined) return failed(forbidden)
      const prepared = request.prepare(target)
      reservation = await this.#budget.reserve(this.#options.maxMessageBytes, request)
      sentMs = clock.monotonicMs()
      const outcome = await this.#exchange(resolved, request, prepared)
      if (TensorKitError.isInstance(outcome)) return failed(outcome)
      // Other bytes arrive in the same buffer; the message's own length is what a reply is counted by.
      reservation.shrinkTo(outcome.byteLength)
      const value = method.response.decode(outcome) as InferResponse<M>
      metrics.count('tensorkit_dendrite_calls_total', { path: method.path, code: 'ok' })
      const held = reservation
      return { reply: { ok: true, hotkey: resolved.hotkey, uid, value, timings: timings() }, release: () => held.release() }
    } catch (error) {
      return failed(this.#asError(error, target, method))
    }
  }

  /** Channel, signature, wire. */
  async #exchange<M extends Method>(
    target: ResolvedTarget,
    request: CallRequest<M>,
    prepared: PreparedRequest,
  ): Promise<Uint8Array | TensorKitError> {
    const { method, isSigned, timeoutMs, signal } = request
    const lease = this.#channels.lease(target.hotkey, target)
    if (lease === undefined)
      return new TensorKitError('DENDRITE_EXHAUSTED', 'All channels are in use', { facts: { maxChannels: this.#options.maxChannels } })
    try {
      const headers = isSigned
        ? await signBtauthCall({
            signer: this.#options.signer,
            receiver: target.hotkey,
            path: method.path,
            bodySha256: prepared.bodySha256,
            nonce: this.#nextNonce(),
          })
        : {}
      const outcome = await callUnary({ channel: lease.channel, path: method.path, headers, body: prepared.body, timeoutMs, signal })
      if (outcome.ok) return outcome.body
      const error = failureError(outcome.failure, target, method.path)
      return error.code === 'AUTH_STALE' ? describeSkew(error, await this.#skewOf(target, signal)) : error
    } finally {
      lease.release()
    }
  }

  /** This machine's clock less the axon's, in ms; asked once in a while for each axon, since a stale request fails for all calls alike. */
  async #skewOf(target: ResolvedTarget, signal: AbortSignal | undefined): Promise<number | undefined> {
    const { clock } = this.#options
    const known = this.#skews.get(target.hotkey)
    if (known !== undefined && clock.monotonicMs() - known.atMs < skewKeptMs) return known.skewMs
    const skewMs = this.#measureSkew(target, signal)
    if (this.#skews.size >= this.#options.maxChannels) this.#skews.clear()
    this.#skews.set(target.hotkey, { atMs: clock.monotonicMs(), skewMs })
    return skewMs
  }

  async #measureSkew(target: ResolvedTarget, signal: AbortSignal | undefined): Promise<number | undefined> {
    const { clock } = this.#options
    const beforeMs = clock.nowMs()
    const lease = this.#channels.lease(target.hotkey, target)
    if (lease === undefined) return undefined
    const { path, request, response } = AxonService.describe
    const outcome = await callUnary({
      channel: lease.channel,
      path,
      headers: {},
      body: request.encode({}),
      timeoutMs: describeTimeoutMs,
      signal,
    })
    lease.release()
    if (!outcome.ok) return undefined
    try {
      return (beforeMs + clock.nowMs()) / 2 - Number(response.decode(outcome.body).serverTimeMs)
    } catch {
      return undefined
    }
  }

  #asError(error: unknown, target: Target, method: Method): TensorKitError {
    if (TensorKitError.isInstance(error) && error.code === 'PROTOCOL_DECODE_FAILED') {
      return new TensorKitError('DENDRITE_BAD_REPLY', 'The reply does not fit the protocol', {
        cause: error,
        facts: { hotkey: target.hotkey, method: method.path },
      })
    }
    return toTensorKitError(error)
  }
}
