import { constants } from 'node:fs'
import { link, lstat, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { errnoOf } from './io-error.js'
import { assertRealDirectory } from './read-key-file.js'

/** A file to write: its final place and its content. */
export interface NewKeyFile {
  readonly file: string
  readonly content: string | Uint8Array
}

/** Overwrites contents that may be secret. */
export function wipeContents(files: readonly NewKeyFile[]): void {
  for (const { content } of files) if (content instanceof Uint8Array) content.fill(0)
}

// Hidden, so that no wallet program takes what a crash leaves behind for a wallet or a key.
export const stagingPrefix = '.tensorkit-new-'
export const readyPrefix = '.tensorkit-ready-'

/** Makes a rename or link survive a loss of power. */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; its file systems journal the rename by themselves.
  if (process.platform === 'win32') return
  const handle = await open(directory, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Runs with a directory of our own beside the final place: 0700, hidden, removed at the end whatever happens. */
export async function withStaging<T>(parent: string, run: (staging: string) => Promise<T>): Promise<T> {
  const staging = await mkdtemp(join(parent, stagingPrefix))
  try {
    return await run(staging)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Writes files below a directory as they are to stand below another, each flushed to disk. */
export async function stageFiles(staging: string, root: string, files: readonly NewKeyFile[]): Promise<void> {
  const directories = new Set<string>([staging])
  for (const { file, content } of files) {
    const built = join(staging, relative(root, file))
    await mkdir(dirname(built), { recursive: true, mode: 0o700 })
    directories.add(dirname(built))
    await writeFile(built, content, { mode: 0o600, flag: 'wx', flush: true })
  }
  for (const directory of directories) await syncDirectory(directory)
}

export const takenError = (file: string, what: string) =>
  new TensorKitError('WALLET_EXISTS', `There is already such a ${what}`, { facts: { file } })

/** Throws WALLET_EXISTS if one of some key files is there, in whatever form. */
export async function assertAbsent(files: readonly string[]): Promise<void> {
  for (const file of files) if ((await lstat(file).catch(() => undefined)) !== undefined) throw takenError(file, 'key file')
}

/**
 * Puts files below a wallet, all or none, and replaces nothing: a hard link fails where a name is taken, where a rename would overwrite.
 *
 * The staging directory is renamed to say that it is whole. From there on the files will be in place, whoever is killed: the next
 * {@link recoverWallet} finishes what was begun.
 */
export async function publishStaged(wallet: string, staging: string, files: readonly NewKeyFile[]): Promise<void> {
  // Looked at first for all, so that nothing has to be taken back.
  await assertAbsent(files.map(({ file }) => file))
  const ready = join(wallet, readyPrefix + staging.slice(staging.lastIndexOf('-') + 1))
  await rename(staging, ready)
  await syncDirectory(wallet)
  await finish(wallet, ready)
}

/** Links what a whole staging directory holds into its place, and removes it. */
async function finish(wallet: string, ready: string): Promise<void> {
  const entries = await readdir(ready, { recursive: true, withFileTypes: true })
  const touched = new Set<string>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const built = join(entry.parentPath, entry.name)
    const file = join(wallet, relative(ready, built))
    await mkdir(dirname(file), { mode: 0o700 }).catch(ignoring('EEXIST'))
    // A link there could lead anywhere.
    await assertRealDirectory(dirname(file))
    // There already: linked before the kill, or somebody else's, which stays.
    await link(built, file).catch(ignoring('EEXIST'))
    touched.add(dirname(file))
  }
  for (const directory of touched) await syncDirectory(directory)
  await rm(ready, { recursive: true, force: true })
}

const ignoring = (errno: string) => (error: unknown) => {
  if (errnoOf(error) !== errno) throw error
}

/** Nobody stages for so long: what is older was left by a process that was killed. */
export const staleStagingMs = 60_000

/** Where killed processes left something that may be secret, of wallets that were never put in place. */
export async function abandonedStaging(root: string): Promise<readonly string[]> {
  const names = (await readdir(root)).filter((name) => name.startsWith(stagingPrefix))
  const ages = await Promise.all(
    names.map(async (name) => {
      const stats = await lstat(join(root, name)).catch(() => undefined)
      return stats?.isDirectory() ? Date.now() - stats.mtimeMs : 0
    }),
  )
  return names.filter((_, index) => (ages[index] as number) > staleStagingMs).map((name) => join(root, name))
}

/**
 * Removes what {@link abandonedStaging} finds, as far as that can be done.
 *
 * There is no lock: a process that slept for so long in the midst of it finds its files gone, and fails; nothing is put in place then.
 */
export async function sweepStaging(root: string): Promise<void> {
  const abandoned = await abandonedStaging(root).catch(() => [])
  await Promise.all(abandoned.map((directory) => rm(directory, { recursive: true, force: true }).catch(() => undefined)))
}

/** Whether a killed process left something to be finished or removed. */
export async function hasLeftovers(wallet: string): Promise<boolean> {
  return (await readdir(wallet)).some((name) => name.startsWith(stagingPrefix) || name.startsWith(readyPrefix))
}

/** Finishes or undoes what a killed process had begun. The wallet's lock must be held. */
export async function recoverWallet(wallet: string): Promise<void> {
  for (const entry of await readdir(wallet, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    if (entry.name.startsWith(readyPrefix)) await finish(wallet, join(wallet, entry.name))
    if (entry.name.startsWith(stagingPrefix)) await rm(join(wallet, entry.name), { recursive: true, force: true })
  }
}
