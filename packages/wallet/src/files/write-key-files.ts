import { lstat, mkdir, rename } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { makeDirectory } from '@tensorkit/core/node'
import { errnoOf, ioError } from './io-error.js'
import { assertRealDirectory } from './read-key-file.js'
import {
  hasLeftovers,
  type NewKeyFile,
  publishStaged,
  recoverWallet,
  stageFiles,
  sweepStaging,
  syncDirectory,
  takenError,
  withStaging,
} from './staging.js'
import { type LockOptions, withWalletLock } from './wallet-lock.js'
import type { WalletPaths } from './wallet-paths.js'

/**
 * The wallet's place must be free; an empty directory or a link does not count as free.
 *
 * @throws WALLET_EXISTS, WALLET_IO.
 */
export async function assertFree({ wallet }: WalletPaths): Promise<void> {
  try {
    await lstat(wallet)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw ioError(error, 'The place of the wallet could not be looked at', wallet)
  }
  throw takenError(wallet, 'wallet')
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
    await sweepStaging(paths.root)
    await assertFree(paths)
    await withStaging(paths.root, async (staging) => {
      // The staging directory goes on to be removed, so that the wallet is built one below.
      const built = join(staging, 'wallet')
      await mkdir(join(built, 'hotkeys'), { recursive: true, mode: 0o700 })
      await stageFiles(built, paths.wallet, files)
      await rename(built, paths.wallet)
    })
    await syncDirectory(paths.root)
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) throw takenError(paths.wallet, 'wallet')
    throw ioError(error, 'The wallet could not be written', paths.wallet)
  }
}

/** Runs a change to a wallet that exists, under its lock and after what a killed process left was set right. */
async function changing<T>({ wallet }: WalletPaths, lock: LockOptions, run: (assertHeld: () => void) => Promise<T>): Promise<T> {
  await assertRealDirectory(wallet)
  try {
    return await withWalletLock(
      wallet,
      async (assertHeld) => {
        await recoverWallet(wallet)
        return run(assertHeld)
      },
      lock,
    )
  } catch (error) {
    throw ioError(error, 'The key could not be written', wallet)
  }
}

/**
 * Adds key files to a wallet that exists: all of them or none, and nothing is replaced.
 *
 * @param check - Looks at the wallet once the lock is held, and says what to write.
 * @throws WALLET_NOT_FOUND, WALLET_UNSAFE_FILE, WALLET_EXISTS, WALLET_LOCKED, CORE_ABORTED, WALLET_IO.
 */
export async function addKeyFiles(
  paths: WalletPaths,
  check: () => readonly NewKeyFile[] | Promise<readonly NewKeyFile[]>,
  lock: LockOptions = {},
): Promise<readonly NewKeyFile[]> {
  return changing(paths, lock, async (assertHeld) => {
    await mkdir(paths.hotkeys, { mode: 0o700 }).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error
    })
    await assertRealDirectory(paths.hotkeys)
    const files = await check()
    if (files.length === 0) return files
    await withStaging(paths.wallet, async (staging) => {
      await stageFiles(staging, paths.wallet, files)
      assertHeld()
      await publishStaged(paths.wallet, staging, files)
    })
    return files
  })
}

/**
 * Replaces the content of a key file: whoever is killed, the file is the old one or the new one.
 *
 * @param change - Reads the old content once the lock is held, and gives the new one.
 * @throws WALLET_NOT_FOUND, WALLET_UNSAFE_FILE, WALLET_LOCKED, CORE_ABORTED, WALLET_IO; the errors of `change`.
 */
export async function replaceKeyFile(
  paths: WalletPaths,
  file: string,
  change: () => Promise<string | Uint8Array>,
  lock: LockOptions = {},
): Promise<void> {
  await changing(paths, lock, async (assertHeld) => {
    await assertRealDirectory(dirname(file))
    const content = await change()
    await withStaging(paths.wallet, async (staging) => {
      await stageFiles(staging, paths.wallet, [{ file, content }])
      assertHeld()
      await rename(join(staging, relative(paths.wallet, file)), file)
      await syncDirectory(dirname(file))
    })
  })
}

/**
 * Sets right what a killed process left, if that can be done at once: readers have no need of it, and may not be allowed to.
 */
export async function recoverIfLeft({ root, wallet }: WalletPaths): Promise<void> {
  await sweepStaging(root)
  try {
    if (await hasLeftovers(wallet)) await withWalletLock(wallet, () => recoverWallet(wallet), { waitMs: 0 })
  } catch {
    // Somebody is at it, or the wallet is not ours to write.
  }
}
