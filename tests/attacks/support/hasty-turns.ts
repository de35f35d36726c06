import type * as Turns from '../../../packages/axon/src/admission/stranger-turns.js'

/** Turns where everybody has one at once while they are off, for a module's mock. */
export function hastyTurns(real: typeof Turns, off: { readonly turns: boolean }): Pick<typeof Turns, 'StrangerTurns'> {
  class Hasty extends real.StrangerTurns {
    override take(source: string, job: Turns.StrangerJob): void {
      if (off.turns) void job.run()
      else super.take(source, job)
    }
  }
  return { StrangerTurns: Hasty }
}
