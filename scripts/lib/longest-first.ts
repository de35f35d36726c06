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
  'packages/localnet/src/runtime/fuzz.test.ts',
]

/** The order of test files: the longest first, then as vitest has them, and those that share a process last, since it ends where one stands between. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.findIndex((path) => moduleId.endsWith(path))
      return at < 0 ? longest.length : at
    }
    const sorted = await super.sort(files)
    const shares = ({ project }: TestSpecification): number => (project.config.isolate ? 0 : 1)
    return sorted.sort((a, b) => rank(a) - rank(b) || shares(a) - shares(b))
  }
}
