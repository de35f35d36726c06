import { decodeSs58, encodeSs58, isSs58Address, type SignatureScheme, type Ss58Address, TensorKitError } from '@tensorkit/core'
import { isMnemonic, type KeyPair, keyPairFromMnemonic, keyPairFromPrivateKey, keyPairFromSeed } from '@tensorkit/core/crypto'

/** What a key file holds. */
export interface ParsedKeyFile {
  readonly address: Ss58Address
  readonly scheme: SignatureScheme
  /** Absent in a public file. */
  readonly pair?: KeyPair
}

const encryptions: readonly (readonly [prefix: string, name: string])[] = [
  ['$NACL', 'NaCl ($NACL, argon2i and XSalsa20-Poly1305)'],
  ['$ANSIBLE_VAULT', 'Ansible Vault'],
  ['gAAAAA', 'Fernet (legacy)'],
]

/** How a key file is encrypted, by its first bytes; undefined if it is not. */
export function encryptionOf(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return encryptions.find(([prefix]) => start.startsWith(prefix))?.[1]
}

/** Every refusal names the file and a field, and never a value: each of them may be a secret. */
function malformed(file: string, shortMessage: string, field?: string): TensorKitError {
  return new TensorKitError('WALLET_MALFORMED', shortMessage, { facts: { file, field } })
}

function encrypted(file: string, format: string): TensorKitError {
  return new TensorKitError('WALLET_ENCRYPTED', 'The key file is encrypted', { facts: { file, format } })
}

const hexBytes = (text: string): Uint8Array | undefined => {
  const digits = text.startsWith('0x') ? text.slice(2) : text
  return /^(?:[0-9a-fA-F]{2})+$/.test(digits) ? Uint8Array.from(Buffer.from(digits, 'hex')) : undefined
}

type Fields = Readonly<Record<string, unknown>>

/** A field's text; absent and null alike are undefined, as files of older wallets hold nulls. */
function text(fields: Fields, name: string, file: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw malformed(file, 'A field of the key file is not text', name.trim())
}

function schemeOf(fields: Fields, file: string): SignatureScheme {
  const value = Object.hasOwn(fields, 'cryptoType') ? fields.cryptoType : undefined
  if (value === undefined || value === null) return 'sr25519'
  const code = String(value).trim()
  if (code === '1') return 'sr25519'
  if (code === '0') return 'ed25519'
  if (/^\d{1,3}$/.test(code)) {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'The key file is of an account type other than sr25519 and ed25519', { facts: { file } })
  }
  throw malformed(file, 'The key file names no known scheme', 'cryptoType')
}

/** The address that the file says it is for: the ground truth for what its secret must give. */
function storedAddress(fields: Fields, file: string): Ss58Address | undefined {
  // Old btwallet files carry the key with a leading space.
  const address = text(fields, 'ss58Address', file) ?? text(fields, ' ss58Address', file)
  const publicKey = text(fields, 'publicKey', file) ?? text(fields, 'accountId', file)
  const bytes = publicKey === undefined ? undefined : hexBytes(publicKey)
  if (publicKey !== undefined && bytes?.length !== 32) throw malformed(file, 'The public key in the key file is malformed', 'publicKey')
  if (address === undefined) return bytes === undefined ? undefined : encodeSs58(bytes)
  if (!isSs58Address(address)) throw malformed(file, 'The address in the key file is not one with prefix 42', 'ss58Address')
  if (bytes !== undefined && Buffer.compare(decodeSs58(address), bytes) !== 0) {
    throw malformed(file, 'The address and the public key in the key file are of different keys', 'ss58Address')
  }
  return address
}

type Derive = (scheme: SignatureScheme) => KeyPair | Promise<KeyPair>

