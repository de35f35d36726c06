import { refusedMethod } from '../framework/refused-method.js'
import { apiMethod, type RuntimeApi } from '../framework/runtime-api.js'
import { auraId, grandpaId } from '../pallets/admin-utils/types.js'
import { header, keyTypeId, slot, slotDuration } from '../types/block.js'
import { enumeration, fixedHex, newtype, option, struct, tuple, vec } from '../types/compounds.js'
import { bytes, u32, u64, unit } from '../types/primitives.js'
import { type Ty, typeName } from '../types/ty.js'
import { h256 } from '../types/well-known.js'

const authorities = 'A network of authorities'
const reports = 'Reporting of authorities'

const aura = (slotMs: number): RuntimeApi => ({
  name: 'AuraApi',
  version: 1,
  methods: {
    slot_duration: apiMethod({}, slotDuration, () => BigInt(slotMs)),
    authorities: refusedMethod({}, vec(auraId), authorities),
  },
})

const sessionKeys: RuntimeApi = {
  name: 'SessionKeys',
  version: 1,
  methods: {
    generate_session_keys: refusedMethod({ seed: option(bytes) }, bytes, authorities),
    decode_session_keys: refusedMethod({ encoded: bytes }, option(vec(tuple(bytes, keyTypeId))), authorities),
  },
}

const hashAndNumber = [
  { name: 'H', ty: h256 },
  { name: 'N', ty: u32 },
]
const vote = (name: string) => struct(`finality_grandpa::${name}`, { target_hash: h256, target_number: u32 }, hashAndNumber)
const grandpaSignature = newtype('sp_consensus_grandpa::app::Signature', fixedHex(64))

/** Two votes of one authority in one round. */
function doubleVote<T>(of: Ty<T>) {
  const signed = tuple(of, grandpaSignature)
  return struct('finality_grandpa::Equivocation', { round_number: u64, identity: grandpaId, first: signed, second: signed }, [
    { name: 'Id', ty: grandpaId },
    { name: 'V', ty: of },
    { name: 'S', ty: grandpaSignature },
  ])
}

const grandpaProof = struct(
  'sp_consensus_grandpa::EquivocationProof',
  {
    set_id: u64,
    equivocation: enumeration(typeName('sp_consensus_grandpa::Equivocation', hashAndNumber), {
      Prevote: [0, doubleVote(vote('Prevote'))],
      Precommit: [1, doubleVote(vote('Precommit'))],
    }),
  },
  hashAndNumber,
)
const keyProof = newtype('sp_runtime::OpaqueValue', bytes)

const grandpa: RuntimeApi = {
  name: 'GrandpaApi',
  version: 3,
  methods: {
    grandpa_authorities: refusedMethod({}, vec(tuple(grandpaId, u64)), authorities),
    submit_report_equivocation_unsigned_extrinsic: refusedMethod(
      { equivocation_proof: grandpaProof, key_owner_proof: keyProof },
      option(unit),
      reports,
    ),
    generate_key_ownership_proof: refusedMethod({ set_id: u64, authority_id: grandpaId }, option(keyProof), reports),
    current_set_id: refusedMethod({}, u64, authorities),
  },
}

const babeId = newtype('sp_consensus_babe::app::Public', fixedHex(32))
const babeAuthorities = vec(tuple(babeId, u64))
const randomness = fixedHex(32)
const allowedSlots = enumeration('sp_consensus_babe::AllowedSlots', {
  PrimarySlots: [0],
  PrimaryAndSecondaryPlainSlots: [1],
  PrimaryAndSecondaryVRFSlots: [2],
})
const ratio = tuple(u64, u64)
const babeEpoch = struct('sp_consensus_babe::Epoch', {
  epoch_index: u64,
  start_slot: slot,
  duration: u64,
  authorities: babeAuthorities,
  randomness,
  config: struct('sp_consensus_babe::BabeEpochConfiguration', { c: ratio, allowed_slots: allowedSlots }),
})
const babeConfiguration = struct('sp_consensus_babe::BabeConfiguration', {
  slot_duration: u64,
  epoch_length: u64,
  c: ratio,
  authorities: babeAuthorities,
  randomness,
  allowed_slots: allowedSlots,
})
const babeKeyProof = newtype('sp_consensus_babe::OpaqueKeyOwnershipProof', bytes)
const babeProof = struct('sp_consensus_slots::EquivocationProof', { offender: babeId, slot, first_header: header, second_header: header }, [
  { name: 'Header', ty: header },
  { name: 'Id', ty: babeId },
])

const babe: RuntimeApi = {
  name: 'BabeApi',
  version: 2,
  methods: {
    configuration: refusedMethod({}, babeConfiguration, authorities),
    current_epoch_start: refusedMethod({}, slot, authorities),
    current_epoch: refusedMethod({}, babeEpoch, authorities),
    next_epoch: refusedMethod({}, babeEpoch, authorities),
    generate_key_ownership_proof: refusedMethod({ slot, authority_id: babeId }, option(babeKeyProof), reports),
    submit_report_equivocation_unsigned_extrinsic: refusedMethod(
      { equivocation_proof: babeProof, key_owner_proof: babeKeyProof },
      option(unit),
      reports,
    ),
  },
}

/**
 * What authorities of a network call of each other's runtime. A localnet has one author and no authorities.
 *
 * @param slotMs - Milliseconds between blocks.
 */
export const consensusApis = (slotMs: number): readonly RuntimeApi[] => [aura(slotMs), sessionKeys, grandpa, babe]
