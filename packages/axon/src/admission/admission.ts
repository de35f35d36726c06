import {
  type BtauthClaim,
  type BtauthRefusal,
  btauthHeaders,
  type Clock,
  checkBtauthClaim,
  checkBtauthReplay,
  type NeuronDirectory,
  type NeuronEntry,
  type ReplayStore,
  type Ss58Address,
  verifyBtauthSignature,
} from '@tensorkit/core'
import { verifySignature } from '@tensorkit/core/crypto'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { CallHeaders, IncomingCall } from '../transport/incoming-call.js'
import { askHook, lackOf, type ResolvedPolicy } from './admit-policy.js'
import { ConcurrencyByKey } from './concurrency-by-key.js'
import { TokenBuckets } from './token-buckets.js'

/** What {@link Admission} is made of. */
export interface AdmissionOptions {
  /** This axon's hotkey. */
  readonly receiver: Ss58Address
  readonly directory: NeuronDirectory
  readonly policy: ResolvedPolicy
  readonly limits: AxonLimits
  readonly replayStore: ReplayStore
  readonly clock: Clock
}

/** A call that may run. {@link Admission.leave} must follow. */
export interface Admitted {
  readonly caller: NeuronEntry
  /** The hash that the caller signed: the body must have it. */
  readonly bodySha256: string
}

const sessionHeaders = ['tk-session', 'tk-open-bin', 'tk-open-sig-bin']
const maxSources = 8192
const maxHotkeys = 65_536

/**
 * Decides by a call's metadata alone whether it may run, the cheap checks before the dear ones.
 *
 * Until a signature holds, every refusal looks the same to the caller, and nothing is charged to the hotkey that it names.
 */
export class Admission {
  readonly #options: AdmissionOptions
  readonly #sources: TokenBuckets
  readonly #hotkeyRates: TokenBuckets
  readonly #hotkeyCalls: ConcurrencyByKey
  // Of proved callers alone: strangers cannot fill it.
  readonly #publicKeys = new Map<string, Uint8Array>()
  readonly #knownPublicKey = (address: string) => this.#publicKeys.get(address)

  constructor(options: AdmissionOptions) {
    const { failedSignaturesPerSecond, callsPerSecondPerHotkey, maxConcurrentCallsPerHotkey } = options.limits
    this.#options = options
    this.#sources = new TokenBuckets({ perSecond: failedSignaturesPerSecond, burst: 2 * failedSignaturesPerSecond, maxKeys: maxSources })
    this.#hotkeyRates = new TokenBuckets({ perSecond: callsPerSecondPerHotkey, burst: 2 * callsPerSecondPerHotkey, maxKeys: maxHotkeys })
    this.#hotkeyCalls = new ConcurrencyByKey(maxConcurrentCallsPerHotkey)
  }

