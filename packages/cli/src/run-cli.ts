import { exitCodeOf } from '@tensorkit/core'
import { CommanderError } from 'commander'
import { createProgram } from './create-program.js'
import type { CliIo } from './output/cli-io.js'
import { printError } from './output/print-error.js'

const USAGE_ERROR = 2

/**
 * Runs one command line.
 *
 * @param args - Without the names of node and the program.
 * @returns The exit code; errors are shown, never thrown.
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  try {
    let exitCode = 0
    const program = createProgram(io, (code) => {
      exitCode = code
    })
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    // It has said itself what was wrong; --help and --version end this way too.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR
    if (io.signal.aborted) return 0
    printError(io.stderr, error, { json: args.includes('--json'), debug: args.includes('--debug') })
    return exitCodeOf(error)
  }
}
