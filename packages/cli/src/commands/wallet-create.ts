import { TensorKitError } from '@tensorkit/core'
import { createHotkey, createWallet, type NewMnemonics } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { type KeyMakingFlags, schemeOf, wordsOf } from '../wallet/key-making-flags.js'
import { createSecretFile } from '../wallet/secret-file.js'
import { type Unlocking, unlocking } from '../wallet/unlocking.js'
import { atMostOne, type NamedWallet, type WalletFlags, walletArguments, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit wallet create`, as the command line gives them. */
export interface WalletCreateFlags extends WalletFlags, KeyMakingFlags {
  readonly coldkey?: string
  readonly addHotkey?: boolean
  readonly words?: string
  readonly showMnemonic?: boolean
  readonly mnemonicFile?: string
  /** False for `--no-mnemonic`. */
  readonly mnemonic: boolean
}

/** Where new words go, if they shall leave the key files. */
interface WordsSink {
  /** @returns What the JSON output has of them. */
  give(words: NewMnemonics): Promise<object>
  /** Undoes what was prepared. */
  discard(): Promise<void>
}

/** `tensorkit wallet create`: makes keys. Their words stay in the key files, unless asked for by name. */
export async function walletCreateCommand(flags: WalletCreateFlags, context: CommandContext): Promise<void> {
  const location = walletOf(flags)
  atMostOne({
    '--coldkey': flags.coldkey,
    '--plaintext-coldkey': flags.plaintextColdkey,
    '--add-hotkey': flags.addHotkey,
  })
  atMostOne({ '--show-mnemonic': flags.showMnemonic, '--mnemonic-file': flags.mnemonicFile, '--no-mnemonic': !flags.mnemonic })
  const make = maker(flags, location)
  // Prepared first: keys whose words cannot be handed over are not made.
  const words = await wordsSink(flags, context)
  let created: Awaited<ReturnType<typeof make>>
  try {
    created = await unlocking(flags, context, make)
  } catch (error) {
    await words?.discard()
    throw error
  }
  const { wallet } = created
  const shown = await words?.give(created.revealMnemonics()).catch(async (error: unknown) => {
    await words.discard()
    throw error
  })
  const { name, hotkey } = location
  const facts = { name, hotkey, directory: wallet.directory, coldkeyAddress: wallet.coldkeyAddress, hotkeyAddress: wallet.hotkey.address }
  if (context.json) return void context.stdout.write(jsonLine({ ...facts, ...shown }))
  context.stdout.write(
    `Created wallet ${name}, hotkey ${hotkey}\n  hotkey     ${facts.hotkeyAddress}\n  coldkey    ${facts.coldkeyAddress ?? '-'}\n  directory  ${facts.directory}\n`,
  )
  if (words === undefined && flags.mnemonic) context.stdout.write(advice(flags, location))
}

function maker(flags: WalletCreateFlags, location: NamedWallet) {
  const made = { ...location, ...schemeOf(flags) }
  const source = wordsOf(flags)
  return ({ password, ...rest }: Unlocking) => {
    const hotkeyPassword = flags.encryptHotkey ? { password } : {}
    if (flags.addHotkey) return createHotkey({ ...made, ...rest, ...(source && { source }), ...hotkeyPassword })
    return createWallet({
      ...made,
      ...rest,
      ...(source && { hotkeySource: source }),
      ...(flags.encryptHotkey && { hotkeyPassword: password }),
      ...(flags.coldkey === undefined ? source && { coldkey: source } : { coldkey: { address: flags.coldkey } }),
      ...(flags.plaintextColdkey ? { plaintextColdkey: true } : flags.coldkey === undefined && { coldkeyPassword: password }),
    })
  }
}

function advice({ coldkey, addHotkey }: WalletCreateFlags, location: NamedWallet): string {
  const show = (key: string) => `  tensorkit wallet export ${walletArguments(location)} --key ${key} --secret mnemonic\n`
  const coldkeys = coldkey === undefined && !addHotkey ? show('coldkey') : ''
  return `Without the words a lost key file is a lost key. To see them, and write them down:\n${coldkeys}${show('hotkey')}`
}

async function wordsSink(flags: WalletCreateFlags, { stdout, stderr, json }: CommandContext): Promise<WordsSink | undefined> {
  const { showMnemonic, mnemonicFile } = flags
  if (mnemonicFile !== undefined) {
    const file = await createSecretFile(mnemonicFile)
    return {
      give: async (words) => {
        await file.write(`${JSON.stringify(words)}\n`)
        return { mnemonicFile }
      },
      discard: file.discard,
    }
  }
  if (!showMnemonic) return undefined
  if (json) return { give: async (words) => ({ mnemonics: words }), discard: async () => {} }
  const terminal = [stderr, stdout].find(({ isTTY }) => isTTY)
  if (terminal === undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no terminal to show the words of the new keys on', {
      remedy: 'Give --mnemonic-file FILE: it is made, readable by you alone.',
    })
  }
  return {
    async give(words) {
      terminal.write('Write these words down, in order, and keep them from everybody.\n')
      for (const [key, phrase] of Object.entries(words)) terminal.write(`  ${key}: ${phrase}\n`)
      return {}
    },
    discard: async () => {},
  }
}
