// Runs a file of a package after building what is not up to date: `node scripts/built.mjs <package> <file> [arguments]`.
import { join } from 'node:path'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { build, install } from './lib/setup.mjs'
import { projects } from './lib/workspace.mjs'

const [name, file, ...args] = process.argv.slice(2)
await install(name)
await build([name])
const { dir } = projects().find((project) => project.name === name)
const { code } = await run(process.execPath, [join(rootDir, dir, file), ...args], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
  inherit: true,
})
process.exitCode = code
