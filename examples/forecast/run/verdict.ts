/** What a run is judged by. */
export interface Outcome {
  readonly miners: readonly {
    readonly model: string
    /** The chain's u16 of the last epoch. */
    readonly incentive: number
    /** Whether every validator had a usable answer of it in every round. */
    readonly alwaysAnswered: boolean
  }[]
  /** The chain's u16 of the validator with less stake. */
  readonly lighterVtrust: number
}

/** Least vtrust of an honest validator that sees other tasks than the heavier one: 0.85 of 65535. */
const leastVtrust = 0.85 * 65535

/**
 * Whether a run came out right: good forecasts earn more than poor ones, and honest validators agree.
 *
 * @returns What is wrong, a sentence each; empty if all is right.
 */
export function verdict({ miners, lighterVtrust }: Outcome): string[] {
  const incentive = (model: string) => miners.find((miner) => miner.model === model)?.incentive ?? 0
  const problems: string[] = []
  const bad = ['lazy', 'copycat']
  const others = miners.filter(({ model, alwaysAnswered }) => alwaysAnswered && !bad.includes(model))
  for (const model of bad)
    for (const other of others) if (incentive(model) >= other.incentive) problems.push(`${model} earns no less than ${other.model}`)
  for (const model of ['garch', 'ewma', 'ar-ewma'])
    if (incentive(model) <= incentive('rw252')) problems.push(`${model} earns no more than rw252`)
  if (incentive('slow') >= incentive('ewma')) problems.push('slow earns no less than ewma')
  if (lighterVtrust < leastVtrust) problems.push(`the lighter validator has a vtrust of ${(lighterVtrust / 65535).toFixed(3)}, below 0.85`)
  return problems
}
