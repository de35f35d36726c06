import { constants } from 'node:os'
import { exitCodeOf, TensorKitError } from '@tensorkit/core'
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
    if (io.signal.aborted) return endedBy(io.signal.reason)
    // Ctrl-C at a prompt is a key like others, not a signal.
    if (TensorKitError.isInstance(error) && error.code === 'CORE_ABORTED') return endedBy('SIGINT')
    printError(io.stderr, error, { json: args.includes('--json'), debug: args.includes('--debug') })
    return exitCodeOf(error)
  }
}

/** As shells have it, so that `a && b` does not go on; 0 where only the reader of the output has left. */
function endedBy(reason: unknown): number {
  if (reason === 'SIGINT' || reason === 'SIGTERM') return 128 + constants.signals[reason]
  return 0
}
