import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url))
/** What one installation may take on a slow machine. */
const installTimeoutMs = 240_000

/**
 * A client from npm, installed outside of the workspace: made once in `.cache/` and used again as long as its lock file stays the same.
 *
 * @param folder - Holds package.json, package-lock.json and client.mjs, which is copied anew each time.
 * @returns Where it is installed.
 * @throws With what npm said, if it cannot be made: a suite whose peer is missing fails.
 */
export async function npmProject(folder: URL): Promise<string> {
  const source = fileURLToPath(folder)
  const hash = createHash('sha256')
    .update(await readFile(join(source, 'package-lock.json')))
    .update(process.version)
    .digest('hex')
  const directory = join(cache, `npm-${basename(source)}-${hash.slice(0, 12)}`)
  if (!(await exists(join(directory, 'installed')))) await install(source, directory)
  await copyFile(join(source, 'client.mjs'), join(directory, 'client.mjs'))
  return directory
}

async function install(source: string, directory: string): Promise<void> {
  // Aside first, so that a broken installation is never taken for a whole one.
  const making = `${directory}.${process.pid}`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await copyFile(join(source, file), join(making, file))
  // Not `npm ci`, which wants the optional packages of every other platform in the lock file, too.
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  try {
    await run('npm', args, { cwd: making, timeout: installTimeoutMs, maxBuffer: 16 * 1024 * 1024 })
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string }
    throw new Error(`The client of ${source} cannot be installed: ${stderr.trim().slice(-2_000) || message}`, { cause: error })
  }
  await writeFile(join(making, 'installed'), '')
  await rm(directory, { recursive: true, force: true })
  await rename(making, directory)
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
