import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rootDir } from './paths.mjs'
import { pnpm } from './pnpm.mjs'
import { run } from './run.mjs'
import { fail, say } from './say.mjs'
import { digestOf, isDone, markDone } from './stamp.mjs'
import { closure, projects } from './workspace.mjs'

/** Ends the process when Node is too old for what follows. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `TensorKit needs Node 20.19 or later; this is ${process.version}.`,
    'Install a current Node from nodejs.org or your package manager.',
  )
}

/**
 * Installs the locked dependencies of one project and what it stands on, or of all; does nothing when that is done.
 *
 * @param only - The name of a project, or undefined for the whole workspace.
 */
export async function install(only) {
  const manifests = projects().map(({ dir }) => `${dir}/package.json`)
  const digest = digestOf(['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests])
  if (existsSync(join(rootDir, 'node_modules')) && (isDone('install-all', digest) || (only && isDone(`install-${only}`, digest)))) return

  say(`installing the dependencies${only ? ` of ${only}` : ''} (a minute or two the first time)`)
  const filter = only ? ['--filter', `${only}...`] : []
  const { code, output } = await pnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false', ...filter], {
    env: { CI: process.env.CI ?? '1' },
  })
  if (output.includes('OUTDATED_LOCKFILE')) {
    fail(
      'A package.json has dependencies that pnpm-lock.yaml does not know.',
      'Run `node scripts/pnpm.mjs install`, then the command again.',
    )
  }
  if (code !== 0)
    fail(
      `The dependencies could not be installed:\n${output.trim().slice(-4000)}`,
      'Check the connection to the npm registry, then run the command again.',
    )
  await markDone(only ? `install-${only}` : 'install-all', digest)
}

/** Builds what is run (not the declarations) of the named projects and what they stand on, where the sources changed. */
export async function build(names) {
  const all = projects()
  const wanted = new Map(names.flatMap((name) => closure(name, all)).map((project) => [project.name, project]))
  const outdated = [...wanted.values()]
    .filter(({ manifest }) => manifest.scripts?.build)
    .map((project) => ({ ...project, digest: digestOf([project.dir, 'tools/build', 'tsconfig.base.json']) }))
    .filter(({ name, dir, digest }) => !existsSync(join(rootDir, dir, 'dist')) || !isDone(`build-${name}`, digest))
  if (outdated.length === 0) return

  say(`building ${outdated.map(({ dir }) => dir.split('/').at(-1)).join(', ')}`)
  const queue = [...outdated]
  const worker = async () => {
    for (let project = queue.shift(); project; project = queue.shift()) {
      const { code, output } = await run(process.execPath, [join(rootDir, 'tools/build/build.mjs')], {
        cwd: join(rootDir, project.dir),
        env: { TENSORKIT_BUILD: 'js' },
      })
      if (code !== 0)
        fail(`${project.name} did not build:\n${output.trim().slice(-4000)}`, 'If you did not change the sources, please report this.')
      await markDone(`build-${project.name}`, project.digest)
    }
  }
  await Promise.all([worker(), worker()])
}
