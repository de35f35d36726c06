import { constants } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'
import { errnoOf, ioError } from './io-error.js'
import { quoted } from './shell-words.js'

// Real ones are below 2 KiB.
const maxBytes = 64 * 1024
const isPosix = process.platform !== 'win32'

/** Throws unless a path is a directory itself: a link could lead anywhere, and change between two looks. */
export async function assertRealDirectory(directory: string): Promise<void> {
  let stats: Awaited<ReturnType<typeof lstat>>
  try {
    stats = await lstat(directory)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new TensorKitError('WALLET_NOT_FOUND', 'There is no such wallet', { facts: { directory } })
    throw ioError(error, 'A wallet directory could not be read', directory)
  }
  if (!stats.isDirectory()) {
    throw new TensorKitError('WALLET_UNSAFE_FILE', 'A wallet directory is a link or not a directory', {
      facts: { directory },
      remedy: 'Put the wallet itself there, and name its real place by `path`.',
    })
  }
}

async function readAll(handle: FileHandle, file: string, isSecret: boolean): Promise<Buffer> {
  const stats = await handle.stat()
  if (!stats.isFile()) throw new TensorKitError('WALLET_UNSAFE_FILE', 'A key file is not a regular file', { facts: { file } })
  if (isSecret && isPosix && (stats.mode & 0o077) !== 0) {
    throw new TensorKitError('WALLET_UNSAFE_FILE', 'A secret key file is open to other users', {
      facts: { file, mode: (stats.mode & 0o777).toString(8).padStart(4, '0') },
      remedy: `Run: chmod 600 ${quoted(file)}`,
    })
  }
  if (stats.size > maxBytes)
    throw new TensorKitError('WALLET_MALFORMED', 'A key file is too large to be one', { facts: { file, bytes: stats.size } })
  const buffer = Buffer.alloc(maxBytes + 1)
  let length = 0
  // One read may give less than there is.
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
    if (bytesRead === 0) break
    length += bytesRead
    if (length > maxBytes) throw new TensorKitError('WALLET_MALFORMED', 'A key file is too large to be one', { facts: { file } })
  }
  return buffer.subarray(0, length)
}

/**
 * Reads a key file, undefined if there is none.
 *
 * Links, pipes and the like are refused, and secret files that others may read (as ssh refuses them).
 *
 * @throws WALLET_UNSAFE_FILE, WALLET_MALFORMED (over 64 KiB), WALLET_IO.
 */
export async function readKeyFile(file: string, { isSecret }: { readonly isSecret: boolean }): Promise<Buffer | undefined> {
  let handle: FileHandle
  try {
    // O_NONBLOCK, so that a pipe in the file's place cannot hang us.
    handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') return undefined
    if (errno === 'ELOOP') throw new TensorKitError('WALLET_UNSAFE_FILE', 'A key file is a link', { facts: { file } })
    throw ioError(error, 'A key file could not be opened', file)
  }
  try {
    return await readAll(handle, file, isSecret)
  } catch (error) {
    throw ioError(error, 'A key file could not be read', file)
  } finally {
    await handle.close()
  }
}
