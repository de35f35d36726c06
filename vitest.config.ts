import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/lib/longest-first.js'
import StallReporter from './scripts/lib/stall-reporter.js'

// Tests run on the sources: the aliases are tsconfig.json's own paths, longest name first.
const { paths } = JSON.parse(readFileSync(new URL('./tsconfig.json', import.meta.url), 'utf8')).compilerOptions as {
  paths: Record<string, [string]>
}
const alias = Object.entries(paths)
  .sort(([a], [b]) => b.length - a.length)
  .map(([find, [target]]) => ({ find: new RegExp(`^${find}$`), replacement: fileURLToPath(new URL(target, import.meta.url)) }))

// Code without handles, clocks and state of its own: its files share a process, which spares each the import of chain libraries.
const pure = 'packages/localnet/src/{block,coinbase,consensus,pool,runtime,state,vectors}/**/*.test.ts'

export default defineConfig({
  resolve: { alias },
  test: {
    // Much of a test is waiting: as many at a time as there are cores, not one fewer.
    maxWorkers: availableParallelism(),
    reporters: ['default', new StallReporter()],
    sequence: { sequencer: LongestFirst },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.test-d.ts', '**/test/**'],
      reporter: ['text-summary', 'json-summary'],
      // What runs in child processes (cli, the neurons' own programs) is not counted.
      thresholds: { lines: 88, functions: 88, branches: 78 },
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'examples/*/**/*.test.ts',
            'tools/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', 'tests/**', pure],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'unit-pure',
          include: [pure],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 20_000,
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'interop',
          include: ['interop/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
