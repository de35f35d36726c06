/** What a validator heard of one chapter. */
export interface Telling {
  /** The words, in the order in which they came. */
  readonly tokens: readonly string[]
  /** From the question to the first word, in ms by the validator's own clock; undefined if none came. */
  readonly firstTokenMs: number | undefined
}

/** After so many ms of waiting for the first word, a right answer is worth half. */
export const halfLifeMs = 200

/**
 * What a telling is worth, 0 to 1: the share of the words that are right up to the first wrong one, halved for each
 * {@link halfLifeMs} before the first word.
 */
export function scoreTelling({ tokens, firstTokenMs }: Telling, expected: readonly string[]): number {
  if (firstTokenMs === undefined || expected.length === 0 || tokens.length > expected.length) return 0
  let right = 0
  while (right < tokens.length && tokens[right] === expected[right]) right++
  return (right / expected.length) * 2 ** (-firstTokenMs / halfLifeMs)
}
