import {
  type BtauthClaim,
  type Clock,
  checkBtauthClaim,
  type NeuronEntry,
  type Ss58Address,
  sessionHeaders,
  verifyBtauthSignature,
} from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { SessionLack, SessionStore } from '../session/session-store.js'
import type { Connection } from '../transport/connection.js'
import { headerValues } from '../transport/header-values.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { type AdmitHook, askHook } from './admit-policy.js'
import { authRefusal } from './auth-refusal.js'
import { measureMetadata, tokenOf } from './call-metadata.js'
import type { CallSource } from './call-source.js'
import { ConcurrencyByKey } from './concurrency-by-key.js'
import { type PriorityHook, type PriorityRequest, priorityOf } from './priority.js'
import type { Prover } from './prover.js'
import type { Standing } from './standing.js'
import { TokenBuckets } from './token-buckets.js'

/** How a caller proves who it is. */
export type AuthProfile = 'session' | 'btauth'

/** What {@link Admission} is made of. */
export interface AdmissionOptions {
  /** This axon's hotkey. */
  readonly receiver: Ss58Address
  /** The profiles that it takes. */
  readonly profiles: readonly AuthProfile[]
  readonly standing: Standing
  readonly prover: Prover
  readonly sessions: SessionStore
  readonly sourceOf: CallSource
  /** The subnet's own rule, asked last. */
  readonly hook?: AdmitHook | undefined
  readonly priority?: PriorityHook | undefined
  readonly limits: AxonLimits
  readonly clock: Clock
}

/** A call that may run. {@link Admission.leave} must follow. */
export interface Admitted {
  readonly caller: NeuronEntry
  readonly profile: AuthProfile
  /** The hash that the caller signed, which the body must have; undefined in a session, where the connection vouches for it. */
  readonly bodySha256: string | undefined
  readonly isCompressed: boolean
}

const maxHotkeys = 65_536

const lackRefusals: Readonly<Record<SessionLack, Refusal>> = {
  unknown: refusals.sessionUnknown,
  expired: refusals.sessionExpired,
  elsewhere: refusals.sessionElsewhere,
}

