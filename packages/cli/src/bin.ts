import { constants } from 'node:os'
import { runCli } from './run-cli.js'

const controller = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second one ends the process at once.
    if (controller.signal.aborted) process.exit(128 + constants.signals[name])
    controller.abort()
  })
}
// The reader of a pipe may leave before all is written (`| head`): that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    controller.abort()
  })
}
void runCli(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, signal: controller.signal }).then((code) => {
  process.exitCode = code
})
