import { blake2b } from '@noble/hashes/blake2.js'
import { Binary } from '@polkadot-api/substrate-bindings'
import { commitEpoch } from '../../../consensus/epoch-schedule.js'
import type { ReadContext } from '../../framework/context.js'
import { tuple, vec } from '../../types/compounds.js'
import { storageIndex, u16, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { scheduleOf } from './subnet-schedule.js'

/** Most commits that a hotkey may have waiting. */
export const MAX_WAITING_COMMITS = 10

/** A commit as stored: hash, epoch of the commit, its block, and a 0. */
export type WeightCommit = [hash: string, epoch: bigint, block: bigint, zero: bigint]

/** What a commit's hash is of. */
export interface CommittedWeights {
  readonly hotkey: string
  /** Storage index of the mechanism. */
  readonly index: number
  readonly uids: readonly number[]
  readonly values: readonly number[]
  readonly salt: readonly number[]
  readonly versionKey: bigint
}

const committed = tuple(accountId, storageIndex, vec(u16), vec(u16), vec(u16), u64)

/** BLAKE2b of 256 bits, as hex with 0x. */
export const blake2Hex = (bytes: Uint8Array): string => Binary.toHex(blake2b(bytes, { dkLen: 32 }))

/**
 * The hash that a validator commits to.
 *
 * Source: subtensor `get_commit_hash`, spec 425.
 */
export const commitHash = ({ hotkey, index, uids, values, salt, versionKey }: CommittedWeights): string =>
  blake2Hex(committed.codec.enc([hotkey, index, [...uids], [...values], [...salt], versionKey]))

/** Where a subnet stands: its epoch, and how many lie between commit and reveal. */
export interface RevealWindow {
  readonly epoch: bigint
  readonly period: bigint
}

/** The window of now. An epoch that is due in this very block counts already. */
export const revealWindow = ({ db, block }: ReadContext, netuid: number): RevealWindow => ({
  epoch: commitEpoch(scheduleOf(db, netuid), BigInt(block.number)),
  period: hyperparameters.RevealPeriodEpochs.get(db, netuid),
})

/** Whether it is too late to reveal what was committed in an epoch. */
export const isExpired = ({ epoch, period }: RevealWindow, committedIn: bigint): boolean => epoch > committedIn + period

/** Whether what was committed in an epoch is revealed now: in one epoch alone. */
export const isOpen = ({ epoch, period }: RevealWindow, committedIn: bigint): boolean => epoch === committedIn + period

/** Parts the commits in those at the front that have expired, and the rest. */
export function partExpired(commits: readonly WeightCommit[], window: RevealWindow): { expired: WeightCommit[]; waiting: WeightCommit[] } {
  const first = commits.findIndex(([, epoch]) => !isExpired(window, epoch))
  const at = first === -1 ? commits.length : first
  return { expired: commits.slice(0, at), waiting: commits.slice(at) }
}

/** Why weights cannot be revealed. */
export type RevealError = 'NoWeightsCommitFound' | 'ExpiredWeightCommit' | 'InvalidRevealCommitHashNotMatch' | 'RevealTooEarly'

/**
 * Where a hash stands among the commits that wait, or why it cannot be revealed.
 *
 * Source: subtensor `internal_reveal_weights`, spec 425.
 */
export function findReveal(
  { expired, waiting }: ReturnType<typeof partExpired>,
  hash: string,
  window: RevealWindow,
): { readonly at: number } | { readonly error: RevealError } {
  const at = waiting.findIndex(([other]) => other === hash)
  const found = waiting[at]
  if (found) return isOpen(window, found[1]) ? { at } : { error: 'RevealTooEarly' }
  if (expired.some(([other]) => other === hash)) return { error: 'ExpiredWeightCommit' }
  return { error: waiting.length === 0 ? 'NoWeightsCommitFound' : 'InvalidRevealCommitHashNotMatch' }
}
