import { Command } from 'commander'
import { version } from '../package.json'
import type { CommandContext } from './commands/command-context.js'
import type { GenFlags } from './commands/gen.js'
import type { LocalnetFlags } from './commands/localnet.js'
import type { MetagraphFlags } from './commands/metagraph.js'
import type { ProtoDiffFlags } from './commands/proto-diff.js'
import type { CliIo } from './output/cli-io.js'
import { addWalletCommands } from './wallet-program.js'

const EXIT_CODES = `
Exit codes: 0 done, 1 a defect, or what gen --check, proto diff, wallet verify and wallet doctor look for, 2 wrong arguments or files, 3 the wallet, 4 the chain, 5 a neuron's state, 6 a taken port,
7 not registered, 8 a wrong clock, 9 another protocol or version, 130 ended by Ctrl-C before it was done.`

const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value]

/**
 * The command line, ready to parse. Each command loads what it needs when it runs, so that --help is quick.
 *
 * @param end - Gets the exit code of a command that has one beside 0 and errors.
 */
export function createProgram(io: CliIo, end: (exitCode: number) => void): Command {
  const program = new Command('tensorkit')
    .description('Development chain, metagraph, wallets and protocols of Bittensor subnets')
    .version(version)
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
  /** An action that gets its flags and the context. */
  const run =
    <F extends object>(load: () => Promise<(flags: F, context: CommandContext) => Promise<unknown>>) =>
    async (flags: F & { readonly json?: boolean }): Promise<void> => {
      const command = await load()
      const { stdout, stderr, env, signal } = io
      const context: CommandContext = {
        // Asked for only by a command that reads it: asking opens the stream.
        get stdin() {
          return io.stdin
        },
        stdout,
        stderr,
        env,
        signal,
        json: flags.json ?? false,
      }
      const exitCode = await command(flags, context)
      end(typeof exitCode === 'number' ? exitCode : 0)
    }
  const protoPath = ['--proto-path <dir>', 'where imports are looked for; may be given often', collect, []] as const

  program
    .command('localnet')
    .description('run a development chain in memory until Ctrl-C')
    .option('--port <n>', 'TCP port; 0 takes a free one', '9944')
    .option('--host <ip>', 'address to listen on', '127.0.0.1')
    .option('--allow-remote', 'let others than this machine in: everybody knows the keys of this chain')
    .option('--sealing <mode>', 'manual (JSON-RPC tensorkit_mine), instant or interval', 'interval')
    .option('--block-time-ms <ms>', 'time between blocks with --sealing interval', '250')
    .option('--strict', 'refuse loopback addresses of axons, as mainnet does')
    .option('--json', 'print one line of JSON when it is ready')
    .action(run<LocalnetFlags>(async () => (await import('./commands/localnet.js')).localnetCommand))

  program
    .command('metagraph')
    .description('show a subnet and its neurons')
    .requiredOption('--netuid <n>', 'the subnet')
    .option('--chain <name|url>', 'finney, test, archive, local, or a ws: or wss: URL', 'local')
    .option('--timeout-ms <ms>', 'how long each request may take', '10000')
    .option('--json', 'print JSON: rao as decimal text, fractions as u16')
    .action(run<MetagraphFlags>(async () => (await import('./commands/metagraph.js')).metagraphCommand))

  const gen = run<GenFlags>(async () => (await import('./commands/gen.js')).genCommand)
  program
    .command('gen')
    .description('write typed protocols of .proto files')
    .argument('<file...>', 'proto3 files; one without a service is only imported')
    .option('--out <dir>', 'where the .ts files go; beside the .proto files without it')
    .option(...protoPath)
    .option('--check', 'write nothing; exit with 1 if a file is not up to date')
    .option('--json', 'print JSON: files, their states, and the hash of each protocol')
    .action((files: string[], flags: Omit<GenFlags, 'files'>) => gen({ ...flags, files }))

  const proto = program.command('proto').description('protocols in .proto files')
  const diff = run<ProtoDiffFlags>(async () => (await import('./commands/proto-diff.js')).protoDiffCommand)
  proto
    .command('diff')
    .description('tell breaking changes of a protocol from others; exit with 1 if there is one')
    .argument('<old>', 'the .proto file that peers have')
    .argument('<new>', 'the .proto file that they shall get')
    .option(...protoPath)
    .option('--json', 'print JSON: each change, its impact, and who fails')
    .action((older: string, newer: string, flags: Omit<ProtoDiffFlags, 'files'>) => diff({ ...flags, files: [older, newer] }))

  addWalletCommands(program, run)
  return program
}
