import { constants } from 'node:fs'
import { link, lstat, mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import writeFileAtomic from 'write-file-atomic'
import { errnoOf, ioError } from './io-error.js'
import { makeDirectory } from './make-directory.js'
import { assertRealDirectory } from './read-key-file.js'
import type { WalletPaths } from './wallet-paths.js'

/** A file to write: its final place and its text. */
export interface NewKeyFile {
  readonly file: string
  readonly text: string
}

/** Makes a rename or link survive a loss of power. */
async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory; its file systems journal the rename by themselves.
  if (process.platform === 'win32') return
  const handle = await open(directory, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writePrivate = (file: string, text: string) => writeFileAtomic(file, text, { mode: 0o600, fsync: true })

/** Runs with a directory of our own beside the final place: 0700, hidden, removed at the end whatever happens. */
async function withStaging<T>(parent: string, run: (staging: string) => Promise<T>): Promise<T> {
  // The name starts with a dot, so that no wallet program takes what a crash leaves behind for a wallet or a hotkey.
  const staging = await mkdtemp(join(parent, '.tensorkit-'))
  try {
    return await run(staging)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

const exists = (file: string, what: string) => new TensorKitError('WALLET_EXISTS', `There is already such a ${what}`, { facts: { file } })

/** The wallet's place must be free; an empty directory counts as free, a link does not. */
async function assertFree(paths: WalletPaths): Promise<void> {
  try {
    await lstat(paths.wallet)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw error
  }
  throw exists(paths.wallet, 'wallet')
}

/**
 * Writes a whole new wallet, all or nothing: it is built aside, flushed, and put in place by one rename, which fails if
 * somebody else was first.
 *
 * @throws WALLET_EXISTS if the place is taken; WALLET_IO.
 */
export async function writeNewWallet(paths: WalletPaths, files: readonly NewKeyFile[]): Promise<void> {
  try {
    await makeDirectory(paths.root)
    await assertFree(paths)
    await withStaging(paths.root, async (staging) => {
      // The staging directory goes on to be removed, so that the wallet is built one below.
      const built = join(staging, 'wallet')
      await mkdir(join(built, 'hotkeys'), { recursive: true, mode: 0o700 })
      for (const { file, text } of files) await writePrivate(join(built, file.slice(paths.wallet.length + 1)), text)
      await syncDirectory(join(built, 'hotkeys'))
      await syncDirectory(built)
      await rename(built, paths.wallet)
    })
    await syncDirectory(paths.root)
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) throw exists(paths.wallet, 'wallet')
    throw ioError(error, 'The wallet could not be written', paths.wallet)
  }
}

/**
 * Adds key files to a wallet that exists. Each appears whole or not at all, in the order given, and replaces nothing: a
 * hard link fails where a name is taken, where a rename would overwrite.
 *
 * @throws WALLET_NOT_FOUND, WALLET_UNSAFE_FILE, WALLET_EXISTS, WALLET_IO.
 */
export async function addKeyFiles(paths: WalletPaths, files: readonly NewKeyFile[]): Promise<void> {
  await assertRealDirectory(paths.wallet)
  try {
    await mkdir(paths.hotkeys, { mode: 0o700 }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error
    })
    await assertRealDirectory(paths.hotkeys)
    for (const { file } of files) {
      // Looked at first for all, so that a public file in the way is noticed before the secret one is written.
      if ((await lstat(file).catch(() => undefined)) !== undefined) throw exists(file, 'key file')
    }
    await withStaging(paths.wallet, async (staging) => {
      for (const [i, { file, text }] of files.entries()) {
        const built = join(staging, String(i))
        await writePrivate(built, text)
        await link(built, file).catch((error: unknown) => {
          throw errnoOf(error) === 'EEXIST' ? exists(file, 'key file') : error
        })
        await syncDirectory(dirname(file))
      }
    })
  } catch (error) {
    throw ioError(error, 'The key could not be written', paths.hotkeys)
  }
}
