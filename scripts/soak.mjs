// `pnpm soak --seconds N --json FILE`: sets up and runs the soak test.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'

await install()
await build(['@tensorkit/bench'])
const { code } = await run(process.execPath, [join(rootDir, 'bench/dist/soak.js'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? rootDir,
  inherit: true,
})
process.exitCode = code
