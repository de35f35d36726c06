/** vitest's arguments for a dot a test. The second stands in `vitest.config.ts` too; naming any reporter leaves those out. */
export const dots = ['--reporter=dot', '--reporter=./scripts/lib/stall-reporter.ts']
