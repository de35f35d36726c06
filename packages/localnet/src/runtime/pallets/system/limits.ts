import type { RuntimeVersion } from '../../runtime.js'

const unlimited = 0xffff_ffff_ffff_ffffn
const weight = (ref_time: bigint, proof_size = 0n) => ({ ref_time, proof_size })

/** What an extrinsic costs before its call, in picoseconds. */
export const baseExtrinsicRefTime = 108_157_000n

const maxBlockRefTime = 4_000_000_000_000n
const base_extrinsic = weight(baseExtrinsicRefTime)

/** The block's limits of weight; a quarter is kept for operational calls. */
export const blockWeightLimits = {
  base_block: weight(431_614_000n),
  max_block: weight(maxBlockRefTime, unlimited),
  per_class: {
    normal: {
      base_extrinsic,
      max_extrinsic: weight(2_599_891_843_000n, 11_990_383_647_911_208_550n),
      max_total: weight(3_000_000_000_000n, 13_835_058_055_282_163_711n),
      reserved: weight(0n),
    },
    operational: {
      base_extrinsic,
      max_extrinsic: weight(3_599_891_843_000n, 16_602_069_666_338_596_454n),
      max_total: weight(maxBlockRefTime, unlimited),
      reserved: weight(1_000_000_000_000n, 4_611_686_018_427_387_904n),
    },
    mandatory: { base_extrinsic, max_extrinsic: undefined, max_total: undefined, reserved: undefined },
  },
}

/** The block's limits of length in bytes. */
export const blockLengthLimits = { max: { normal: 7_864_320, operational: 10_485_760, mandatory: 10_485_760 } }

/** What a read and a write of the database cost in picoseconds. */
export const dbWeight = { read: 25_000_000n, write: 100_000_000n }

/** Blocks whose hashes stay readable. */
export const blockHashCount = 2400

/** The version as metadata writes it. */
export const versionValue = (version: RuntimeVersion) => ({
  spec_name: version.specName,
  impl_name: version.implName,
  authoring_version: version.authoringVersion,
  spec_version: version.specVersion,
  impl_version: version.implVersion,
  apis: version.apis.map(([id, apiVersion]): [string, number] => [id, apiVersion]),
  transaction_version: version.transactionVersion,
  system_version: version.stateVersion,
})
