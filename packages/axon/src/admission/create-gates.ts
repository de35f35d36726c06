import {
  type Clock,
  type Metrics,
  type NeuronDirectory,
  type ReplayStore,
  type Signer,
  TensorKitError,
  type VerifySignature,
} from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { SessionOpener } from '../session/session-opener.js'
import { SessionStore } from '../session/session-store.js'
import { Admission, type AuthProfile } from './admission.js'
import { type AdmitHook, type AdmitPolicy, resolvePolicy } from './admit-policy.js'
import { createCallSource } from './call-source.js'
import type { PriorityHook } from './priority.js'
import { Prover } from './prover.js'
import { Standing } from './standing.js'

/** What {@link createGates} is given. */
export interface GatesOptions {
  readonly signer: Signer
  readonly directory: NeuronDirectory
  /** @defaultValue both */
  readonly profiles?: readonly AuthProfile[] | undefined
  readonly admit?: AdmitPolicy | AdmitHook | undefined
  readonly priority?: PriorityHook | undefined
  readonly trustedProxies?: readonly string[] | undefined
  readonly limits: AxonLimits
  readonly replayStore: ReplayStore
  readonly verify: VerifySignature
  readonly clock: Clock
  readonly metrics: Metrics
}

/** The two ways into an axon, which share what they know of callers. */
export interface Gates {
  readonly profiles: readonly AuthProfile[]
  /** For calls. */
  readonly admission: Admission
  /** For `OpenSession`; undefined if this axon takes no sessions. */
  readonly opener: SessionOpener | undefined
  /** Ends all sessions. */
  close(): void
}

/** Builds the gates. @throws CORE_INVALID_ARGUMENT for options that make no sense. */
export function createGates(options: GatesOptions): Gates {
  const { signer, directory, priority, limits, clock, metrics, verify, replayStore } = options
  const profiles = resolveProfiles(options.profiles)
  const policy = resolvePolicy(options.admit)
  if (priority !== undefined && typeof priority !== 'function') {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The priority of an axon must be a function')
  }
  const sourceOf = createCallSource(options.trustedProxies)
  const standing = new Standing({ directory, policy, limits, clock })
  const prover = new Prover({ limits, clock, metrics, replayStore, verify })
  const sessions = new SessionStore({ limits, clock, metrics })
  const shared = { standing, prover, sessions, sourceOf, limits, clock }
  const domain = { genesisHash: directory.genesisHash, netuid: directory.netuid }
  return {
    profiles,
    admission: new Admission({ ...shared, receiver: signer.address, profiles, hook: policy.hook, priority }),
    opener: profiles.includes('session') ? new SessionOpener({ ...shared, signer, domain }) : undefined,
    close: () => sessions.close(),
  }
}

const allProfiles: readonly AuthProfile[] = ['session', 'btauth']

function resolveProfiles(given: readonly AuthProfile[] = allProfiles): readonly AuthProfile[] {
  if (!Array.isArray(given) || given.length === 0 || !given.every((profile) => allProfiles.includes(profile))) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', "The profiles of an axon must be one or both of 'session' and 'btauth'")
  }
  return allProfiles.filter((profile) => given.includes(profile))
}
