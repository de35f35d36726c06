import { TensorKitError } from '@tensorkit/core'
import { arEwma } from './ar-ewma.js'
import { ewma } from './ewma.js'
import { forecastBatch } from './forecast-batch.js'
import type { Forecaster } from './forecaster.js'
import { garch } from './garch.js'
import { lazy } from './lazy.js'
import { copying, leaking } from './leak.js'
import type { Model } from './model.js'
import { robust } from './robust.js'
import { rw63 } from './rw63.js'
import { rw252 } from './rw252.js'
import { slow } from './slow.js'

/** The models that answer from the series alone. */
export const models = { rw252, rw63, ewma, garch, 'ar-ewma': arEwma, robust, lazy } satisfies Record<string, Model>

/** What a miner can run: a model, or one of the two that misbehave by more than a bad model. */
export const forecasterNames = [...(Object.keys(models) as (keyof typeof models)[]), 'copycat', 'slow'] as const

/** The name of a miner's forecaster. */
export type ForecasterName = (typeof forecasterNames)[number]

/** How a forecaster is set up. */
export interface ForecasterOptions {
  /** Where `garch` leaks its answers and `copycat` finds them. Without it `garch` leaks nothing. */
  readonly leakDirectory?: string | undefined
  /** Keeps the fits of a model, where the same windows come again. @defaultValue keeps none */
  readonly memoise?: ((model: Model) => Model) | undefined
}

/**
 * The forecaster of a miner.
 *
 * @throws CORE_INVALID_ARGUMENT for an unknown name, or a copycat without a directory.
 */
export function createForecaster(name: string, { leakDirectory, memoise = (model) => model }: ForecasterOptions = {}): Forecaster {
  const run = (model: Model): Forecaster => {
    const fitted = memoise(model)
    return (batch) => forecastBatch(fitted, batch)
  }
  if (name === 'slow') return slow(run(ewma))
  if (name === 'copycat') {
    if (leakDirectory === undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A copycat needs the directory of its leak')
    return copying(run(lazy), leakDirectory)
  }
  if (!Object.hasOwn(models, name)) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no such forecaster', {
      facts: { name },
      remedy: `Name one of ${forecasterNames.join(', ')}.`,
    })
  }
  const honest = run(models[name as keyof typeof models])
  return name === 'garch' && leakDirectory !== undefined ? leaking(honest, leakDirectory) : honest
}
