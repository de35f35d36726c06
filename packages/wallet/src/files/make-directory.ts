import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './io-error.js'

/**
 * Makes a directory and what is missing above it, each with mode 0700.
 *
 * `mkdir` of Node with `recursive` never ends where the system denies that a parent exists which it lists, as under /proc.
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    const parent = dirname(path)
    if (errnoOf(error) !== 'ENOENT' || parent === path) throw error
    await makeDirectory(parent)
    // Whatever is wrong now, no parent is missing.
    await makeOne(path)
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (!(await stat(path).catch(() => undefined))?.isDirectory()) throw error
  }
}
