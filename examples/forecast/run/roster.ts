import { forecasterNames } from '../models/create-forecaster.js'
import { stakeShares } from './schedule.js'

/** What a neuron is in this subnet. */
export type Role = 'owner' | 'miner' | 'validator'

/** A neuron of the run: its keys are the localnet's development keys, the same in every run. */
export interface RosterEntry {
  readonly role: Role
  /** What a miner runs; for the others the name of the role. */
  readonly model: string
  /** The name of its wallet, its process and its log. */
  readonly name: string
  /** Secret URI of the coldkey; the hotkey's has `//hotkey` behind it. */
  readonly uri: string
}

/** Every neuron, in the order of registration, which is that of the uids. */
export const roster: readonly RosterEntry[] = [
  { role: 'owner', model: 'owner', name: 'owner', uri: '//Owner' },
  ...forecasterNames.map((model, i): RosterEntry => ({ role: 'miner', model, name: `miner-${model}`, uri: `//Miner/${i + 1}` })),
  ...stakeShares.map(
    (_, i): RosterEntry => ({ role: 'validator', model: 'validator', name: `validator-${i + 1}`, uri: `//Validator/${i + 1}` }),
  ),
]

/** A neuron as it was registered. */
export interface RegisteredNeuron extends RosterEntry {
  readonly uid: number
  readonly hotkey: string
}
