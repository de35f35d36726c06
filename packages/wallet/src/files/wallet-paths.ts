import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { TensorKitError } from '@tensorkit/core'

/** Where the files of a wallet are. */
export interface WalletPaths {
  /** The directory that holds all wallets. */
  readonly root: string
  readonly wallet: string
  readonly coldkey: string
  readonly coldkeyPub: string
  readonly hotkeys: string
  readonly hotkey: string
  readonly hotkeyPub: string
}

/** Which wallet. */
export interface WalletLocation {
  /** The wallet's name: a directory. @defaultValue `default`, as Bittensor's. */
  readonly name?: string
  /** The hotkey's name: a file. @defaultValue `default`, as Bittensor's. */
  readonly hotkey?: string
  /** The directory that holds the wallets; `~` is the home directory. @defaultValue `~/.bittensor/wallets` */
  readonly path?: string
}

// Letters and digits of any script, and what people put between them; never a separator or a leading dot.
const nameShape = /^[\p{L}\p{N}_][\p{L}\p{N}_ .@+-]{0,127}$/u
const publicSuffix = 'pub.txt'

/** Whether a file or directory name can be that of a wallet or hotkey; Bittensor's own lock and public files cannot. */
export function isKeyName(name: string): boolean {
  return nameShape.test(name) && !name.endsWith(publicSuffix) && !name.endsWith('.lock')
}

function checked(kind: string, name: string): string {
  if (typeof name === 'string' && isKeyName(name)) return name
  // The name is not repeated: somebody may have typed a mnemonic into the wrong field.
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${kind}'s name cannot be used`, {
    remedy: 'Use 1 to 128 letters, digits, spaces or any of _ . @ + -; not a leading dot, and not an ending in pub.txt or .lock.',
  })
}

/** The directory that holds the wallets, absolute. */
export function walletRoot(path = '~/.bittensor/wallets'): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(path)
}

/** @throws CORE_INVALID_ARGUMENT if a name could lead out of the directory. */
export function walletPaths({ name = 'default', hotkey = 'default', path }: WalletLocation): WalletPaths {
  const root = walletRoot(path)
  const wallet = join(root, checked('wallet', name))
  const hotkeys = join(wallet, 'hotkeys')
  const hotkeyFile = join(hotkeys, checked('hotkey', hotkey))
  return {
    root,
    wallet,
    coldkey: join(wallet, 'coldkey'),
    coldkeyPub: join(wallet, `coldkey${publicSuffix}`),
    hotkeys,
    hotkey: hotkeyFile,
    hotkeyPub: `${hotkeyFile}${publicSuffix}`,
  }
}
