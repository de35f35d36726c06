import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cacheDir, rootDir } from './paths.mjs'
import { run } from './run.mjs'

let directory
beforeEach(async () => {
  // Below the root, so that vitest is found there.
  await mkdir(cacheDir, { recursive: true })
  directory = await mkdtemp(join(cacheDir, 'stall-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

it('a file that never ends is named, and fails the run that it would have kept open', { timeout: 60_000 }, async () => {
  const reporter = JSON.stringify(join(rootDir, 'scripts/lib/stall-reporter.ts'))
  await writeFile(
    join(directory, 'vitest.config.ts'),
    `import StallReporter from ${reporter}\nexport default { test: { maxWorkers: 2, reporters: ['default', new StallReporter({ silenceMs: 6_000 })] } }\n`,
  )
  const test = (text) => `import { it } from 'vitest'\nit('one', () => { ${text} })\n`
  await writeFile(join(directory, 'ends.test.ts'), test(''))
  await writeFile(join(directory, 'hangs.test.ts'), test('for (;;);'))
  const vitest = join(rootDir, 'node_modules/vitest/vitest.mjs')
  const { code, output } = await run(process.execPath, [vitest, 'run', '--root', directory], { timeoutMs: 50_000 })
  expect(output).toContain(`These test files have not:\n  ${join(directory, 'hangs.test.ts')}\n`)
  expect(output).toContain('1 passed')
  expect(code).toBe(1)
})
