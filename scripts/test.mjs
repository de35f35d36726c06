// `npm test`: sets up and passes the tests. Needs Node and npm alone. Further arguments go to vitest.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { build, install, requireNode } from './lib/setup.mjs'
import { projects } from './lib/workspace.mjs'

requireNode()
await install()
await build(projects().map(({ name }) => name))
say('running the tests')
const vitest = join(rootDir, 'node_modules/vitest/vitest.mjs')
const { code } = await run(process.execPath, [vitest, 'run', '--project', 'unit*', '--project', 'integration', ...process.argv.slice(2)], {
  cwd: rootDir,
  inherit: true,
})
process.exitCode = code
