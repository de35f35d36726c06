// `npm start`: sets up and runs the example subnet. Needs Node and npm alone.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { build, install, requireNode } from './lib/setup.mjs'

const example = '@tensorkit/example-forecast'

requireNode()
await install(example)
await build([example])
// npm runs this in the root; --json FILE is meant relative to where the user is.
const { code } = await run(process.execPath, [join(rootDir, 'examples/forecast/dist/main.js'), ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? rootDir,
  inherit: true,
})
process.exitCode = code
