import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Model } from '../models/model.js'
import { roundsOf } from '../run/schedule.js'
import { verdict } from '../run/verdict.js'
import { minerUids, type SimulatedValidator, simulateChain, simulateValidators, validatorUids, weightsOf } from './simulate.js'

/** No other seed has been or will be tried here: the method must carry all of them. */
const seeds = Array.from({ length: 20 }, (_, seed) => seed)
const epochs = 3
const [heavierUid, lighterUid] = validatorUids as [number, number]

/** The windows of a run end on a day of the data set; their first and middle close tell which. */
function memoise(model: Model): Model {
  const fits = new Map<string, ReturnType<Model>>()
  return (closes) => {
    const key = `${closes[0]}/${closes[126]}`
    const fit = fits.get(key) ?? model(closes)
    fits.set(key, fit)
    return fit
  }
}

describe('a run of three epochs', () => {
  const runs: [SimulatedValidator, SimulatedValidator][] = []
  const figures: string[] = []

  beforeAll(async () => {
    const memoised = new Map<Model, Model>()
    const memoiseOnce = (model: Model) => {
      const known = memoised.get(model) ?? memoise(model)
      memoised.set(model, known)
      return known
    }
    for (const seed of seeds) {
      const leakDirectory = await mkdtemp(join(tmpdir(), 'forecast-simulation-'))
      runs.push(
        (await simulateValidators({ seed, epochs, leakDirectory, memoise: memoiseOnce })) as [SimulatedValidator, SimulatedValidator],
      )
      await rm(leakDirectory, { recursive: true })
    }
  }, 120_000)

  it.each(seeds)('with seed %d is right after each epoch', (seed) => {
    const [heavier, lighter] = runs[seed] as [SimulatedValidator, SimulatedValidator]
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const { incentive, validatorTrust } = simulateChain([heavier.weights.slice(0, epoch), lighter.weights.slice(0, epoch)])
      const missed = [heavier, lighter].flatMap((validator) => validator.missed.filter(({ round }) => round <= roundsOf(epoch)))
      const miners = [...minerUids].map(([model, uid]) => ({
        model,
        incentive: incentive[uid] as number,
        alwaysAnswered: !missed.some((miss) => miss.model === model),
      }))
      expect(verdict({ miners, lighterVtrust: validatorTrust[lighterUid] as number })).toEqual([])
      // The premises: who missed a call, and that the heavier validator alone is the consensus.
      expect(miners.filter(({ alwaysAnswered }) => !alwaysAnswered).map(({ model }) => model)).toEqual(
        epoch === 1 ? ['slow'] : ['rw63', 'slow'],
      )
      expect(validatorTrust[heavierUid]).toBeGreaterThan(0.999 * 65535)
      figures.push(
        [
          `${seed} epoch ${epoch}`,
          `vtrust ${share(validatorTrust[lighterUid])}`,
          ...miners.map((m) => `${m.model} ${share(m.incentive)}`),
        ].join('  '),
      )
    }
  })

  it('a lighter validator with random weights has a mean vtrust below 0.75', () => {
    const vtrusts = runs.map(([heavier], seed) => {
      const random = Array.from({ length: epochs }, (_, epoch) => weightsOf((model) => randomShare(`${seed}/${epoch}/${model}`)))
      return (simulateChain([heavier.weights, random]).validatorTrust[lighterUid] as number) / 65535
    })
    expect(vtrusts).toHaveLength(20)
    const mean = vtrusts.reduce((sum, vtrust) => sum + vtrust, 0) / vtrusts.length
    expect(mean).toBeLessThan(0.75)
    figures.push(
      `random weights: mean vtrust ${mean.toFixed(3)}, from ${Math.min(...vtrusts).toFixed(3)} to ${Math.max(...vtrusts).toFixed(3)}`,
    )
  })

  afterAll(() => {
    if (process.env.FORECAST_FIGURES) process.stdout.write(`${figures.join('\n')}\n`)
  })
})

const share = (u16: number | undefined) => ((u16 ?? 0) / 65535).toFixed(3)
const randomShare = (text: string) => createHash('sha256').update(`random weights/${text}`).digest().readUInt32BE() / 2 ** 32
