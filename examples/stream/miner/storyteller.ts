import type { Handlers } from '@tensorkit/axon'
import { systemClock } from '@tensorkit/core'
import { StoryModel } from '../model/story-model.js'
import type { Storyteller } from '../protocol.js'
import { latestOf } from './latest-of.js'
import type { Style } from './styles.js'

interface Prompt {
  readonly text: string
  readonly seed: number
  readonly maxTokens: number
}

/** The handlers of a miner that tells stories. */
export function storyteller(style: Style, model: StoryModel = new StoryModel()): Handlers<typeof Storyteller> {
  return {
    async *tell(prompt, { signal }) {
      yield* chapterOf(prompt, { style, model, chapter: 0, signal })
    },
    async *steer(prompts, { signal }) {
      const latest = latestOf(prompts)
      for (let next = await latest.next(); next !== undefined; next = await latest.next()) {
        for await (const token of chapterOf(next.value, { style, model, chapter: next.index, signal })) {
          yield token
          if (latest.hasNewer()) break
        }
      }
    },
  }
}

async function* chapterOf(
  { text, seed, maxTokens }: Prompt,
  options: { readonly style: Style; readonly model: StoryModel; readonly chapter: number; readonly signal: AbortSignal },
) {
  const { style, model, chapter, signal } = options
  const { firstTokenMs, tokenMs, bluffsFrom = Number.POSITIVE_INFINITY, stopsAfter = Number.POSITIVE_INFINITY } = style
  let index = 0
  for (const word of model.continue({ text, seed })) {
    if (index >= Math.min(maxTokens, stopsAfter)) return
    await systemClock.sleep(index === 0 ? firstTokenMs : tokenMs, signal)
    yield { chapter, index, text: index < bluffsFrom ? word : 'and' }
    index++
  }
}
