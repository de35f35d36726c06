import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { f64Tensor } from '@tensorkit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createExaminer } from '../scoring/examiner.js'
import { createForecaster } from './create-forecaster.js'
import type { Batch } from './forecast-batch.js'

const examiner = createExaminer({ seed: 3, validator: 1 })
const batch = (round: number): Batch => examiner.task(round).request
const call = (hotkey: string, signal = new AbortController().signal) => ({ hotkey, signal })

describe('a colluder and a copycat', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forecast-leak-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('the copycat answers each caller what garch answered it a round earlier, whoever is faster', async () => {
    const garch = createForecaster('garch', { leakDirectory: directory })
    const copycat = createForecaster('copycat', { leakDirectory: directory })
    const answers = []
    for (const round of [1, 2, 3]) {
      const [honest, copied] =
        round % 2 === 0
          ? await Promise.all([garch(batch(round), call('a')), copycat(batch(round), call('a'))])
          : [await garch(batch(round), call('a')), await copycat(batch(round), call('a'))]
      answers.push({ honest, copied })
    }
    expect(answers[0]?.copied).toEqual(await createForecaster('lazy')(batch(1), call('a')))
    expect(answers[1]?.copied).toEqual(answers[0]?.honest)
    expect(answers[2]?.copied).toEqual(answers[1]?.honest)
    // Another caller's answers are not mixed in.
    expect(await copycat(batch(1), call('b'))).toEqual(answers[0]?.copied)
    expect((await readdir(directory)).length).toBe(2)
  })

  it('garch leaks nothing unless told to', async () => {
    await createForecaster('garch')(batch(1), call('a'))
    expect(await readdir(directory)).toEqual([])
  })
})

describe('slow', () => {
  it('misses the deadline on each caller’s every third call, and is ewma otherwise', async () => {
    const slow = createForecaster('slow')
    const ewma = createForecaster('ewma')
    const outcome = async (caller: string) => {
      const signal = AbortSignal.timeout(50)
      return Promise.resolve(slow(batch(1), call(caller, signal))).then(
        () => 'answered',
        () => (signal.aborted ? 'late' : 'failed'),
      )
    }
    const seen = []
    for (let i = 0; i < 6; i++) seen.push(await outcome('a'))
    expect(seen).toEqual(['answered', 'answered', 'late', 'answered', 'answered', 'late'])
    expect(await outcome('b')).toBe('answered')
    expect(await slow(batch(2), call('c'))).toEqual(await ewma(batch(2), call('c')))
  })
})

describe('createForecaster', () => {
  it('refuses an unknown name with the names that there are', () => {
    expect(() => createForecaster('magic')).toThrow(/rw252.*copycat.*slow/)
  })

  it('a batch of the wrong shape is an error, not an answer', () => {
    expect(() => createForecaster('ewma')({ series: f64Tensor([1, 2, 3]), horizons: [1] }, call('a'))).toThrow(RangeError)
  })
})
