import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { f64Tensor } from '@tensorkit/core'
import type { BatchForecast } from './forecast-batch.js'
import { createCallCounter, type Forecaster } from './forecaster.js'

/** A file a call: by the caller and the number of its call, so that who is faster does not matter. */
const leakFile = (directory: string, caller: string, call: number) => join(directory, `${caller}-${call}.json`)

/** A colluder: answers as `honest` does, and leaks each answer into a directory. Only the last two of a caller stay there. */
export function leaking(honest: Forecaster, directory: string): Forecaster {
  const nextCall = createCallCounter()
  return async (batch, context) => {
    const call = nextCall(context.hotkey)
    const answer = await honest(batch, context)
    const file = leakFile(directory, context.hotkey, call)
    await mkdir(directory, { recursive: true })
    // Renamed into place: a reader never sees half an answer.
    await writeFile(`${file}.part`, JSON.stringify({ mean: [...answer.mean.data], stddev: [...answer.stddev.data] }))
    await rename(`${file}.part`, file)
    await rm(leakFile(directory, context.hotkey, call - 2), { force: true })
    return answer
  }
}

/**
 * The colluder's other half: answers call n with what was leaked of call n - 1, and `fallback`'s answer if nothing was.
 *
 * It copies by a file because it cannot by asking: an axon's admission refuses the calls of a miner.
 */
export function copying(fallback: Forecaster, directory: string): Forecaster {
  const nextCall = createCallCounter()
  return async (batch, context) => {
    const file = leakFile(directory, context.hotkey, nextCall(context.hotkey) - 1)
    const leaked = await readFile(file, 'utf8').catch(() => undefined)
    return leaked === undefined ? fallback(batch, context) : parseLeak(leaked)
  }
}

function parseLeak(json: string): BatchForecast {
  const { mean, stddev } = JSON.parse(json) as { mean: number[]; stddev: number[] }
  return { mean: f64Tensor(mean), stddev: f64Tensor(stddev) }
}
