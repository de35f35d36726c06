/** What is reserved for proxies and announcements, in rao: a base and a part for each. */
export const deposits = {
  proxies: { base: 60_000_000n, factor: 33_000_000n },
  announcements: { base: 36_000_000n, factor: 68_000_000n },
} as const

/** The deposit for a number of them; nothing for none. */
export const depositFor = ({ base, factor }: { readonly base: bigint; readonly factor: bigint }, count: number): bigint =>
  count === 0 ? 0n : base + factor * BigInt(count)
