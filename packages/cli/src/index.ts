export type { CliIo, TextSink } from './output/cli-io.js'
export { runCli } from './run-cli.js'
