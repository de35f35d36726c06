import { open, rm } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'
import { createHotkey, createWallet, type NewMnemonics } from '@tensorkit/wallet'
import type { TextSink } from '../output/cli-io.js'
import { jsonLine } from '../output/format.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet create`, as the command line gives them. */
export interface WalletCreateFlags {
  readonly name: string
  readonly hotkey: string
  readonly path?: string
  readonly coldkey?: string
  readonly plaintextColdkey?: boolean
  readonly addHotkey?: boolean
  readonly mnemonicFile?: string
  /** False for `--no-mnemonic`. */
  readonly mnemonic: boolean
}

/** Where new words go: they are shown once, and nobody else has them. */
interface WordsSink {
  give(words: NewMnemonics): Promise<void>
  /** Undoes what was prepared. */
  discard(): Promise<void>
}

/**
 * `tensorkit wallet create`: makes keys, and hands their words to a person at a terminal or to a file, never to a pipe
 * or a log.
 */
export async function walletCreateCommand(flags: WalletCreateFlags, context: CommandContext): Promise<void> {
  const { name, hotkey, path } = flags
  const location = { name, hotkey, ...(path !== undefined && { path }) }
  if (!flags.addHotkey && flags.coldkey === undefined && !flags.plaintextColdkey) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'It is not said what the coldkey of the wallet is', {
      remedy:
        'Give --coldkey ADDRESS of one that is kept elsewhere; or, for development without funds, --plaintext-coldkey; or --add-hotkey for a wallet that exists.',
    })
  }
  // Prepared first: keys whose words cannot be shown are not made.
  const words = await wordsSink(flags, context)
  let created: Awaited<ReturnType<typeof createWallet>>
  try {
    created = flags.addHotkey
      ? await createHotkey(location)
      : await createWallet({
          ...location,
          ...(flags.coldkey !== undefined && { coldkey: { address: flags.coldkey } }),
          ...(flags.plaintextColdkey && { plaintextColdkey: true }),
        })
  } catch (error) {
    await words.discard()
    throw error
  }
  const { wallet } = created
  await words.give(created.revealMnemonics())
  const facts = { name, hotkey, directory: wallet.directory, coldkeyAddress: wallet.coldkeyAddress, hotkeyAddress: wallet.hotkey.address }
  if (context.json) return void context.stdout.write(jsonLine({ ...facts, mnemonicFile: flags.mnemonicFile }))
  context.stdout.write(
    `Created wallet ${name}, hotkey ${hotkey}\n  hotkey     ${facts.hotkeyAddress}\n  coldkey    ${facts.coldkeyAddress ?? '-'}\n  directory  ${facts.directory}\n`,
  )
}

async function wordsSink({ mnemonic, mnemonicFile }: WalletCreateFlags, { stdout, stderr, json }: CommandContext): Promise<WordsSink> {
  if (!mnemonic) return { give: async () => {}, discard: async () => {} }
  if (mnemonicFile !== undefined) return fileSink(mnemonicFile)
  const terminal = [stderr, stdout].find(({ isTTY }) => isTTY)
  if (terminal && !json) return terminalSink(terminal)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no terminal to show the words of the new keys on', {
    remedy: 'Give --mnemonic-file FILE (it is made, readable by you alone), or --no-mnemonic to keep the keys in their files only.',
  })
}

function terminalSink(terminal: TextSink): WordsSink {
  return {
    async give(words) {
      terminal.write('Write these words down, in order, and keep them from everybody. They are shown once.\n')
      for (const [key, phrase] of Object.entries(words)) terminal.write(`  ${key}: ${phrase}\n`)
    },
    discard: async () => {},
  }
}

async function fileSink(file: string): Promise<WordsSink> {
  // Fails if it exists: words that are there already are not overwritten.
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new TensorKitError('WALLET_IO', 'The file for the words cannot be made', {
      facts: { file, reason: cause.code },
      remedy: cause.code === 'EEXIST' ? 'Choose a file that does not exist.' : 'Check the path and its permissions.',
    })
  })
  return {
    async give(words) {
      await handle.writeFile(`${JSON.stringify(words)}\n`)
      await handle.sync()
      await handle.close()
    },
    async discard() {
      await handle.close()
      await rm(file, { force: true })
    },
  }
}
