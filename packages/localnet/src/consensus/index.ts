export type { EpochInput, EpochOutput, EpochRules, LiquidAlpha } from './epoch-input.js'
export {
  activityCutoffBlocks,
  advanceEpochSchedule,
  blocksUntilNextAutoEpoch,
  commitEpoch,
  type EpochSchedule,
  initialLastEpochBlock,
  MAX_TEMPO,
  nextEpochStartBlock,
  predictFirstRevealBlock,
  shouldRunEpoch,
} from './epoch-schedule.js'
export { type FixedPoint, I32F32, I64F64, I96F32, U64F64, U96F32 } from './fixed-point.js'
export { checkVecMaxLimited } from './math/check-vec-max-limited.js'
export { colClipSparse } from './math/col-clip-sparse.js'
export { colMaxUpscaleSparse } from './math/col-max-upscale-sparse.js'
export { colNormalizeSparse } from './math/col-normalize-sparse.js'
export { expSafe } from './math/exp-safe.js'
export { fixedProportionToU16, u16ProportionToFixed } from './math/fixed-to-u16.js'
export { interpolateSparse } from './math/interpolate-sparse.js'
export { matEmaAlphaSparse } from './math/mat-ema-alpha-sparse.js'
export { matEmaSparse } from './math/mat-ema-sparse.js'
export { matmulSparse, matmulTransposeSparse } from './math/matmul-sparse.js'
export { normalize, normalizeUsingSum } from './math/normalize.js'
export { rowNormalize, rowNormalizeSparse } from './math/row-normalize.js'
export { rowSumSparse } from './math/row-sum-sparse.js'
export { sigmoidSafe } from './math/sigmoid-safe.js'
export { isTopK, isTopKNonzero } from './math/topk.js'
export { vecMaxUpscaleToU16, vecU16MaxUpscaleToU16 } from './math/upscale-u16.js'
export { rowHadamardSparse, vecDiv, vecMul } from './math/vector-products.js'
export {
  type WeightedMedianColInput,
  type WeightedMedianInput,
  weightedMedian,
  weightedMedianColSparse,
} from './math/weighted-median.js'
export { runEpoch } from './run-epoch.js'
export { type EmissionSplit, type MechanismsOutput, runMechanisms, type SubnetEpochOutput, splitEmission } from './run-mechanisms.js'
export type { SparseMatrix, SparseRow } from './sparse-matrix.js'
export { stakeWeight, taoWeightFraction } from './stake-weight.js'