/** How to get the key out of a file: the first secret field decides, in upstream's order. */
function derivation(fields: Fields, file: string): { readonly field: string; readonly derive: Derive } | undefined {
  const phrase = text(fields, 'secretPhrase', file)
  if (phrase !== undefined) return { field: 'secretPhrase', derive: (scheme) => keyPairFromMnemonic(phrase, { scheme }) }
  const seed = text(fields, 'secretSeed', file)
  if (seed !== undefined) return { field: 'secretSeed', derive: (scheme) => keyPairFromSeed(hexBytes(seed) ?? new Uint8Array(), scheme) }
  const key = text(fields, 'privateKey', file)
  if (key !== undefined)
    return { field: 'privateKey', derive: (scheme) => keyPairFromPrivateKey(hexBytes(key) ?? new Uint8Array(), scheme) }
  return undefined
}

async function tryDerive(derive: Derive, scheme: SignatureScheme): Promise<KeyPair | undefined> {
  try {
    return await derive(scheme)
  } catch {
    return undefined
  }
}

async function parseFields(fields: Fields, file: string): Promise<ParsedKeyFile> {
  if (fields.encoded !== undefined && fields.encoding !== undefined) throw encrypted(file, 'polkadot.js JSON export')
  if (Object.hasOwn(fields, 'hashedDescriptor')) {
    throw new TensorKitError('CORE_NOT_SUPPORTED', 'The key file is of an account type other than sr25519 and ed25519', { facts: { file } })
  }
  const scheme = schemeOf(fields, file)
  const stored = storedAddress(fields, file)
  const source = derivation(fields, file)
  if (source === undefined) {
    if (stored === undefined) throw malformed(file, 'The key file holds neither a secret nor an address')
    return { address: stored, scheme }
  }
  const pair = await tryDerive(source.derive, scheme)
  if (pair === undefined) throw malformed(file, 'A secret in the key file is malformed', source.field)
  const address = encodeSs58(pair.publicKey)
  if (stored === undefined || stored === address) return { address, scheme, pair }
  // Old writers left out or mislabelled the scheme.
  pair.wipe()
  const other = scheme === 'sr25519' ? 'ed25519' : 'sr25519'
  const otherPair = await tryDerive(source.derive, other)
  if (otherPair !== undefined && encodeSs58(otherPair.publicKey) === stored) return { address: stored, scheme: other, pair: otherPair }
  otherPair?.wipe()
  throw malformed(file, 'The secret in the key file does not belong to the address in it', source.field)
}

/** Files of before JSON: a bare seed, private key or mnemonic. */
async function parseRaw(raw: string, file: string): Promise<ParsedKeyFile> {
  const bytes = /^(?:0x)?(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(raw) ? hexBytes(raw) : undefined
  let pair: KeyPair | undefined
  if (bytes !== undefined) pair = await tryDerive(() => keyPairFromPrivateKey(bytes), 'sr25519')
  else if (isMnemonic(raw)) pair = keyPairFromMnemonic(raw)
  if (pair === undefined) throw malformed(file, 'The file is not a key file: neither JSON, nor a key in hex, nor a mnemonic')
  return { address: encodeSs58(pair.publicKey), scheme: 'sr25519', pair }
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    // The parser's message quotes what it read.
    return undefined
  }
}

/**
 * Reads the content of a key file by Bittensor's rules.
 *
 * secretPhrase goes before secretSeed, privateKey and ss58Address; the derived address is checked against the stored
 * one, and the other scheme is tried before the file is refused.
 *
 * @param file - For messages.
 * @throws WALLET_ENCRYPTED, WALLET_MALFORMED, CORE_NOT_SUPPORTED. No message holds a value of the file.
 *
 * Source: Bittensor v11, `sdk/bittensor-core/src/keyfiles/mod.rs`, `deserialize_keypair_from_keyfile_data`.
 */
export async function parseKeyFile(bytes: Uint8Array, file: string): Promise<ParsedKeyFile> {
  const format = encryptionOf(bytes)
  if (format !== undefined) throw encrypted(file, format)
  let content: string
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    throw malformed(file, 'The key file is not UTF-8 text')
  }
  const json = parseJson(content)
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return parseFields(json as Fields, file)
  return parseRaw(content, file)
}
