import type { RoundRecord } from './record.js'
import { scoreAlpha } from './schedule.js'

/**
 * A miner's score by round: the mean of what the validators hold of it.
 *
 * @returns By hotkey; index = round - 1. Only rounds that all validators have ended.
 */
export function scoreSeries(rounds: readonly RoundRecord[], validators: number): ReadonlyMap<string, readonly number[]> {
  const byValidator = Array.from({ length: validators }, (_, i) => rounds.filter(({ validator }) => validator === i + 1))
  const complete = Math.min(...byValidator.map((own) => own.length))
  const hotkeys = new Set(rounds.flatMap(({ calls }) => calls.map(({ hotkey }) => hotkey)))
  const held = (hotkey: string, round: number) =>
    byValidator.reduce((sum, own) => sum + (own[round]?.calls.find((call) => call.hotkey === hotkey)?.held ?? 0), 0) / validators
  return new Map([...hotkeys].map((hotkey) => [hotkey, Array.from({ length: complete }, (_, round) => held(hotkey, round))]))
}

/**
 * Whether the validators hold of each miner what its rounds amount to: a moving average from 0 that nothing has reset.
 *
 * @returns The hotkeys for which that is not so.
 */
export function resetScores(rounds: readonly RoundRecord[]): string[] {
  const averages = new Map<string, number>()
  const reset = new Set<string>()
  for (const { validator, calls } of rounds)
    for (const { hotkey, skill, held } of calls) {
      const key = `${validator}/${hotkey}`
      const average = (1 - scoreAlpha) * (averages.get(key) ?? 0) + scoreAlpha * skill
      averages.set(key, average)
      if (Math.abs(average - held) > 1e-9) reset.add(hotkey)
    }
  return [...reset]
}
