import type { OuterReferences } from '../../framework/outer-types.js'
import { blake2, defineStorage, map, optionalValue, twox64, value } from '../../framework/storage-item.js'
import { struct, tuple, vec } from '../../types/compounds.js'
import { bool, bytes, compactU32, cowStr, u32 } from '../../types/primitives.js'
import { accountId, accountInfo, digest, h256, perDispatchClass, phase, weight } from '../../types/well-known.js'

/** What an account without an entry has: nothing. The flag says that its balance was never in the old format. */
export const noAccount = {
  nonce: 0,
  consumers: 0,
  providers: 0,
  sufficients: 0,
  data: { free: 0n, reserved: 0n, frozen: 0n, flags: 1n << 127n },
}

const zeroHash = `0x${'00'.repeat(32)}`
const noWeight = { ref_time: 0n, proof_size: 0n }

/** The items that do not depend on the runtime's own calls and events. */
export const system = defineStorage('System', {
  Account: map([blake2(accountId)], accountInfo, noAccount),
  ExtrinsicCount: optionalValue(u32),
  InherentsApplied: value(bool, false),
  BlockWeight: value(perDispatchClass(weight), { normal: noWeight, operational: noWeight, mandatory: noWeight }),
  AllExtrinsicsLen: optionalValue(u32),
  BlockHash: map([twox64(u32)], h256, zeroHash),
  ExtrinsicData: map([twox64(u32)], bytes, new Uint8Array()),
  Number: value(u32, 0),
  ParentHash: value(h256, zeroHash),
  Digest: value(digest, { logs: [] }),
  EventCount: value(u32, 0),
  LastRuntimeUpgrade: optionalValue(struct('frame_system::LastRuntimeUpgradeInfo', { spec_version: compactU32, spec_name: cowStr })),
  ExecutionPhase: optionalValue(phase),
  EventTopics: map([blake2(h256)], vec(tuple(u32, u32)), []),
  UpgradedToU32RefCount: value(bool, false),
  UpgradedToTripleRefCount: value(bool, false),
  AuthorizedUpgrade: optionalValue(
    struct('frame_system::CodeUpgradeAuthorization', { code_hash: h256, check_version: bool }, [{ name: 'T' }]),
  ),
  ExtrinsicWeightReclaimed: value(weight, noWeight),
})

/** An event as the chain keeps it. */
export const eventRecord = (outer: OuterReferences) =>
  struct('frame_system::EventRecord', { phase, event: outer.event, topics: vec(h256) }, [
    { name: 'E', ty: outer.event },
    { name: 'T', ty: h256 },
  ])

/** All items, with the events of this runtime. */
export const systemStorage = (outer: OuterReferences) => ({
  ...system,
  ...defineStorage('System', { Events: value(vec(eventRecord(outer)), []) }),
})
