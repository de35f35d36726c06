import type { Dendrite, Target } from '@tensorkit/dendrite'
import { StoryModel } from '../model/story-model.js'
import { scoreTelling } from '../scoring/score-telling.js'
import { hear } from './hear.js'
import { steer } from './steer.js'

/** How a miner did in one round. */
export interface Examination {
  /** 0 to 1: a third each for the story, the first chapter and the one that it was steered to. */
  readonly score: number
  /** To the first word of the story, in ms; undefined if none came. */
  readonly firstTokenMs: number | undefined
  /** To the first word after it was steered, in ms; undefined if none came. */
  readonly turnMs: number | undefined
}

/** What a round is about: known to the validator alone until it asks. */
export interface Exam {
  readonly seed: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const openings = ['Alice', 'the Rabbit', 'down a very deep well', 'a watch out of its waistcoat pocket', 'a jar from one of the shelves']
const words = 16
const chapterWords = 6

/** Has one miner tell a story and steers it through another. */
export async function examine(dendrite: Dendrite, target: Target, { seed, timeoutMs, signal }: Exam): Promise<Examination> {
  const opening = (n: number) => openings[(seed + n) % openings.length] as string
  const limits = { timeoutMs, signal }
  const story = { text: opening(0), seed, words }
  const first = { text: opening(1), seed: seed + 1, words: chapterWords }
  const second = { text: opening(2), seed: seed + 2, words: chapterWords }
  const told = await hear(dendrite, target, { ...story, ...limits })
  const [chapter, turned] = await steer(dendrite, target, { chapters: [first, second], ...limits })
  const scores = [scoreTelling(told, expected(story)), scoreTelling(chapter, expected(first)), scoreTelling(turned, expected(second))]
  return { score: scores.reduce((sum, score) => sum + score, 0) / 3, firstTokenMs: told.firstTokenMs, turnMs: turned.firstTokenMs }
}

const model = new StoryModel()

/** The right words. */
function expected({ text, seed, words }: { readonly text: string; readonly seed: number; readonly words: number }): string[] {
  const right: string[] = []
  for (const word of model.continue({ text, seed })) if (right.push(word) === words) break
  return right
}
