import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory and what is missing above it; content with what is there.
 *
 * `mkdir` of Node with `recursive` never ends where the system denies that a parent exists which it lists, as under /proc.
 *
 * @param mode - Of each directory that is made, less the process's umask. @defaultValue 0700: what it is for holds secrets
 * @throws What `mkdir` of Node throws.
 */
export async function makeDirectory(path: string, mode = 0o700): Promise<void> {
  try {
    await makeOne(path, mode)
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
    await makeDirectory(parent, mode)
    // Whatever is wrong now, no parent is missing.
    await makeOne(path, mode)
  }
}

async function makeOne(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error
  }
}
