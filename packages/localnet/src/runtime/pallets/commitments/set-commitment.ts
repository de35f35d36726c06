import { defineCall } from '../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../framework/origin.js'
import { refTime } from '../../framework/weight.js'
import { netUid, u32 } from '../../types/primitives.js'
import { resetBonds } from '../subtensor/reset-bonds.js'
import { schedule } from '../subtensor/storage/hyperparameters.js'
import { neurons } from '../subtensor/storage/neurons.js'
import { commitmentsErrors } from './errors.js'
import { commitmentsEvents } from './events.js'
import { commitments } from './storage.js'
import { withoutTimelock, withTimelock } from './timelocked-index.js'
import { type CommitmentData, commitmentInfo } from './types.js'

/** What any commitment counts for at least, in bytes. */
const MIN_SPACE = 100n

const hexBytes = (hex: string): number => (hex.length - 2) / 2

/** What a field counts for, in bytes: its content alone. */
function spaceOf(field: CommitmentData): number {
  switch (field.type) {
    case 'None':
    case 'ResetBondsFlag':
      return 0
    case 'TimelockEncrypted':
      return field.value.encrypted.length
    case 'BigRaw':
      return field.value.length
    default:
      return hexBytes(field.value)
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/**
 * Publishes up to three fields about a neuron, in place of what it published before. There is no deposit; the bytes of an
 * epoch are limited.
 *
 * A sealed field stays sealed: no pulse of the beacon reaches this chain.
 *
 * Source: subtensor `pallet_commitments::set_commitment`, spec 425.
 */
export const setCommitment = defineCall({
  index: 0,
  args: { netuid: netUid, info: commitmentInfo },
  refTime: refTime({ time: 33_480_000n, reads: 5, writes: 4 }),
  paysFee: false,
  run: (context, origin, { netuid, info }) => {
    const { db } = context
    const block = context.block.number
    const who = ensureSigned(origin)
    commitmentsErrors.ensure(neurons.Uids.has(db, netuid, who), 'AccountNotAllowedCommit')
    const required = max(BigInt(info.fields.reduce((sum, field) => sum + spaceOf(field), 0)), MIN_SPACE)
    // The epoch that is due in this very block does not count yet here.
    const epoch = schedule.SubnetEpochIndex.get(db, netuid)
    const usage = commitments.UsedSpaceOf.get(db, netuid, who)
    const used = usage?.last_epoch === epoch ? usage.used_space : 0n
    if (info.fields.some(({ type }) => type === 'ResetBondsFlag')) {
      commitments.LastBondsReset.set(db, netuid, who, block)
      resetBonds(db, netuid, who)
    }
    commitmentsErrors.ensure(used + required <= BigInt(commitments.MaxSpace.get(db)), 'SpaceLimitExceeded')
    commitments.UsedSpaceOf.set(db, netuid, who, { last_epoch: epoch, used_space: used + required })
    commitments.CommitmentOf.set(db, netuid, who, { deposit: 0n, block, info })
    commitments.LastCommitment.set(db, netuid, who, block)
    const sealed = info.fields.find((field) => field.type === 'TimelockEncrypted')
    if (sealed) {
      context.emit(commitmentsEvents.TimelockCommitment({ netuid, who, reveal_round: sealed.value.reveal_round }))
      withTimelock(db, netuid, who)
    } else {
      context.emit(commitmentsEvents.Commitment({ netuid, who }))
      withoutTimelock(db, netuid, who)
    }
  },
})

/** Sets how many bytes a hotkey may publish in an epoch. */
export const setMaxSpace = defineCall({
  index: 2,
  args: { new_limit: u32 },
  refTime: refTime({ time: 2_856_000n, writes: 1 }),
  run: (context, origin, { new_limit: bytes }) => {
    ensureRoot(origin)
    commitments.MaxSpace.set(context.db, bytes)
  },
})
