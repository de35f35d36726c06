import { refTime } from '../../framework/weight.js'

const of =
  (time: bigint, perSignatory: bigint, perByte: bigint, reads: number, writes: number) =>
  (signatories: number, callBytes = 0) =>
    refTime({ time: time + perSignatory * BigInt(signatories) + perByte * BigInt(callBytes), reads, writes })

/** Reference times by the number of other signatories and the length of the call. Source: `pallet_multisig::weights`. */
export const multisigWeights = {
  thresholdOne: (callBytes: number) => refTime({ time: 20_727_356n + 572n * BigInt(callBytes), reads: 2 }),
  create: of(32_052_125n, 111_179n, 1_447n, 1, 1),
  approve: of(17_940_334n, 106_203n, 1_441n, 1, 1),
  complete: of(42_418_863n, 164_555n, 1_573n, 4, 2),
  createByHash: of(30_237_756n, 107_619n, 0n, 1, 1),
  approveByHash: of(16_907_862n, 101_887n, 0n, 1, 1),
  cancel: of(31_473_005n, 107_460n, 0n, 1, 1),
} as const
