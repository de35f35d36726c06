import {
  type AuthRefusal,
  type Clock,
  checkReplay,
  type Metrics,
  type ReplayStore,
  type Ss58Address,
  TensorKitError,
  type VerifySignature,
} from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import { authRefusal } from './auth-refusal.js'
import { ProvedSources } from './proved-sources.js'
import { StrangerTurns } from './stranger-turns.js'
import { TokenBuckets } from './token-buckets.js'

/** What a {@link Prover} is made of. */
export interface ProverOptions {
  readonly limits: AxonLimits
  readonly clock: Clock
  readonly metrics: Metrics
  readonly replayStore: ReplayStore
  /** Checks one signature, on this thread or on others. */
  readonly verify: VerifySignature
}

/** What {@link Prover.prove} is given: a claim that has passed all that is cheap. */
export interface Proof {
  readonly profile: 'btauth/1' | 'session/1'
  readonly claim: { readonly hotkey: Ss58Address; readonly publicKey: Uint8Array; readonly nonce: string; readonly unixNs: bigint }
  /** Who pays until the hotkey is proved. */
  readonly source: string
  /** The call; one that is over when its turn comes is not looked at any more. */
  readonly call: Pick<IncomingCall, 'isOver'>
  /** Checks the claim's signature. */
  readonly check: (verify: VerifySignature) => Promise<{ readonly ok: true } | AuthRefusal>
}

const maxSources = 8192
const maxPublicKeys = 65_536

/**
 * Proves hotkeys: the dear steps, which strangers can ask for.
 *
 * They are bounded three times: by a bucket for each source, which a signature that fails or comes again leaves charged; by
 * how many are under way, half of them kept for sources that proved a hotkey lately; and the other sources take turns, so that
 * none of them keeps another out. Nothing is charged to the hotkey.
 */
export class Prover {
  readonly #options: ProverOptions
  readonly #sources: TokenBuckets
  readonly #provedSources: ProvedSources
  readonly #verify: VerifySignature
  // Of proved callers alone: strangers cannot fill it.
  readonly #publicKeys = new Map<string, Uint8Array>()
  readonly #turns: StrangerTurns
  #inFlight = 0

  constructor(options: ProverOptions) {
    const { limits, clock, metrics, verify } = options
    const { failedSignaturesPerSecond: perSecond } = limits
    this.#options = options
    this.#sources = new TokenBuckets({ perSecond, burst: 2 * perSecond, maxKeys: maxSources })
    this.#provedSources = new ProvedSources(clock)
    this.#turns = new StrangerTurns({ maxWaiting: Math.ceil(limits.maxVerificationsInFlight / 2) })
    this.#verify = (input) => {
      metrics.count('tensorkit_axon_signature_checks_total')
      return verify(input)
    }
  }

  /** The public key of a hotkey that proved itself before. */
  readonly knownPublicKey = (address: string): Uint8Array | undefined => this.#publicKeys.get(address)

  /**
   * Checks the signature, and that it is used for the first time.
   *
   * @returns Why it is refused, or undefined if the hotkey is proved. The source stays charged until {@link refund}.
   */
  async prove(proof: Proof): Promise<Refusal | undefined> {
    const { clock, limits, replayStore } = this.#options
    const { profile, claim, source } = proof
    if (!this.#sources.take(source, clock.monotonicMs())) return refusals.sourceRate
    const refused = await (this.#provedSources.has(source) ? this.#check(proof) : this.#checkInTurn(proof))
    if (refused !== undefined) return refused
    const fresh = await checkReplay({
      profile,
      claim,
      store: replayStore,
      maxAgeMs: limits.maxAgeMs,
      allowedSkewMs: limits.maxAheadMs,
    })
    // Fresh by the clock, but from before the store began: this axon is too young to know, and will soon know.
    if (!fresh.ok) return fresh.reason === 'stale' ? { ...refusals.startedLater, detail: fresh.detail } : authRefusal(fresh)
    this.noteProved(source)
    if (this.#publicKeys.size >= maxPublicKeys) this.#publicKeys.clear()
    this.#publicKeys.set(claim.hotkey, claim.publicKey)
    return undefined
  }

  /** Says that a call from a source was that of a proved hotkey. */
  noteProved(source: string): void {
    this.#provedSources.add(source)
    this.#turns.release(source)
  }

  /** Gives back what a proof was charged: from here on the proved hotkey pays. */
  refund(source: string): void {
    this.#sources.giveBack(source)
  }

  /** Makes a signature for a caller that is proved, within the same bounds as checking one. */
  async sign<T>(source: string, make: () => Promise<T>): Promise<T | Refusal> {
    const leave = this.#enter(source)
    if (leave === undefined) return refusals.verificationsFull
    this.#options.metrics.count('tensorkit_axon_signatures_made_total')
    try {
      return await make()
    } finally {
      leave()
    }
  }

  /** Checks the signature now. @returns Why it is refused; without a charge if it was not looked at. */
  async #check({ source, check }: Proof): Promise<Refusal | undefined> {
    const leave = this.#enter(source)
    if (leave === undefined) return this.#unlooked(source, refusals.verificationsFull)
    try {
      const signed = await check(this.#verify)
      return signed.ok ? undefined : authRefusal(signed)
    } catch (error) {
      return TensorKitError.isInstance(error) && error.code === 'CORE_BUSY' ? refusals.verificationsFull : refusals.verifierFailed
    } finally {
      leave()
    }
  }

  /** The same for a source that is not known, when it is its turn. */
  #checkInTurn(proof: Proof): Promise<Refusal | undefined> {
    const { source, call } = proof
    return new Promise((resolve) => {
      const run = () => {
        if (call.isOver) {
          resolve(this.#unlooked(source, refusals.left))
          return false
        }
        const checked = this.#check(proof)
        resolve(checked)
        return checked.then(() => true)
      }
      this.#turns.take(source, { run, drop: () => resolve(this.#unlooked(source, refusals.verificationsFull)) })
    })
  }

  #unlooked(source: string, refusal: Refusal): Refusal {
    this.refund(source)
    return refusal
  }

  #enter(source: string): (() => void) | undefined {
    const { maxVerificationsInFlight: most } = this.#options.limits
    const room = this.#provedSources.has(source) ? most : Math.ceil(most / 2)
    if (this.#inFlight >= room) return undefined
    this.#inFlight++
    return () => {
      this.#inFlight--
    }
  }
}
