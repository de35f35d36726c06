import type { Ss58Address } from '@tensorkit/core'

/** Whom an attack is aimed at, and from where. */
export interface AttackTarget {
  readonly host: string
  readonly port: number
  /** The address that the attacker calls from; another one than the honest caller's. */
  readonly source: string
  /** The axon's hotkey. */
  readonly server: Ss58Address
  /** A registered caller's hotkey, which the attacker claims and does not hold. */
  readonly claimed: Ss58Address
  readonly genesisHash: string
  readonly netuid: number
}

/** What an attacker did. */
export interface AttackCount {
  /** Connections, calls or frames begun. */
  attempts: number
  /** Those that ended with an answer or a cut, and not because nothing listens. */
  reached: number
}

/** One way to make an axon work for nothing. */
export interface Attack {
  readonly name: string
  readonly about: string
  /** Goes on until the signal. Whatever the server does, it does not fail. */
  run(target: AttackTarget, options: { readonly signal: AbortSignal; readonly count: AttackCount }): Promise<void>
}
