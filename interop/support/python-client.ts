import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createLocalnet } from '@tensorkit/localnet'
import { pythonVenv } from './python-venv.js'

/** A row of what a Python client found. */
export interface Row {
  /** What was asked: an intent, a read, a command. */
  readonly kind: string
  readonly name: string
  readonly ok: boolean
  readonly ms: number
  readonly error: string | null
}

/** What a suite may take on a slow machine; what hangs is ended. */
const runTimeoutMs = 240_000

const run = promisify(execFile)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Runs the suite of an unmodified Python client against a fresh localnet, prints its table and leaves it in `.cache/`.
 *
 * @param name - The folder of the suite: its requirements.txt and its run.py, which takes the addresses and the report's path.
 */
export async function runPythonClient(name: string): Promise<Row[]> {
  const { python, bin } = await pythonVenv(new URL(`../${name}/requirements.txt`, import.meta.url))
  await using localnet = await createLocalnet({ sealing: 'instant' })
  // A home of its own: wallets, settings, and the metadata that clients keep.
  const home = await mkdtemp(join(tmpdir(), `${name}-`))
  try {
    await mkdir(here('../../.cache'), { recursive: true })
    const report = here(`../../.cache/${name}.json`)
    await rm(report, { force: true })
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, NO_COLOR: '1', COLUMNS: '200', PYTHONDONTWRITEBYTECODE: '1' }
    const script = [here(`../${name}/run.py`), localnet.url, localnet.httpUrl, report]
    const { stdout } = await run(python, script, { env, cwd: home, timeout: runTimeoutMs })
    process.stdout.write(stdout)
    return JSON.parse(await readFile(report, 'utf8')) as Row[]
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
