import { type Command, Option } from 'commander'
import type { CommandContext } from './commands/command-context.js'
import type { WalletCreateFlags } from './commands/wallet-create.js'
import type { WalletDecryptFlags } from './commands/wallet-decrypt.js'
import type { WalletEncryptFlags } from './commands/wallet-encrypt.js'
import type { WalletExportFlags } from './commands/wallet-export.js'
import type { WalletImportFlags } from './commands/wallet-import.js'
import type { WalletRegenFlags } from './commands/wallet-regen.js'
import type { WalletSignFlags } from './commands/wallet-sign.js'
import type { WalletVerifyFlags } from './commands/wallet-verify.js'
import type { WalletFlags } from './wallet/wallet-flags.js'

type Run = <F extends object>(
  load: () => Promise<(flags: F, context: CommandContext) => Promise<unknown>>,
) => (flags: F & { readonly json?: boolean }) => Promise<void>

const PASSWORDS = `
Passwords come from --password-file or --password-stdin; else from BT_WALLET_PASSWORD, BT_PW_<PATH> or the file that BT_WALLET_PASSWORD_FILE names, as
with Bittensor; else from a hidden prompt. Where there is none of them, the command fails. BT_WALLET_PASSWORD and BT_PW_* are weak: every process of the
same user can read them.`

