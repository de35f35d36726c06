// `pnpm verify`: every gate. Arguments name the gates to run, or with a minus before them those to leave out; without any, all run.
import { mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cacheDir, rootDir } from './lib/paths.mjs'
import { ensurePnpm, pnpm } from './lib/pnpm.mjs'
import { dots } from './lib/reporters.mjs'
import { run } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { build, install } from './lib/setup.mjs'
import { projects } from './lib/workspace.mjs'

const bin = (name) => join(rootDir, 'node_modules/.bin', name)
const tool = (name, ...args) => run(bin(name), args, { cwd: rootDir })
const node = (...args) => run(process.execPath, args, { cwd: rootDir })
const published = projects().filter(({ manifest }) => !manifest.private)

/** Packs every published package, as it would be published. */
async function packAll() {
  const dir = join(cacheDir, 'packed')
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir, { recursive: true })
  return pnpm(['-r', '--filter', './packages/*', 'pack', '--pack-destination', dir])
}

/** Runs a check for each published package, a few at a time, and joins the outputs of those that fail. */
async function forEachPackage(check) {
  const queue = [...published]
  const failures = []
  const worker = async () => {
    for (let project = queue.shift(); project; project = queue.shift()) {
      const { code, output } = await check(project)
      if (code !== 0) failures.push(`${project.name}\n${output}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
  return { code: failures.length === 0 ? 0 : 1, output: failures.join('\n') }
}

const tarball = ({ name, manifest }) => join(cacheDir, 'packed', `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)

// Stages follow each other; within one, lanes run side by side, and the gates of a lane in order. The first stage reads sources alone;
// the build empties every dist for a while; the last stage uses what it made.
const stages = [
  [
    { 'typed lint (eslint)': () => tool('eslint', '.') },
    {
      'format and lint (biome)': () => tool('biome', 'ci', '--error-on-warnings', '.'),
      'types (tsc)': () => tool('tsc', '-p', '.'),
      'picture of packages (dependency-cruiser)': () =>
        tool('depcruise', '--config', '.dependency-cruiser.cjs', 'packages', '--output-type', 'err'),
      'unused files and exports (knip)': () => tool('knip', '--no-progress'),
      'generated files (scripts/generate.mjs)': () => node('scripts/generate.mjs', '--check'),
    },
  ],
  [{ 'tests with coverage': () => node('scripts/test.mjs', '--coverage', ...dots) }],
  [{ 'builds with declarations (tsup)': () => pnpm(['-r', '--filter', './packages/*', 'build']) }],
  [
    { 'code in the documents': () => node('scripts/docs.mjs') },
    {
      'packs (pnpm)': packAll,
      'manifests (publint)': () => forEachPackage((project) => run(bin('publint'), ['--strict', tarball(project)], { cwd: rootDir })),
      'types as consumers see them (attw)': () =>
        forEachPackage((project) => run(bin('attw'), ['--profile', 'node16', tarball(project)], { cwd: rootDir })),
      'sizes (size-limit)': () => tool('size-limit'),
      changesets: () => tool('changeset', 'status', '--since=HEAD'),
    },
  ],
]

await install()
process.env.PATH = `${join(await ensurePnpm(), '../../../.bin')}:${process.env.PATH}`
await build(projects().map(({ name }) => name))

const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith('-'))
const left = words.filter((word) => word.startsWith('-')).map((word) => word.slice(1))
let failed = 0

async function pass(name, gate) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) return
  if (left.some((word) => name.includes(word))) return say(`left out: ${name}`)
  const started = performance.now()
  const { code, output } = await gate()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code === 0) return say(`ok      ${name} (${seconds} s)`)
  failed++
  say(`FAILED  ${name} (${seconds} s)\n${output}`)
}

for (const lanes of stages) {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const [name, gate] of Object.entries(lane)) await pass(name, gate)
    }),
  )
}
process.exitCode = failed === 0 ? 0 : 1
