import { systemClock } from '@tensorkit/core'
import type { Dendrite, Target } from '@tensorkit/dendrite'
import { Storyteller } from '../protocol.js'
import type { Telling } from '../scoring/score-telling.js'
import { isNext } from './hear.js'

/** Two beginnings, and how much of each is wanted. */
export interface Steering {
  readonly chapters: readonly [Chapter, Chapter]
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** One chapter to hear. */
export interface Chapter {
  readonly text: string
  readonly seed: number
  /** Words after which the validator has heard enough. */
  readonly words: number
}

/** More words than anybody hears: the miner goes on until it is told otherwise. */
const maxTokens = 10_000

/**
 * Hears a chapter until it has enough of it, steers the story to another one, hears that, and cancels: the miner would go on for ever.
 *
 * Words of the first chapter that were on their way when the miner was told are passed over.
 */
export async function steer(dendrite: Dendrite, target: Target, { chapters, timeoutMs, signal }: Steering): Promise<[Telling, Telling]> {
  const story = dendrite.open(target, Storyteller.steer, { timeoutMs, signal })
  const told: [string[], string[]] = [[], []]
  let steeredAtMs: number | undefined
  let turnedMs: number | undefined
  const ask = ({ text, seed }: Chapter) => story.send({ text, seed, maxTokens })
  await ask(chapters[0])
  for await (const token of story) {
    if (steeredAtMs === undefined) {
      if (!isNext(token, { chapter: 0, index: told[0].length })) break
      told[0].push(token.text)
      if (told[0].length < chapters[0].words) continue
      steeredAtMs = systemClock.monotonicMs()
      await ask(chapters[1])
    } else if (token.chapter === 1) {
      if (!isNext(token, { chapter: 1, index: told[1].length })) break
      turnedMs ??= systemClock.monotonicMs() - steeredAtMs
      told[1].push(token.text)
      // Leaving the loop cancels the call on the wire.
      if (told[1].length === chapters[1].words) break
    }
  }
  const { timings } = await story.result
  return [
    { tokens: told[0], firstTokenMs: timings.firstMessageMs },
    { tokens: told[1], firstTokenMs: turnedMs },
  ]
}
