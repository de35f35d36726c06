import { constants } from 'node:fs'
import { access, rename, rm, stat, writeFile } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'

/**
 * Finds out before a run, and not after it, that a file cannot be written.
 *
 * @throws CORE_INVALID_ARGUMENT.
 */
export async function requireWritable(file: string): Promise<void> {
  try {
    const exists = await access(file, constants.W_OK).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
        return false
      },
    )
    if (exists && (await stat(file)).isDirectory()) throw Object.assign(new Error('It is a directory'), { code: 'EISDIR' })
    // Written and removed: what access() says of a directory is not always so.
    await writeFile(partOf(file), '')
    await rm(partOf(file))
  } catch (cause) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A file cannot be written', {
      cause,
      facts: { file, reason: (cause as NodeJS.ErrnoException).code },
      remedy: 'Name a file in a directory that exists and is yours to write in.',
    })
  }
}

/** Writes a file whole or not at all. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const part = partOf(file)
  await writeFile(part, text)
  await rename(part, file)
}

const partOf = (file: string) => `${file}.part`
