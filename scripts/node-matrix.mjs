// The unit tests on other Nodes, each from npm's `node` package. `npm test` has run them on this one.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { dots } from './lib/reporters.mjs'
import { run } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { install } from './lib/setup.mjs'

const versions = ['22.23.3', '24.21.0']

await install()
for (const version of versions) {
  say(`unit tests on Node ${version}`)
  const packages = ['exec', '--yes', '--loglevel=error', `--package=node@${version}`, '--', 'node']
  // A wrong Node that passes would prove nothing.
  const seen = await run('npm', [...packages, '--version'], { cwd: rootDir })
  if (!seen.output.includes(`v${version}`)) {
    say(`Node ${version} could not be had:\n${seen.output}`)
    process.exitCode = 1
    continue
  }
  const { code } = await run('npm', [...packages, join(rootDir, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit', ...dots], {
    cwd: rootDir,
    inherit: true,
  })
  if (code !== 0) process.exitCode = 1
}
