import { corpus } from './corpus.js'

/** A language model small enough for an example: which word follows which, by what it has read. */
export class StoryModel {
  readonly #words: readonly string[]
  readonly #followers = new Map<string, string[]>()

  constructor(text: string = corpus) {
    this.#words = text.split(/\s+/).filter((word) => word !== '')
    for (const [i, word] of this.#words.entries()) {
      const next = this.#words[(i + 1) % this.#words.length] as string
      const known = this.#followers.get(word)
      if (known === undefined) this.#followers.set(word, [next])
      else known.push(next)
    }
  }

  /** How a story goes on, word by word; the same for the same text and seed, everywhere. Without an end. */
  *continue({ text, seed }: { readonly text: string; readonly seed: number }): Generator<string, never, undefined> {
    const draw = randomOf(seed)
    const known = text.split(/\s+/).filter((word) => this.#followers.has(word))
    let word = known.at(-1) ?? this.#pick(this.#words, draw)
    for (;;) {
      word = this.#pick(this.#followers.get(word) as string[], draw)
      yield word
    }
  }

  #pick(words: readonly string[], draw: () => number): string {
    return words[Math.floor(draw() * words.length)] as string
  }
}

/** Uniform numbers in [0, 1) from a seed: mulberry32, by Tommy Ettinger. Good enough to choose words by. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
