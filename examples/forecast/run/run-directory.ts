import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { TensorKitError } from '@tensorkit/core'

/** Where a run keeps its files. */
export interface RunDirectory {
  readonly root: string
  readonly wallets: string
  readonly logs: string
  /** What a colluder leaks. */
  readonly leak: string
  /** Scores of the validators. */
  readonly state: string
  /** Removes it, unless the user chose it. */
  remove(): Promise<void>
  /** The same as well as it can be done at once, for a process that ends now: who still writes there may leave something. */
  removeNow(): void
}

/**
 * Makes the directories of a run.
 *
 * @param chosen - A directory of the user's, which stays; it must not hold another run. Without it a temporary one.
 * @throws CORE_INVALID_ARGUMENT if it cannot be used.
 */
export async function openRunDirectory(chosen: string | undefined): Promise<RunDirectory> {
  const root = chosen === undefined ? await temporaryDirectory() : resolve(chosen)
  const [wallets, logs, leak, state] = ['wallets', 'logs', 'leak', 'state'].map((name) => join(root, name)) as [
    string,
    string,
    string,
    string,
  ]
  try {
    await mkdir(root, { recursive: true })
    for (const directory of [wallets, logs, leak, state]) await mkdir(directory, { mode: 0o700 })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new TensorKitError('CORE_INVALID_ARGUMENT', exists ? 'The directory holds another run' : 'The directory cannot be used', {
      cause,
      facts: { directory: root },
      remedy: 'Give --directory a new or empty directory.',
    })
  }
  return {
    root,
    wallets,
    logs,
    leak,
    state,
    remove: async () => (chosen === undefined ? rm(root, { recursive: true, force: true }) : undefined),
    removeNow: () => {
      if (chosen !== undefined) return
      try {
        rmSync(root, { recursive: true, force: true, maxRetries: 3 })
      } catch {
        // The process ends with the code of a signal; there is nobody to tell.
      }
    },
  }
}

async function temporaryDirectory(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'tensorkit-forecast-'))
  } catch (cause) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'No temporary directory can be made', {
      cause,
      facts: { in: tmpdir(), reason: (cause as NodeJS.ErrnoException).code },
      remedy: 'Set TMPDIR to a directory that exists and is yours to write in, or give --directory.',
    })
  }
}
