import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a client does from its start to the end of its process. */
const clientTimeoutMs = 180_000

/**
 * Runs a client's program in a process of its own.
 *
 * @param directory - Where {@link npmProject} installed it.
 * @returns What it reported: the JSON of its last line.
 * @throws With what it wrote to stderr, if it fails or takes too long.
 */
export async function runClient<Report>(directory: string, ...args: readonly string[]): Promise<Report> {
  try {
    const { stdout } = await run(process.execPath, ['client.mjs', ...args], {
      cwd: directory,
      timeout: clientTimeoutMs,
      maxBuffer: 16 * 1024 * 1024,
    })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`The client failed: ${stderr.slice(-4_000)} ${stdout.slice(-1_000)}`, { cause: error })
  }
}
