import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const cache = fileURLToPath(new URL('../../.cache/', import.meta.url))
const maker = fileURLToPath(new URL('make-venv.py', import.meta.url))
/** What one installation may take on a slow machine. */
const installTimeoutMs = 240_000

/** A Python environment with pinned packages. */
export interface PythonVenv {
  /** Path of its interpreter. */
  readonly python: string
  /** Its folder of programs, such as `btcli`. */
  readonly bin: string
}

/**
 * The Python environment of a client: made once in `.cache/` and used again as long as its requirements stay the same.
 * Suites that run side by side may ask for the same one; the second waits for the first.
 *
 * @param requirements - A requirements.txt with every package pinned. Its folder names the environment.
 * @throws With what pip said, if it cannot be made: a suite whose peer is missing fails.
 */
export async function pythonVenv(requirements: URL): Promise<PythonVenv> {
  const path = fileURLToPath(requirements)
  try {
    const { stdout } = await run('python3', [maker, cache, path], { timeout: installTimeoutMs })
    const bin = join(stdout.trim(), 'bin')
    return { bin, python: join(bin, 'python') }
  } catch (error) {
    const { code, stderr = '', message } = error as Error & { readonly code?: unknown; readonly stderr?: string }
    if (code === 'ENOENT')
      throw new Error('The suites with Python clients need python3 (3.10 or later, with pip and venv) on the PATH', { cause: error })
    throw new Error(`The Python environment of ${path} cannot be made: ${stderr.trim().slice(-2_000) || message}`, { cause: error })
  }
}
