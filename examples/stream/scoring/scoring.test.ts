import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StoryModel } from '../model/story-model.js'
import { halfLifeMs, scoreTelling } from './score-telling.js'

const words = fc.array(fc.constantFrom('down', 'the', 'well', ','), { minLength: 1, maxLength: 20 })

describe('scoreTelling', () => {
  it('is 1 for all that was asked, at once, and half of it after the half-life', () => {
    fc.assert(
      fc.property(words, (expected) => {
        expect(scoreTelling({ tokens: expected, firstTokenMs: 0 }, expected)).toBe(1)
        expect(scoreTelling({ tokens: expected, firstTokenMs: halfLifeMs }, expected)).toBeCloseTo(0.5, 12)
      }),
    )
  })

  it('counts words up to the first wrong one', () => {
    const expected = ['down', 'the', 'rabbit', 'hole']
    expect(scoreTelling({ tokens: ['down', 'the'], firstTokenMs: 0 }, expected)).toBe(0.5)
    expect(scoreTelling({ tokens: ['down', 'and', 'rabbit', 'hole'], firstTokenMs: 0 }, expected)).toBe(0.25)
  })

  it('gives nothing for silence, and nothing for more than was asked', () => {
    expect(scoreTelling({ tokens: [], firstTokenMs: undefined }, ['a'])).toBe(0)
    expect(scoreTelling({ tokens: ['a', 'b'], firstTokenMs: 0 }, ['a'])).toBe(0)
  })
})

describe('StoryModel', () => {
  const told = (text: string, seed: number, count = 30) => {
    const words: string[] = []
    for (const word of new StoryModel().continue({ text, seed })) if (words.push(word) === count) break
    return words
  }

  it('tells the same story for the same prompt and seed, and another for another', () => {
    expect(told('Alice', 1)).toEqual(told('Alice', 1))
    expect(told('Alice', 1)).not.toEqual(told('Alice', 2))
    expect(told('Alice', 1)).not.toEqual(told('the Rabbit', 1))
  })

  it('goes on from any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (text, seed) => {
        expect(told(text, seed, 5)).toHaveLength(5)
      }),
    )
  })
})
