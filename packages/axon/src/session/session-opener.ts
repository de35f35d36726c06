import {
  answerSession,
  type Clock,
  checkSessionClaim,
  type NeuronEntry,
  type SessionClaim,
  type SessionDomain,
  type Signer,
  sessionHeaders,
  verifySessionSignature,
} from '@tensorkit/core'
import { authRefusal } from '../admission/auth-refusal.js'
import { measureMetadata } from '../admission/call-metadata.js'
import type { CallSource } from '../admission/call-source.js'
import type { Prover } from '../admission/prover.js'
import type { Standing } from '../admission/standing.js'
import { TokenBuckets } from '../admission/token-buckets.js'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { Connection } from '../transport/connection.js'
import { headerValues } from '../transport/header-values.js'
import type { CallHeaders, IncomingCall } from '../transport/incoming-call.js'
import type { SessionStore } from './session-store.js'

/** What a {@link SessionOpener} is made of. */
export interface SessionOpenerOptions {
  /** The axon's hotkey, which signs the answers. */
  readonly signer: Signer
  /** As the directory has it. */
  readonly domain: SessionDomain
  readonly standing: Standing
  readonly prover: Prover
  readonly sessions: SessionStore
  readonly sourceOf: CallSource
  readonly limits: AxonLimits
  readonly clock: Clock
}

/** A session that is asked for by a proved hotkey, and not made yet. */
export interface SessionRequest {
  readonly caller: NeuronEntry
  readonly claim: SessionClaim
  readonly connection: Connection
  readonly source: string
}

/** The answer to `OpenSession`. Its token is the only copy there is: wipe it when it is sent. */
export interface SessionAnswer {
  readonly token: Buffer
  readonly text: Uint8Array
  readonly signature: Uint8Array
}

const maxHotkeys = 65_536

/** Opens sessions: the same order of checks as for calls, and a bucket of its own for each proved hotkey. */
export class SessionOpener {
  readonly #options: SessionOpenerOptions
  readonly #rates: TokenBuckets

  constructor(options: SessionOpenerOptions) {
    const { sessionOpensPerSecondPerHotkey: perSecond, maxSessionsPerHotkey: burst } = options.limits
    this.#options = options
    this.#rates = new TokenBuckets({ perSecond, burst, maxKeys: maxHotkeys })
  }

  /** Decides by the metadata alone whether a caller may have a session. */
  async admit(call: IncomingCall): Promise<SessionRequest | Refusal> {
    const { clock, prover, sessions, sourceOf, standing } = this.#options
    const { connection, headers } = call
    if (connection === undefined || !connection.isOpen) return refusals.unknownConnection
    const claim = this.#claimOf(headers, connection)
    if ('status' in claim) return claim
    const claimed = standing.ofClaimed(claim)
    if ('status' in claimed) return claimed
    const source = sourceOf({ headers, connection })
    const { scheme } = claimed
    const refused = await prover.prove({
      profile: 'session/1',
      claim,
      source,
      call,
      check: (verify) => verifySessionSignature({ claim, scheme, verify }),
    })
    if (refused !== undefined) return refused
    connection.markProved()
    const caller = standing.ofProved(claim.hotkey, scheme)
    if ('status' in caller) return caller
    // A hotkey that is over its rate leaves its source charged, so that its valid signatures cannot keep this axon busy either.
    if (!this.#rates.take(caller.hotkey, clock.monotonicMs())) return refusals.openRate
    prover.refund(source)
    return sessions.hasRoomFor(caller.hotkey) ? { caller, claim, connection, source } : refusals.sessionsFull
  }

  /** Makes the session and signs for it. */
  async open(call: IncomingCall, { caller, claim, connection, source }: SessionRequest): Promise<SessionAnswer | Refusal | undefined> {
    const { domain, prover, sessions, signer } = this.#options
    const token = sessions.newToken()
    const expiry = sessions.expiryFromNow()
    const answer = { signer, domain, clientText: claim.text, token, expiresAtS: expiry.expiresAtS }
    // A signer may be another machine: whoever leaves does not go on holding a place among those that sign.
    const signed = await prover.sign(source, () => Promise.race([answerSession(answer), endOf(call)]))
    if (signed === undefined || 'status' in signed) return signed
    const opened = sessions.open({ hotkey: caller.hotkey, scheme: caller.scheme, source, connection, token, expiry })
    return opened ? { token, ...signed } : refusals.sessionsFull
  }

  #claimOf(headers: CallHeaders, connection: Connection): SessionClaim | Refusal {
    const { clock, domain, limits, prover, signer } = this.#options
    const { bytes, hasBtauth } = measureMetadata(headers)
    if (bytes > limits.maxMetadataBytes) return refusals.metadataTooLarge
    if (hasBtauth || headers[sessionHeaders.token] !== undefined) return refusals.twoProfiles
    const checked = checkSessionClaim({
      text: onlyOf(headerValues(headers, sessionHeaders.open)),
      signature: onlyOf(headerValues(headers, sessionHeaders.openSignature)),
      receiver: signer.address,
      domain,
      spkiSha256: connection.spkiSha256,
      maxAgeMs: limits.maxAgeMs,
      allowedSkewMs: limits.maxAheadMs,
      knownPublicKey: prover.knownPublicKey,
      clock,
    })
    return checked.ok ? checked.claim : authRefusal(checked)
  }
}

const onlyOf = (values: readonly unknown[]): unknown => (values.length === 1 ? values[0] : undefined)

const endOf = (call: IncomingCall) => new Promise<undefined>((resolve) => call.onOver(() => resolve(undefined)))