  /** Runs all checks. @returns The proved caller, or why not. */
  async admit(call: IncomingCall): Promise<Admitted | Refusal> {
    const { clock, limits, receiver } = this.#options
    const { connection, headers } = call
    if (connection === undefined) return refusals.unknownConnection
    if (sizeOf(headers) > limits.maxMetadataBytes) return refusals.metadataTooLarge
    if (sessionHeaders.some((name) => headers[name] !== undefined)) {
      return headers[btauthHeaders.hotkey] === undefined ? refusals.sessionUnsupported : refusals.twoProfiles
    }
    const checked = checkBtauthClaim({
      headers: (name) => headers[name] ?? [],
      receiver,
      requireBodySha256: true,
      maxAgeMs: limits.maxAgeMs,
      allowedSkewMs: limits.maxAheadMs,
      knownPublicKey: this.#knownPublicKey,
      clock,
    })
    if (!checked.ok) return refusalOf(checked)
    const { claim } = checked
    const claimed = this.#lookUp(claim)
    if ('status' in claimed) return claimed
    const proved = await this.#prove(call, { claim, claimed, source: connection.source })
    if (proved !== undefined) return proved
    connection.markProved()
    if (this.#publicKeys.size >= maxHotkeys) this.#publicKeys.clear()
    this.#publicKeys.set(claim.hotkey, claim.publicKey)
    return this.#welcome(call, claim)
  }

  /** Gives back what an admitted call held. */
  leave(admitted: Admitted): void {
    this.#hotkeyCalls.leave(admitted.caller.hotkey)
  }

  /** Whether the hotkey that a caller claims could be admitted at all: no I/O. */
  #lookUp(claim: BtauthClaim): NeuronEntry | Refusal {
    const { directory, policy } = this.#options
    if (this.#isDirectoryStale()) return refusals.directoryStale
    const entry = directory.get(claim.hotkey)
    if (entry === undefined) return refusals.unknownHotkey
    if (entry.scheme !== claim.claimedScheme) return refusals.wrongScheme
    const lack = lackOf(entry, policy)
    if (lack === undefined) return entry
    return lack === 'permit' ? refusals.noPermit : refusals.lowStake
  }

  /** The signature, and that it is used for the first time. */
  async #prove(
    call: IncomingCall,
    { claim, claimed, source }: { readonly claim: BtauthClaim; readonly claimed: NeuronEntry; readonly source: string },
  ): Promise<Refusal | undefined> {
    const { clock, limits, replayStore } = this.#options
    if (!this.#sources.take(source, clock.monotonicMs())) return refusals.sourceRate
    const signed = await verifyBtauthSignature({
      claim,
      scheme: claimed.scheme,
      method: 'POST',
      target: call.path,
      bodySha256: claim.bodySha256 as string,
      verify: verifySignature,
    })
    if (!signed.ok) return refusalOf(signed)
    const fresh = await checkBtauthReplay({ claim, store: replayStore, maxAgeMs: limits.maxAgeMs, allowedSkewMs: limits.maxAheadMs })
    if (fresh.ok) {
      // Who signs well pays from the hotkey's own bucket. A replay does not prove its sender, and stays charged.
      this.#sources.giveBack(source)
      return undefined
    }
    // Fresh by the clock, but from before the store began: this axon is too young to know, and will soon know.
    return fresh.reason === 'stale' ? { ...refusals.startedLater, detail: fresh.detail } : refusalOf(fresh)
  }

  /** What holds for a proved hotkey, as the directory has it now. */
  async #welcome(call: IncomingCall, claim: BtauthClaim): Promise<Admitted | Refusal> {
    const { clock, directory, policy } = this.#options
    const { hotkey } = claim
    if (this.#isDirectoryStale()) return refusals.directoryStale
    const caller = directory.get(hotkey)
    if (caller === undefined) return refusals.deregistered
    const lack = lackOf(caller, policy)
    if (lack !== undefined) return lack === 'permit' ? refusals.permitLost : refusals.stakeLost
    if (!this.#hotkeyRates.take(hotkey, clock.monotonicMs())) return refusals.hotkeyRate
    if (!this.#hotkeyCalls.enter(hotkey)) return refusals.hotkeyConcurrency
    if (policy.hook !== undefined) {
      const refused = await askHook(policy.hook, { caller, path: call.path, signal: call.signal })
      if (refused !== undefined) {
        this.#hotkeyCalls.leave(hotkey)
        return refused
      }
    }
    return { caller, bodySha256: claim.bodySha256 as string }
  }

  #isDirectoryStale(): boolean {
    const { clock, directory, limits } = this.#options
    // Written so that a time that is no number counts as stale.
    return !(clock.nowMs() - directory.syncedAtMs <= limits.maxDirectoryAgeMs)
  }
}

const byReason: Readonly<Record<BtauthRefusal['reason'], Refusal>> = {
  malformed: refusals.malformed,
  'wrong-receiver': refusals.wrongReceiver,
  stale: refusals.stale,
  signature: refusals.signatureInvalid,
  replayed: refusals.replayed,
  unavailable: refusals.replayStoreFailed,
}

function refusalOf({ reason, detail, ageMs }: BtauthRefusal): Refusal {
  const refusal = reason === 'stale' && ageMs !== undefined && ageMs < 0 ? refusals.future : byReason[reason]
  return { ...refusal, detail }
}

function sizeOf(headers: CallHeaders): number {
  let bytes = 0
  for (const name in headers) {
    for (const value of headers[name] ?? []) bytes += name.length + value.length
  }
  return bytes
}
