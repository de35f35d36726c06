import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Ss58Address } from '../../identity/brands.js'
import type { ReplayStore } from '../../interfaces/replay-store.js'
import { type AuthRefusal, refuse } from '../auth-refusal.js'
import { type FreshnessWindow, nsOf, resolveWindow } from '../freshness.js'

/** An authentication profile whose nonces a replay store keeps apart from those of the other. */
export type ReplayProfile = 'btauth/1' | 'session/1'

/** What {@link checkReplay} takes. */
export interface CheckReplayOptions extends FreshnessWindow {
  readonly profile: ReplayProfile
  /** A claim whose signature holds: a `BtauthClaim` or a `SessionClaim`. */
  readonly claim: {
    readonly hotkey: Ss58Address
    readonly nonce: string
    /** The time that was signed with the nonce: unix ns. */
    readonly unixNs: bigint
  }
  readonly store: ReplayStore
}

/**
 * The last step of both profiles: whether the nonce is used for the first time. Only ever after the signature holds.
 *
 * Claims from before the store's memory begins, plus the allowed skew, are refused as stale: an earlier process may have
 * seen them. A store that is full or fails refuses (`unavailable`).
 *
 * @throws CORE_INVALID_ARGUMENT only if the options are wrong, never for what a peer sent.
 */
export async function checkReplay({
  profile,
  claim: { hotkey, nonce, unixNs },
  store,
  ...window
}: CheckReplayOptions): Promise<{ readonly ok: true } | AuthRefusal<'stale' | 'replayed' | 'unavailable'>> {
  const { allowedSkewMs } = resolveWindow(window)
  if (store.completeSinceNs !== undefined && unixNs <= store.completeSinceNs + nsOf(allowedSkewMs)) {
    return refuse('stale', 'nonce is older than the memory of the replay store')
  }
  let result: unknown
  try {
    result = await store.checkAndStore({ profile, hotkey, nonce })
  } catch {
    return refuse('unavailable', 'the replay store failed')
  }
  if (result === 'stored') return { ok: true }
  if (result === 'seen') return refuse('replayed', 'nonce was used before')
  return refuse('unavailable', 'the replay store is full')
}

/**
 * Throws unless a store remembers for as long as a nonce can be fresh. Call it once, when a server is made.
 *
 * @throws CORE_INVALID_ARGUMENT if maxAgeMs + allowedSkewMs exceeds the store's retentionMs.
 */
export function assertReplayRetention(store: ReplayStore, window: FreshnessWindow = {}): void {
  const { maxAgeMs, allowedSkewMs } = resolveWindow(window)
  if (maxAgeMs + allowedSkewMs <= store.retentionMs) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The retention of the replay store is shorter than the freshness window', {
    facts: { retentionMs: store.retentionMs, maxAgeMs, allowedSkewMs },
    remedy: 'Give the store a retentionMs of at least maxAgeMs + allowedSkewMs.',
  })
}
