import { setTimeout } from 'node:timers/promises'
import { createCallCounter, type Forecaster } from './forecaster.js'

/** Later than any deadline that a validator sets here, in ms. */
const tooLateMs = 60_000

/** Answers as `prompt` does, but past the deadline on each caller's every third call. */
export function slow(prompt: Forecaster): Forecaster {
  const nextCall = createCallCounter()
  return async (batch, context) => {
    if (nextCall(context.hotkey) % 3 === 0) await setTimeout(tooLateMs, undefined, { signal: context.signal })
    return prompt(batch, context)
  }
}
