import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { netUid, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'

export const commitmentsEventSpecs = {
  Commitment: [0, { netuid: netUid, who: accountId }],
  TimelockCommitment: [1, { netuid: netUid, who: accountId, reveal_round: u64 }],
  CommitmentRevealed: [2, { netuid: netUid, who: accountId }],
} as const satisfies Record<string, VariantSpec>

export const commitmentsEvents = defineEvents('Commitments', commitmentsEventSpecs)
