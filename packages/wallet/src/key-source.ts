import { type SignatureScheme, TensorKitError } from '@tensorkit/core'
import {
  generateMnemonic,
  isMnemonic,
  keyPairFromMnemonic,
  keyPairFromPrivateKey,
  keyPairFromSeed,
  keyPairFromUri,
  type MnemonicLength,
  mnemonicToSeed,
} from '@tensorkit/core/crypto'
import type { SecretKey } from './files/encode-key-file.js'
import { hexBytes } from './formats/hex-bytes.js'
import { openKeyFile } from './formats/open-key-file.js'
import type { Password, PasswordSource } from './passwords/password.js'
import type { DerivationOptions } from './unlock/unlock-options.js'

/** Fresh words, 12 if nothing is said. */
export interface FreshKeySource {
  readonly words?: MnemonicLength
  readonly mnemonic?: undefined
  readonly uri?: undefined
  readonly seed?: undefined
  readonly privateKey?: undefined
  readonly keyFile?: undefined
}
/** Given words, without derivation. */
export interface MnemonicKeySource {
  readonly mnemonic: string
  /** BIP39's own password. The words alone do not give the key then, and are not kept in its file. */
  readonly mnemonicPassword?: string
}
/** A secret URI such as `//Alice`: words or a seed, a path, a password. */
export interface UriKeySource {
  readonly uri: string
}
/** 32 bytes, or their hex. */
export interface SeedKeySource {
  readonly seed: Uint8Array | string
}
/** In sp-core's form: 32 bytes, or the 64 of an expanded sr25519 key; or their hex. */
export interface PrivateKeySource {
  readonly privateKey: Uint8Array | string
}
/** The content of a key file of any kind that is read, encrypted or not; the file tells the scheme. */
export interface KeyFileSource {
  readonly keyFile: string | Uint8Array
  readonly keyFilePassword?: Password | PasswordSource
}

/** Where a new key comes from. */
export type KeySource = FreshKeySource | MnemonicKeySource | UriKeySource | SeedKeySource | PrivateKeySource | KeyFileSource

/** A secret key, and whether its words are new and so in nobody's hands yet. */
export interface SourcedKey extends SecretKey {
  readonly isNew: boolean
}

const kinds = ['words', 'mnemonic', 'uri', 'seed', 'privateKey', 'keyFile'] as const
const maxContentBytes = 64 * 1024

/** Bytes of a secret that was given as bytes or hex; a copy. */
function secretBytes(value: Uint8Array | string, what: string, lengths: readonly number[]): Uint8Array {
  const bytes = typeof value === 'string' ? hexBytes(value.trim()) : value instanceof Uint8Array ? Uint8Array.from(value) : undefined
  if (bytes !== undefined && lengths.includes(bytes.length)) return bytes
  bytes?.fill(0)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${what} must be ${lengths.join(' or ')} bytes, or their hex`)
}

const singleSpaced = (words: string) => words.trim().split(/\s+/).join(' ')

function fromMnemonic(words: string, scheme: SignatureScheme, password: string, isNew: boolean): SourcedKey {
  const mnemonic = singleSpaced(words)
  const pair = keyPairFromMnemonic(mnemonic, { scheme, password })
  return { pair, ...(password === '' && { mnemonic }), seed: mnemonicToSeed(mnemonic, password), isNew }
}

async function fromKeyFile({ keyFile, keyFilePassword }: KeyFileSource, options: DerivationOptions): Promise<SourcedKey> {
  const bytes = typeof keyFile === 'string' ? new TextEncoder().encode(keyFile) : Uint8Array.from(keyFile)
  try {
    if (bytes.length > maxContentBytes) throw new TensorKitError('WALLET_MALFORMED', 'A key file is too large to be one')
    const unlock = keyFilePassword === undefined ? options : { ...options, password: keyFilePassword }
    const { pair, mnemonic, seed } = await openKeyFile(bytes, { key: 'import', file: '' }, unlock)
    if (pair === undefined) throw new TensorKitError('WALLET_MALFORMED', 'The key file holds a public key only')
    return { pair, ...(mnemonic !== undefined && { mnemonic }), ...(seed && { seed }), isNew: false }
  } finally {
    bytes.fill(0)
  }
}

/**
 * Makes the key. The caller wipes pair and seed.
 *
 * @throws CORE_INVALID_ARGUMENT, WALLET_BAD_MNEMONIC; what opening a key file throws.
 */
export async function resolveKeySource(source: KeySource, scheme: SignatureScheme, options: DerivationOptions): Promise<SourcedKey> {
  // By what is there, since options from a command line may hold undefined for what was not said.
  const given = kinds.filter((kind) => (source as Record<string, unknown>)[kind] !== undefined)
  if (given.length > 1) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A key has one source', { facts: { given: given.join(', ') } })
  if ('keyFile' in source && source.keyFile !== undefined) return fromKeyFile(source, options)
  if ('mnemonic' in source && source.mnemonic !== undefined)
    return fromMnemonic(source.mnemonic, scheme, source.mnemonicPassword ?? '', false)
  if ('uri' in source && source.uri !== undefined) {
    // A URI that is a mnemonic alone is kept as such, so that the file has its words.
    return isMnemonic(source.uri) ? fromMnemonic(source.uri, scheme, '', false) : { pair: keyPairFromUri(source.uri, scheme), isNew: false }
  }
  if ('seed' in source && source.seed !== undefined) {
    const seed = secretBytes(source.seed, 'seed', [32])
    return { pair: keyPairFromSeed(seed, scheme), seed, isNew: false }
  }
  if ('privateKey' in source && source.privateKey !== undefined) {
    const privateKey = secretBytes(source.privateKey, 'private key', [32, 64])
    try {
      const pair = await keyPairFromPrivateKey(privateKey, scheme)
      return { pair, ...(privateKey.length === 32 && { seed: Uint8Array.from(privateKey) }), isNew: false }
    } finally {
      privateKey.fill(0)
    }
  }
  return fromMnemonic(generateMnemonic('words' in source ? source.words : undefined), scheme, '', true)
}

/** Overwrites the secrets of keys. Their words, being text, cannot be. */
export function wipeKeys(...keys: readonly (SecretKey | undefined)[]): void {
  for (const key of keys) {
    key?.pair.wipe()
    key?.seed?.fill(0)
  }
}
