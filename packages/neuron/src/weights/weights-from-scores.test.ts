import { type Ss58Address, uid } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { weightsFromScores } from './weights-from-scores.js'

const candidates = (...uids: number[]) => uids.map((n) => ({ uid: uid(n), hotkey: String(n) as Ss58Address }))
const scoresOf = (values: readonly number[]) => ({ get: (hotkey: string) => values[Number(hotkey)] ?? 0 })

describe('weightsFromScores', () => {
  it('is in proportion, by ascending uid, with zeros for those below', () => {
    expect(weightsFromScores({ candidates: candidates(3, 1, 2), scores: scoresOf([9, 0.5, -3, 1]) })).toEqual({
      uids: [1, 2, 3],
      weights: [32_768, 0, 65_535],
    })
  })

  it('gives u16 in the order of the scores, the largest 65535', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 256 }), (values) => {
        const result = weightsFromScores({ candidates: candidates(...values.keys()), scores: scoresOf(values) })
        expect(result === undefined).toBe(!values.some((value) => value > 0))
        if (!result) return
        const { weights } = result
        expect(Math.max(...weights)).toBe(65_535)
        for (const [i, weight] of weights.entries()) {
          expect(Number.isInteger(weight) && weight >= 0 && weight <= 65_535).toBe(true)
          for (const [j, other] of weights.entries()) if ((values[i] ?? 0) > (values[j] ?? 0)) expect(weight).toBeGreaterThanOrEqual(other)
        }
      }),
    )
  })

  it('follows the policy when nobody earned anything', () => {
    const zero = { candidates: candidates(1, 2), scores: scoresOf([0, -1, 0]) }
    expect(weightsFromScores(zero)).toBeUndefined()
    expect(weightsFromScores({ ...zero, whenAllZero: 'skip' })).toBeUndefined()
    expect(weightsFromScores({ ...zero, whenAllZero: 'uniform' })).toEqual({ uids: [1, 2], weights: [65_535, 65_535] })
    expect(() => weightsFromScores({ ...zero, whenAllZero: 'throw' })).toThrow(expect.objectContaining({ code: 'NEURON_NO_SCORES' }))
    expect(weightsFromScores({ candidates: [], scores: scoresOf([]), whenAllZero: 'uniform' })).toBeUndefined()
  })
})
