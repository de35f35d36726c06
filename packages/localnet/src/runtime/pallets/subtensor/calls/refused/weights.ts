import { refusedCall } from '../../../../framework/refused-call.js'
import { boundedBytes, tuple, vec } from '../../../../types/compounds.js'
import { compactU16, compactU64, mechId, netUid, u16, u64 } from '../../../../types/primitives.js'
import { h256 } from '../../../../types/well-known.js'
import { MAX_SEALED_COMMIT_BYTES } from '../../storage/commits.js'

const committing = 'Committing weights by their hash'
const revealing = 'Revealing weights that were committed by their hash'
const sealing = 'Weights sealed until a drand round'

/** Weights of several subnets at once, and weights that are committed first and revealed later. */
export const refusedWeights = {
  batch_set_weights: refusedCall(
    80,
    { netuids: vec(compactU16), weights: vec(vec(tuple(compactU16, compactU16))), version_keys: vec(compactU64) },
    'Setting weights of several subnets in one call',
  ),
  commit_weights: refusedCall(96, { netuid: netUid, commit_hash: h256 }, committing),
  commit_mechanism_weights: refusedCall(115, { netuid: netUid, mecid: mechId, commit_hash: h256 }, committing),
  batch_commit_weights: refusedCall(100, { netuids: vec(compactU16), commit_hashes: vec(h256) }, committing),
  reveal_weights: refusedCall(97, { netuid: netUid, uids: vec(u16), values: vec(u16), salt: vec(u16), version_key: u64 }, revealing),
  reveal_mechanism_weights: refusedCall(
    116,
    { netuid: netUid, mecid: mechId, uids: vec(u16), values: vec(u16), salt: vec(u16), version_key: u64 },
    revealing,
  ),
  batch_reveal_weights: refusedCall(
    98,
    { netuid: netUid, uids_list: vec(vec(u16)), values_list: vec(vec(u16)), salts_list: vec(vec(u16)), version_keys: vec(u64) },
    revealing,
  ),
  commit_crv3_mechanism_weights: refusedCall(
    117,
    { netuid: netUid, mecid: mechId, commit: boundedBytes(MAX_SEALED_COMMIT_BYTES), reveal_round: u64 },
    sealing,
  ),
  commit_timelocked_weights: refusedCall(
    113,
    { netuid: netUid, commit: boundedBytes(MAX_SEALED_COMMIT_BYTES), reveal_round: u64, commit_reveal_version: u16 },
    sealing,
  ),
  commit_timelocked_mechanism_weights: refusedCall(
    118,
    { netuid: netUid, mecid: mechId, commit: boundedBytes(MAX_SEALED_COMMIT_BYTES), reveal_round: u64, commit_reveal_version: u16 },
    sealing,
  ),
}
