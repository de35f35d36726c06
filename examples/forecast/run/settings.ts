import { Command, InvalidArgumentError } from 'commander'

/** What a run is told on the command line. */
export interface Settings {
  /** Epochs with rounds. */
  readonly epochs: number
  /** Seed of the validators' challenges. */
  readonly seed: number
  /** Where the result goes as JSON. */
  readonly json?: string
  /** Where the report goes. */
  readonly report?: string
  /** Where wallets and logs go, and stay. Without it they are in a temporary directory, removed at the end. */
  readonly directory?: string
  /** Whether chain and miners go on until Ctrl-C. */
  readonly keep: boolean
}

function integer(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be an integer from ${min} to ${max}.`)
  }
}

function fileName(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('It must name a file.')
}

/**
 * Reads the command line. Help and errors end the process: help with 0, an error with 1 and one message on stderr.
 *
 * @param args - Without node and script.
 */
export function parseSettings(args: readonly string[]): Settings {
  return new Command('npm start --')
    .description('Runs a whole Bittensor subnet on this machine: a chain, nine miners and two validators that forecast the S&P 500.')
    .option('--epochs <n>', 'epochs to run, of 20 rounds each', integer(1, 100), 3)
    .option('--seed <n>', "seed of the validators' challenges", integer(0, 2 ** 32 - 1), 0)
    .option('--json <file>', 'write the result as JSON', fileName)
    .option('--report <file>', 'where the report goes (default: report.html beside the example)', fileName)
    .option('--directory <dir>', 'where wallets and logs go, and stay (default: a temporary directory, removed at the end)', fileName)
    .option('--keep', 'keep chain and miners running until Ctrl-C', false)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)')
    .parse(args, { from: 'user' })
    .opts<Settings>()
}
