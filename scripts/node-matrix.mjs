// The unit tests on other Nodes, each from npm's `node` package, and the integration tests of what stands nearest to Node: its HTTP/2, its
// TLS, its streams. `npm test` has run them on this one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { dots } from './lib/reporters.mjs'
import { run } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { install } from './lib/setup.mjs'

const versions = ['22.23.3', '24.21.0']
const integration = [
  'attacks/flood/frames',
  'attacks/flood/http2',
  'attacks/flood/untaken-replies',
  'attacks/tls/versions-and-resumption',
  'axon-sessions',
  'axon-streams',
  'axon-tls',
  'dendrite-sessions',
  'dendrite-streams',
].map((name) => `tests/${name}.test.ts`)
for (const file of integration) if (!existsSync(join(rootDir, file))) throw new Error(`${file} is not there: it must have moved`)

const vitest = [join(rootDir, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'unit*', '--project', 'integration']
// Paths choose among all projects, so those of the unit tests are named too.
const files = ['packages/', 'examples/', 'tools/', 'scripts/', ...integration]

await install()
for (const version of versions) {
  say(`tests on Node ${version}`)
  const packages = ['exec', '--yes', '--loglevel=error', `--package=node@${version}`, '--', 'node']
  // A wrong Node that passes would prove nothing.
  const seen = await run('npm', [...packages, '--version'], { cwd: rootDir })
  if (!seen.output.includes(`v${version}`)) {
    say(`Node ${version} could not be had:\n${seen.output}`)
    process.exitCode = 1
    continue
  }
  const { code } = await run('npm', [...packages, ...vitest, ...dots, ...files], { cwd: rootDir, inherit: true })
  if (code !== 0) process.exitCode = 1
}
