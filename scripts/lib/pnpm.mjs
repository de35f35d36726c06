import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDir, rootDir } from './paths.mjs'
import { run } from './run.mjs'
import { fail, say } from './say.mjs'

/** The pin in package.json: `pnpm@<version>+sha512.<hex>`. */
async function pinned() {
  const { packageManager } = JSON.parse(await readFile(join(rootDir, 'package.json'), 'utf8'))
  const match = /^pnpm@(\d+\.\d+\.\d+)\+sha512\.([0-9a-f]{128})$/.exec(packageManager)
  if (!match) fail('package.json pins no pnpm with a sha512', 'Restore its packageManager field from the repository.')
  return { version: match[1], sha512: match[2] }
}

/** Whether a file has the digest. */
export async function hasSha512(file, hex) {
  return (
    createHash('sha512')
      .update(await readFile(file))
      .digest('hex') === hex
  )
}

/**
 * The pinned pnpm, fetched from npm's registry and checked against the digest in package.json when it is not there yet.
 *
 * @returns The path of pnpm's script.
 */
export async function ensurePnpm() {
  const { version, sha512 } = await pinned()
  const home = join(cacheDir, `pnpm-${version}-${sha512.slice(0, 12)}`)
  const script = join(home, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs')
  if (existsSync(script)) return script

  say(`fetching pnpm ${version} from the npm registry`)
  await mkdir(cacheDir, { recursive: true })
  const work = await mkdtemp(join(cacheDir, 'fetch-'))
  try {
    const packed = await run('npm', ['pack', `pnpm@${version}`, '--pack-destination', work, '--loglevel=error'], { cwd: work })
    const tarball = join(work, `pnpm-${version}.tgz`)
    if (packed.code !== 0 || !existsSync(tarball)) {
      fail(
        `pnpm ${version} could not be fetched:\n${packed.output.trim()}`,
        'Check the connection to the npm registry, then run the command again.',
      )
    }
    if (!(await hasSha512(tarball, sha512))) {
      fail(
        `pnpm ${version} does not have the digest that package.json pins; nothing of it was run.`,
        'Check the registry that npm is configured for.',
      )
    }
    say('its sha512 is the pinned one; unpacking')
    const unpacked = await run(
      'npm',
      ['install', '--prefix', work, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', tarball],
      { cwd: work },
    )
    if (unpacked.code !== 0)
      fail(`pnpm could not be unpacked:\n${unpacked.output.trim()}`, 'Check the free space on the disk, then run the command again.')
    await rm(tarball)
    // Only a whole copy gets the final name, so an interrupted run leaves nothing that looks ready.
    await rm(home, { recursive: true, force: true })
    await rename(work, home)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return script
}

/** Runs the pinned pnpm in the root of the repository. */
export async function pnpm(args, options = {}) {
  return run(process.execPath, [await ensurePnpm(), ...args], { cwd: rootDir, ...options })
}
