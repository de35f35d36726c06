/** The chain's block time. */
export const slotMs = 12_000

/** 2026-01-01T00:00:00Z: where virtual time starts, so that the same calls give the same chain on every machine and day. */
export const defaultGenesisTimeMs = 1_767_225_600_000

/** What time a block says it is. */
export interface BlockTime {
  /** @param parentMs - The time of the block before. */
  next(number: number, parentMs: number): number
}

/** Virtual time: block n is at genesis + n x 12 s, however long the machine took. */
export function virtualTime(genesisTimeMs: number): BlockTime {
  return { next: (number) => genesisTimeMs + number * slotMs }
}

/** The wall clock, but always later than the block before. */
export function wallTime(nowMs: () => number): BlockTime {
  return { next: (_number, parentMs) => Math.max(nowMs(), parentMs + 1) }
}
