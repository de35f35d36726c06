import { TensorKitError } from '@tensorkit/core'
import type { WalletKey, WalletLocation } from '@tensorkit/wallet'

/** Which wallet, and where: the options that all wallet commands have, with the spellings of btcli. */
export interface WalletFlags {
  readonly wallet?: string
  readonly walletName?: string
  readonly name?: string
  readonly hotkey?: string
  readonly walletHotkey?: string
  readonly walletPath?: string
  readonly path?: string
}

/** A wallet and hotkey by name, `default` if not said, and the directory if it is not the usual one. */
export interface NamedWallet extends WalletLocation {
  readonly name: string
  readonly hotkey: string
}

/** The wallet that the options name. */
export function walletOf({ wallet, walletName, name, hotkey, walletHotkey, walletPath, path }: WalletFlags): NamedWallet {
  const directory = walletPath ?? path
  return {
    name: wallet ?? walletName ?? name ?? 'default',
    hotkey: hotkey ?? walletHotkey ?? 'default',
    ...(directory !== undefined && { path: directory }),
  }
}

/** The options that repeat what was given: for commands that are shown to be run next. */
export function walletArguments(location: NamedWallet): string {
  const parts = ['--wallet', location.name]
  if (location.hotkey !== 'default') parts.push('--hotkey', location.hotkey)
  if (location.path !== undefined) parts.push('--wallet-path', location.path)
  return parts.map(quoted).join(' ')
}

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** Which key a command is about. */
export interface KeyFlags extends WalletFlags {
  readonly key?: string
}

/** The key that `--key` names. */
export function keyOf({ key }: KeyFlags, otherwise?: WalletKey): WalletKey {
  const named = key ?? otherwise
  if (named === 'coldkey' || named === 'hotkey') return named
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'It is not said which key', { remedy: 'Give --key hotkey or --key coldkey.' })
}

/** For a sentence: the coldkey of wallet a, hotkey b of wallet a. */
export const keyName = (key: WalletKey, { name, hotkey }: NamedWallet): string =>
  key === 'coldkey' ? `the coldkey of wallet ${name}` : `hotkey ${hotkey} of wallet ${name}`

/** Throws unless at most one of some options is given. */
export function atMostOne(options: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(options).flatMap(([option, value]) => (value === undefined || value === false ? [] : [option]))
  if (given.length < 2) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${given.join(' and ')} cannot be given together`)
}
