import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'

/** What a command reads whole may have at most, in bytes: key files and protocols are far smaller. */
export const maxInputBytes = 1024 * 1024

/** How {@link readRegularFile} tells of a file. */
export interface ReadRegularFileOptions {
  /** What the file is, as the beginning of a sentence. */
  readonly what: string
  /** Its name in errors. @defaultValue the path itself */
  readonly shown?: string
  /** What to do if it is not a regular file. */
  readonly remedy?: string
}

/**
 * Reads a file whole. Only a regular one: a pipe or a device could keep the command waiting for ever.
 *
 * @throws CORE_INVALID_ARGUMENT if it cannot be read, is not a regular file, or has more than 1 MiB.
 */
export async function readRegularFile(file: string, { what, shown = file, remedy }: ReadRegularFileOptions): Promise<Uint8Array> {
  const refusal = (is: string, more: { readonly cause?: unknown; readonly reason?: string; readonly remedy?: string | undefined } = {}) =>
    new TensorKitError('CORE_INVALID_ARGUMENT', `${what} ${is}`, {
      facts: { file: shown, reason: more.reason },
      ...(more.cause !== undefined && { cause: more.cause }),
      ...(more.remedy !== undefined && { remedy: more.remedy }),
    })
  try {
    // O_NONBLOCK: to open a pipe that nobody writes to waits otherwise, and not even a signal ends that.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!(await handle.stat()).isFile()) throw refusal('is not a regular file', { remedy: remedy ?? 'Name a regular file.' })
      const content = await readBounded(handle)
      if (content === undefined) throw refusal('is longer than 1 MiB')
      return content
    } finally {
      await handle.close()
    }
  } catch (cause) {
    if (TensorKitError.isInstance(cause)) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw refusal('cannot be read', { cause, ...(code !== undefined && { reason: code }) })
  }
}

/** Counts what it reads: the size that a file tells (under /proc, or while it grows) is not what it has. */
async function readBounded(handle: FileHandle): Promise<Uint8Array | undefined> {
  const buffer = Buffer.alloc(maxInputBytes + 1)
  try {
    let length = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) return Uint8Array.from(buffer.subarray(0, length))
      length += bytesRead
      if (length > maxInputBytes) return undefined
    }
  } finally {
    // It may have been a secret.
    buffer.fill(0)
  }
}
