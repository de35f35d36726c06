import { constants } from 'node:os'
import type { CliIo } from './output/cli-io.js'
import { runCli } from './run-cli.js'

/** What a command may take to end in order; one that cannot be told to end is cut then. State on disk is whole at any moment. */
const ENDING_MS = 2_000

const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    const exit = () => process.exit(128 + constants.signals[name])
    // A second one ends the process at once.
    if (controller.signal.aborted) exit()
    setTimeout(exit, ENDING_MS).unref()
    controller.abort(name)
  })
}
// The reader of a pipe may leave before all is written (`| head`): that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    controller.abort()
  })
}
const { stdout, stderr, env } = process
const io: CliIo = {
  // Opened only by a command that reads it.
  get stdin() {
    return process.stdin
  },
  stdout,
  stderr,
  env,
  signal: controller.signal,
}
void runCli(process.argv.slice(2), io).then((code) => {
  process.exitCode = code
})
