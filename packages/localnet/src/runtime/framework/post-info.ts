/** What a call says of itself once it has run, where that differs from what was known before. */
export interface PostInfo {
  /** Reference time in picoseconds that it really took; never more than was said before. */
  readonly refTime?: bigint
  /** Whether it pays its fee after all; never where it was free before. */
  readonly paysFee?: boolean
}