/** Adds `tensorkit wallet` and its commands. */
export function addWalletCommands(program: Command, run: Run): void {
  const wallet = program.command('wallet').description('keys and wallets in Bittensor’s layout').addHelpText('after', PASSWORDS)
  const add = (name: string, description: string) => {
    const command = wallet.command(name).description(description)
    command.option('-p, --wallet-path <dir>', 'where wallets are kept (~/.bittensor/wallets)')
    return command.addOption(new Option('--path <dir>').hideHelp())
  }
  const named = (command: Command) =>
    command
      .option('-w, --wallet <name>', 'name of the wallet (default)')
      .addOption(new Option('--wallet-name <name>').hideHelp())
      .addOption(new Option('--name <name>').hideHelp())
  const withHotkey = (command: Command) =>
    named(command).option('-H, --hotkey <name>', 'name of the hotkey (default)').addOption(new Option('--wallet-hotkey <name>').hideHelp())
  const key = (otherwise?: string) => {
    const option = new Option('-k, --key <coldkey|hotkey>', `which key${otherwise ? ` (${otherwise})` : ''}`).choices(['coldkey', 'hotkey'])
    return otherwise === undefined ? option.makeOptionMandatory() : option
  }
  const passwords = (command: Command, whose: string) =>
    command
      .option('--password-file <file>', `a file with ${whose}, readable by you alone`)
      .option('--password-stdin', `read ${whose} from standard input`)
  const kept = (command: Command) =>
    passwords(command, 'the password to encrypt with')
      .option('--plaintext-coldkey', 'write a coldkey unencrypted: for development without funds')
      .option('--encrypt-hotkey', 'write a hotkey encrypted')
      .option('--scheme <scheme>', 'sr25519 or ed25519 (sr25519)')
  const messages = (command: Command) =>
    command
      .option('-m, --message <text>', 'the message, as UTF-8')
      .option('--message-hex <hex>', 'the message, as bytes')
      .option('--message-file <file>', 'a file with the message')
      .option('--message-stdin', 'read the message from standard input')
  const json = ['--json', 'print JSON'] as const

  kept(withHotkey(add('create', 'make a wallet with one hotkey')))
    .option('--coldkey <address>', 'the coldkey, kept elsewhere: only its address is written')
    .option('--add-hotkey', 'add a hotkey to a wallet that exists')
    .option('--words <n>', 'length of new mnemonics: 12, 15, 18, 21 or 24 (12)')
    .option('--show-mnemonic', 'show the words of the new keys on the terminal; with --json, in the JSON')
    .option('--mnemonic-file <file>', 'write the words of the new keys to a new file that you alone can read')
    .option('--no-mnemonic', 'say nothing about words: they stay in the key files')
    .option('--json', 'print JSON; without a secret unless --show-mnemonic is given')
    .action(run<WalletCreateFlags>(async () => (await import('./commands/wallet-create.js')).walletCreateCommand))
  add('list', 'list wallets and hotkeys')
    .option(...json)
    .action(run<WalletFlags>(async () => (await import('./commands/wallet-list.js')).walletListCommand))
  withHotkey(add('show', 'check a wallet’s files and show its addresses'))
    .option(...json)
    .action(run<WalletFlags>(async () => (await import('./commands/wallet-show.js')).walletShowCommand))
  kept(withHotkey(add('regen', 'make a key’s files again from its words or another secret')))
    .addOption(key())
    .option('--from <form>', 'what the secret is: mnemonic, seed, private-key or uri (mnemonic)')
    .option('--secret-file <file>', 'a file with the secret; without it and --secret-stdin a hidden prompt asks')
    .option('--secret-stdin', 'read the secret from standard input')
    .option('--address <address>', 'write the public file alone, of this address')
    .option(...json)
    .action(run<WalletRegenFlags>(async () => (await import('./commands/wallet-regen.js')).walletRegenCommand))
  passwords(withHotkey(add('encrypt', 'encrypt a key, or encrypt it anew with another password')), 'the new password')
    .addOption(key())
    .option('--old-password-file <file>', 'a file with the password so far, if there is one')
    .option(...json)
    .action(run<WalletEncryptFlags>(async () => (await import('./commands/wallet-encrypt.js')).walletEncryptCommand))
  passwords(withHotkey(add('decrypt', 'leave a key unencrypted')), 'the password')
    .addOption(key())
    .option('--plaintext-coldkey', 'yes, a coldkey too')
    .option(...json)
    .action(run<WalletDecryptFlags>(async () => (await import('./commands/wallet-decrypt.js')).walletDecryptCommand))
  messages(passwords(withHotkey(add('sign', 'sign a message')), 'the password'))
    .addOption(key('hotkey'))
    .option(...json)
    .action(run<WalletSignFlags>(async () => (await import('./commands/wallet-sign.js')).walletSignCommand))
  messages(withHotkey(add('verify', 'check the signature of a message; exit with 1 if it is not valid')))
    .requiredOption('-s, --signature <hex>', 'the signature, 64 bytes')
    .option('--address <address>', 'whose it should be; without it, the wallet’s key')
    .option('--scheme <scheme>', 'sr25519 or ed25519; that of the wallet’s key, or sr25519')
    .addOption(key('hotkey'))
    .option(...json)
    .action(run<WalletVerifyFlags>(async () => (await import('./commands/wallet-verify.js')).walletVerifyCommand))
  const importFile = run<WalletImportFlags>(async () => (await import('./commands/wallet-import.js')).walletImportCommand)
  kept(withHotkey(add('import', 'take a key out of another file: a key file of Bittensor, old or new, or JSON of polkadot.js')))
    .argument('<file>', 'the file')
    .addOption(key())
    .option('--import-password-file <file>', 'a file with the password of the file to import')
    .option(...json)
    .action((file: string, flags: Omit<WalletImportFlags, 'file'>) => importFile({ ...flags, file }))
  passwords(withHotkey(add('export', 'write a key for another program')), 'the password of the key')
    .addOption(key())
    .option('--format <format>', 'encrypted: polkadot-js (JSON) or nacl (binary, of Bittensor)')
    .option('--secret <what>', 'the secret as it is: mnemonic, seed, private-key or json')
    .option('--out <file>', 'a new file that you alone can read; without it, standard output')
    .option('--export-password-file <file>', 'a file with the password to encrypt with')
    .option(...json)
    .action(run<WalletExportFlags>(async () => (await import('./commands/wallet-export.js')).walletExportCommand))
  named(add('doctor', 'look for what is wrong or weak in wallets, and say what cures it; exit with 1 if something is wrong'))
    .option(...json)
    .action(run<WalletFlags>(async () => (await import('./commands/wallet-doctor.js')).walletDoctorCommand))
}
