// `npm run bench -- --json FILE`: sets up and runs the benchmarks.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'
import { projects } from './lib/workspace.mjs'

await install()
await build(projects().map(({ name }) => name))
const { code } = await run(process.execPath, [join(rootDir, 'bench/dist/main.js'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? rootDir,
  inherit: true,
})
process.exitCode = code
