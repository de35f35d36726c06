import { constants } from 'node:fs'
import { access, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { TensorKitError } from '@tensorkit/core'

/**
 * Finds out before a run, and not after it, that a file cannot be written.
 *
 * @throws CORE_INVALID_ARGUMENT.
 */
export async function requireWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK)
    const exists = await access(file, constants.W_OK).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
        return false
      },
    )
    if (exists && (await stat(file)).isDirectory()) throw Object.assign(new Error('It is a directory'), { code: 'EISDIR' })
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
  const part = `${file}.part`
  await writeFile(part, text)
  await rename(part, file)
}
