import type { Clock, NeuronDirectory, NeuronEntry, SignatureScheme, Ss58Address } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import { lackOf, type ResolvedPolicy } from './admit-policy.js'

/** What {@link Standing} is made of. */
export interface StandingOptions {
  readonly directory: NeuronDirectory
  readonly policy: ResolvedPolicy
  readonly limits: Pick<AxonLimits, 'maxDirectoryAgeMs'>
  readonly clock: Clock
}

/** How hotkeys stand by the directory and the policy, now. No I/O; a directory that is too old knows nothing. */
export class Standing {
  readonly #options: StandingOptions

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** Whether a hotkey that a caller only claims could be admitted at all. */
  ofClaimed({ hotkey, claimedScheme }: { readonly hotkey: Ss58Address; readonly claimedScheme: SignatureScheme }): NeuronEntry | Refusal {
    const { directory, policy } = this.#options
    if (this.#isStale()) return refusals.directoryStale
    const entry = directory.get(hotkey)
    if (entry === undefined) return refusals.unknownHotkey
    if (entry.scheme !== claimedScheme) return refusals.wrongScheme
    const lack = lackOf(entry, policy)
    if (lack === undefined) return entry
    return lack === 'permit' ? refusals.noPermit : refusals.lowStake
  }

  /** Whether a hotkey that was proved is let in. {@link refusals.deregistered} says that it has gone, or has another scheme now. */
  ofProved(hotkey: Ss58Address, scheme: SignatureScheme): NeuronEntry | Refusal {
    const { directory, policy } = this.#options
    if (this.#isStale()) return refusals.directoryStale
    const entry = directory.get(hotkey)
    if (entry === undefined || entry.scheme !== scheme) return refusals.deregistered
    const lack = lackOf(entry, policy)
    if (lack === undefined) return entry
    return lack === 'permit' ? refusals.permitLost : refusals.stakeLost
  }

  #isStale(): boolean {
    const { clock, directory, limits } = this.#options
    // Written so that a time that is no number counts as stale.
    return !(clock.nowMs() - directory.syncedAtMs <= limits.maxDirectoryAgeMs)
  }
}
