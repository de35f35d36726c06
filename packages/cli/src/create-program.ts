import { Command } from 'commander'
import { version } from '../package.json'
import type { CommandContext } from './commands/command-context.js'
import type { LocalnetFlags } from './commands/localnet.js'
import type { MetagraphFlags } from './commands/metagraph.js'
import type { WalletCreateFlags } from './commands/wallet-create.js'
import type { WalletListFlags } from './commands/wallet-list.js'
import type { WalletShowFlags } from './commands/wallet-show.js'
import type { CliIo } from './output/cli-io.js'

const EXIT_CODES = `
Exit codes: 0 done, 1 a defect, 2 wrong arguments, 3 the wallet, 4 the chain, 5 a neuron's state, 6 a taken port,
7 not registered, 8 a wrong clock, 9 another protocol or version.`

/** The command line, ready to parse. Each command loads what it needs when it runs, so that --help is quick. */
export function createProgram(io: CliIo): Command {
  const program = new Command('tensorkit')
    .description('Development chain, metagraph and wallets of Bittensor subnets')
    .version(version)
    .option('--debug', 'show stack traces')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
  /** An action that gets its flags and the context. */
  const run =
    <F extends object>(load: () => Promise<(flags: F, context: CommandContext) => Promise<void>>) =>
    async (flags: F & { readonly json?: boolean }): Promise<void> =>
      (await load())(flags, { ...io, json: flags.json ?? false })

  program
    .command('localnet')
    .description('run a development chain in memory until Ctrl-C')
    .option('--port <n>', 'TCP port; 0 takes a free one', '9944')
    .option('--host <ip>', 'address to listen on', '127.0.0.1')
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

  const wallet = program.command('wallet').description('make and show wallets in Bittensor’s layout')
  const path = ['--path <dir>', 'where wallets are kept (~/.bittensor/wallets)'] as const
  wallet
    .command('create')
    .description('make a wallet with one hotkey')
    .option('--name <name>', 'name of the wallet', 'default')
    .option('--hotkey <name>', 'name of the hotkey', 'default')
    .option(...path)
    .option('--coldkey <address>', 'the coldkey, kept elsewhere: only its address is written')
    .option('--plaintext-coldkey', 'make a coldkey and write it unencrypted: for development without funds')
    .option('--add-hotkey', 'add a hotkey to a wallet that exists')
    .option('--mnemonic-file <file>', 'write the words of new keys to a new file that you alone can read')
    .option('--no-mnemonic', 'do not show the words of new keys')
    .option('--json', 'print JSON, without any secret')
    .action(run<WalletCreateFlags>(async () => (await import('./commands/wallet-create.js')).walletCreateCommand))
  wallet
    .command('list')
    .description('list wallets and hotkeys')
    .option(...path)
    .option('--json', 'print JSON')
    .action(run<WalletListFlags>(async () => (await import('./commands/wallet-list.js')).walletListCommand))
  wallet
    .command('show')
    .description('open a wallet and show its addresses')
    .option('--name <name>', 'name of the wallet', 'default')
    .option('--hotkey <name>', 'name of the hotkey', 'default')
    .option(...path)
    .option('--json', 'print JSON')
    .action(run<WalletShowFlags>(async () => (await import('./commands/wallet-show.js')).walletShowCommand))
  return program
}
