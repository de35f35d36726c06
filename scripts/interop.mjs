// `pnpm test:interop`: the suites with foreign peers. They set their peers up themselves and fail where they cannot.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'
import { projects } from './lib/workspace.mjs'

await install()
await build(projects().map(({ name }) => name))
const { code } = await run(
  process.execPath,
  [join(rootDir, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'interop', ...process.argv.slice(2)],
  { cwd: rootDir, inherit: true },
)
process.exitCode = code
