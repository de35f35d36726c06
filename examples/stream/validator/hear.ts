import type { InferResponse } from '@tensorkit/core'
import type { Dendrite, Target } from '@tensorkit/dendrite'
import { Storyteller } from '../protocol.js'
import type { Telling } from '../scoring/score-telling.js'

/** What a miner is asked, and how long it has. */
export interface Question {
  readonly text: string
  readonly seed: number
  /** Words asked for. */
  readonly words: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Asks for a story and hears it to its end. What the miner does wrong ends it sooner, and is no exception. */
export async function hear(dendrite: Dendrite, target: Target, { text, seed, words, timeoutMs, signal }: Question): Promise<Telling> {
  const story = dendrite.stream(target, Storyteller.tell, { text, seed, maxTokens: words }, { timeoutMs, signal, maxMessages: words + 1 })
  const tokens: string[] = []
  for await (const token of story) {
    if (!isNext(token, { chapter: 0, index: tokens.length })) break
    tokens.push(token.text)
  }
  const { timings } = await story.result
  return { tokens, firstTokenMs: timings.firstMessageMs }
}

/** Whether a word is the one that has to come next. */
export function isNext(
  token: InferResponse<typeof Storyteller.tell>,
  { chapter, index }: { readonly chapter: number; readonly index: number },
): boolean {
  return token.chapter === chapter && token.index === index
}
