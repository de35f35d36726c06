import type { CliIo } from '../output/cli-io.js'

/** What every command gets: streams, the signal that ends it, and the options that all commands have. */
export interface CommandContext extends CliIo {
  readonly json: boolean
}
