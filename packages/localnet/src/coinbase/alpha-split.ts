import { U96F32 } from '../consensus/fixed-point.js'

const U16_MAX = U96F32.fromInt(0xffff)
const HALF = U96F32.one / 2n

/** Where a block's alpha goes; rao. Each part is rounded down, and what that loses belongs to nobody. */
export interface AlphaSplit {
  /** To `PendingOwnerCut`. */
  readonly ownerCut: bigint
  /** To `PendingServerEmission`. */
  readonly server: bigint
  /** To `PendingValidatorEmission`. */
  readonly validator: bigint
  /** To `PendingRootAlphaDivs`. */
  readonly root: bigint
  /** Root's part where root may not sell: taken out of `SubnetAlphaOut` again. */
  readonly rootRecycled: bigint
  /** What rounding lost: it stays in `SubnetAlphaOut`. */
  readonly remainder: bigint
}

/**
 * Splits a block's alpha: the owner's cut first, then half to servers and half to validators, of which root gets its
 * proportion. With the default cut of 18 % and nothing on root that is 18 : 41 : 41.
 *
 * @param options.alphaEmission - Alpha minted by the block, rao.
 * @param options.ownerCut - `SubnetOwnerCut`, u16 fraction of 65535; undefined where `OwnerCutEnabled` is off.
 * @param options.rootProportion - U96F32 bits.
 * @param options.rootSell - See {@link rootSellFlag}.
 *
 * Source: subtensor `emit_to_subnets`, spec 425.
 */
export function splitAlpha(options: {
  readonly alphaEmission: bigint
  readonly ownerCut: number | undefined
  readonly rootProportion: bigint
  readonly rootSell: boolean
}): AlphaSplit {
  const minted = U96F32.fromInt(options.alphaEmission)
  const cut = options.ownerCut === undefined ? 0n : U96F32.mul(minted, U96F32.safeDiv(U96F32.fromInt(options.ownerCut), U16_MAX))
  const rest = U96F32.sub(minted, cut)
  const toRoot = U96F32.mul(U96F32.mul(options.rootProportion, rest), HALF)
  const toServers = U96F32.mul(rest, HALF)
  const toValidators = U96F32.sub(U96F32.sub(rest, toServers), toRoot)

  const ownerCut = U96F32.toU64(cut)
  const server = U96F32.toU64(toServers)
  const validator = U96F32.toU64(toValidators)
  const rootPart = U96F32.toU64(toRoot)
  return {
    ownerCut,
    server,
    validator,
    root: options.rootSell ? rootPart : 0n,
    rootRecycled: options.rootSell ? 0n : rootPart,
    remainder: options.alphaEmission - ownerCut - server - validator - rootPart,
  }
}
