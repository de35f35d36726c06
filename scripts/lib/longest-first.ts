import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The files that take longest, longest first; a fresh clone remembers no durations. Begun last, one of them would keep one
 * core busy while the others have nothing left to do.
 */
const longest = [
  'tests/forecast-run.test.ts',
  'examples/stream/run/run-stories.test.ts',
  'examples/forecast/simulation/simulation.test.ts',
  'tests/neuron.test.ts',
  'tests/cli.test.ts',
  'tests/neuron-process.test.ts',
  'tests/dendrite-many.test.ts',
]

/** The order of test files: the longest first, the others as vitest has them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((path) => moduleId.endsWith(path))
      return at < 0 ? longest.length : at
    }
    const sorted = await super.sort(files)
    return sorted.sort((a, b) => rank(a) - rank(b))
  }
}