/**
 * Decides by a call's metadata alone whether it may run, the cheap checks before the dear ones.
 *
 * Until a hotkey is proved, every refusal looks the same to the caller, and nothing is charged to the hotkey that it names.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #takesSessions: boolean
  readonly #takesBtauth: boolean
  readonly #hotkeyRates: TokenBuckets
  readonly #hotkeyCalls: ConcurrencyByKey
  readonly #compressedCalls: ConcurrencyByKey

  constructor(options: AdmissionOptions) {
    const { callsPerSecondPerHotkey: perSecond, maxConcurrentCallsPerHotkey, maxCompressedCallsPerHotkey } = options.limits
    this.#options = options
    this.#takesSessions = options.profiles.includes('session')
    this.#takesBtauth = options.profiles.includes('btauth')
    this.#hotkeyRates = new TokenBuckets({ perSecond, burst: 2 * perSecond, maxKeys: maxHotkeys })
    this.#hotkeyCalls = new ConcurrencyByKey(maxConcurrentCallsPerHotkey)
    this.#compressedCalls = new ConcurrencyByKey(maxCompressedCallsPerHotkey)
  }

  /**
   * Runs all checks.
   *
   * @returns The proved caller, or why not: at once for a session, unless the hook takes its time.
   */
  admit(call: IncomingCall): Admitted | Refusal | Promise<Admitted | Refusal> {
    const { connection, headers } = call
    if (connection === undefined || !connection.isOpen) return refusals.unknownConnection
    const { bytes, hasBtauth, hasOpen } = measureMetadata(headers)
    if (bytes > this.#options.limits.maxMetadataBytes) return refusals.metadataTooLarge
    const tokens = headers[sessionHeaders.token]
    if (tokens === undefined ? hasOpen : hasBtauth || hasOpen) return refusals.twoProfiles
    if (tokens !== undefined) return this.#admitSession(call, { connection, tokens })
    if (!this.#takesBtauth) return refusals.sessionRequired
    return this.#admitBtauth(call, connection)
  }

  /** How urgent an admitted call is. Ask only when it has to wait. */
  priorityOf(request: PriorityRequest): number | bigint {
    return priorityOf(this.#options.priority, request)
  }

  /** Gives back what an admitted call held. */
  leave(admitted: Admitted): void {
    this.#hotkeyCalls.leave(admitted.caller.hotkey)
    if (admitted.isCompressed) this.#compressedCalls.leave(admitted.caller.hotkey)
  }

  #admitSession(
    call: IncomingCall,
    { connection, tokens }: { readonly connection: Connection; readonly tokens: string | readonly (string | Uint8Array)[] },
  ): Admitted | Refusal | Promise<Admitted | Refusal> {
    if (!this.#takesSessions) return refusals.sessionUnsupported
    const { prover, sessions, standing } = this.#options
    const token = tokenOf(tokens)
    if (token === undefined) return refusals.malformed
    const session = sessions.find(token, connection)
    if (typeof session === 'string') return lackRefusals[session]
    const caller = standing.ofProved(session.hotkey, session.scheme)
    if ('status' in caller) {
      if (caller === refusals.deregistered) sessions.dropHotkey(session.hotkey)
      return caller
    }
    connection.markProved()
    prover.noteProved(session.source)
    const isCompressed = call.isCompressed === true
    const busy = this.#charge(caller.hotkey, isCompressed)
    if (busy !== undefined) return busy
    return this.#askHook(call, { caller, profile: 'session', bodySha256: undefined, isCompressed })
  }

  async #admitBtauth(call: IncomingCall, connection: Connection): Promise<Admitted | Refusal> {
    const { clock, limits, prover, receiver, sourceOf, standing } = this.#options
    const { headers } = call
    const checked = checkBtauthClaim({
      headers: (name) => headerValues(headers, name),
      receiver,
      requireBodySha256: true,
      maxAgeMs: limits.maxAgeMs,
      allowedSkewMs: limits.maxAheadMs,
      knownPublicKey: prover.knownPublicKey,
      clock,
    })
    if (!checked.ok) return authRefusal(checked)
    const { claim } = checked
    const claimed = standing.ofClaimed(claim)
    if ('status' in claimed) return claimed
    const source = sourceOf({ headers, connection })
    const refused = await prover.prove({ profile: 'btauth/1', claim, source, call, check: checkOf(call, { claim, claimed }) })
    if (refused !== undefined) return refused
    connection.markProved()
    const caller = standing.ofProved(claim.hotkey, claimed.scheme)
    if ('status' in caller) return caller
    const isCompressed = call.isCompressed === true
    const busy = this.#charge(caller.hotkey, isCompressed)
    // A hotkey that is over its rate leaves its source charged, so that its valid signatures cannot keep this axon busy either.
    if (busy === refusals.hotkeyRate) return busy
    prover.refund(source)
    return busy ?? this.#askHook(call, { caller, profile: 'btauth', bodySha256: claim.bodySha256, isCompressed })
  }

  /** Takes what a proved hotkey may have: calls per second, calls in flight. */
  #charge(hotkey: Ss58Address, isCompressed: boolean): Refusal | undefined {
    if (!this.#hotkeyRates.take(hotkey, this.#options.clock.monotonicMs())) return refusals.hotkeyRate
    if (!this.#hotkeyCalls.enter(hotkey)) return refusals.hotkeyConcurrency
    if (!isCompressed || this.#compressedCalls.enter(hotkey)) return undefined
    this.#hotkeyCalls.leave(hotkey)
    return refusals.hotkeyConcurrency
  }

  #askHook(call: IncomingCall, admitted: Admitted): Admitted | Refusal | Promise<Admitted | Refusal> {
    const { hook, limits } = this.#options
    if (hook === undefined) return admitted
    const settle = (refused: Refusal | undefined): Admitted | Refusal => {
      if (refused === undefined) return admitted
      this.leave(admitted)
      return refused
    }
    const request = {
      caller: admitted.caller,
      path: call.path,
      get signal() {
        return call.signal
      },
    }
    const answer = askHook(hook, request, limits.admitHookMs)
    return answer instanceof Promise ? answer.then(settle) : settle(answer)
  }
}

/** The check of a signed call; its body is held against the signed hash later. */
function checkOf(call: IncomingCall, { claim, claimed }: { readonly claim: BtauthClaim; readonly claimed: NeuronEntry }) {
  return (verify: Parameters<typeof verifyBtauthSignature>[0]['verify']) =>
    verifyBtauthSignature({
      claim,
      scheme: claimed.scheme,
      method: 'POST',
      target: call.path,
      bodySha256: claim.bodySha256 as string,
      verify,
    })
}
