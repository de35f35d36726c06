/** What is reserved for an operation that waits, in rao: a base and a part for each approval that is needed. */
export const deposits = { base: 132_000_000n, factor: 32_000_000n } as const

/** The deposit of an operation. */
export const depositFor = (threshold: number): bigint => deposits.base + deposits.factor * BigInt(threshold)
