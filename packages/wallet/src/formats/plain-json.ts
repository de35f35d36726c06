import { decodeSs58, encodeSs58, isSs58Address, type SignatureScheme, type Ss58Address } from '@tensorkit/core'
import { type KeyPair, keyPairFromMnemonic, keyPairFromPrivateKey, keyPairFromSeed, mnemonicToSeed } from '@tensorkit/core/crypto'
import { hexBytes } from './hex-bytes.js'
import { malformed, unsupportedAccount } from './malformed.js'
import type { ParsedKey } from './parsed-key.js'

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
  const code = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  if (code === '1') return 'sr25519'
  if (code === '0') return 'ed25519'
  if (/^\d{1,3}$/.test(code)) throw unsupportedAccount(file)
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

/** The secret field that decides. */
interface Secret {
  readonly field: string
  readonly derive: (scheme: SignatureScheme) => KeyPair | Promise<KeyPair>
  readonly mnemonic?: string
  readonly seed?: Uint8Array
}

/** How to get the key out of a file: the first secret field decides, in upstream's order. */
function secretOf(fields: Fields, file: string): Secret | undefined {
  const mnemonic = text(fields, 'secretPhrase', file)
  if (mnemonic !== undefined)
    return {
      field: 'secretPhrase',
      derive: (scheme) => keyPairFromMnemonic(mnemonic, { scheme }),
      mnemonic: mnemonic.trim().split(/\s+/).join(' '),
    }
  const seedText = text(fields, 'secretSeed', file)
  if (seedText !== undefined) {
    const seed = hexBytes(seedText) ?? new Uint8Array()
    return { field: 'secretSeed', derive: (scheme) => keyPairFromSeed(seed, scheme), seed }
  }
  const key = text(fields, 'privateKey', file)
  if (key !== undefined) {
    const bytes = hexBytes(key) ?? new Uint8Array()
    // A private key of 32 bytes is a seed.
    const seed = bytes.length === 32 ? { seed: bytes } : {}
    return { field: 'privateKey', derive: (scheme) => keyPairFromPrivateKey(bytes, scheme), ...seed }
  }
  return undefined
}

async function tryDerive(secret: Secret, scheme: SignatureScheme): Promise<KeyPair | undefined> {
  try {
    return await secret.derive(scheme)
  } catch {
    return undefined
  }
}

const parsed = (scheme: SignatureScheme, pair: KeyPair, { mnemonic, seed }: Secret): ParsedKey => ({
  address: encodeSs58(pair.publicKey),
  scheme,
  pair,
  ...(mnemonic === undefined ? seed && { seed } : { mnemonic, seed: mnemonicToSeed(mnemonic) }),
})

/**
 * A key file's JSON, of every generation: secretPhrase goes before secretSeed, privateKey and ss58Address; the derived address is
 * checked against the stored one, and the other scheme is tried before the file is refused.
 */
export async function parsePlainJson(fields: Fields, file: string): Promise<ParsedKey> {
  if (Object.hasOwn(fields, 'hashedDescriptor')) throw unsupportedAccount(file)
  const scheme = schemeOf(fields, file)
  const stored = storedAddress(fields, file)
  const secret = secretOf(fields, file)
  if (secret === undefined) {
    if (stored === undefined) throw malformed(file, 'The key file holds neither a secret nor an address')
    return { address: stored, scheme }
  }
  const pair = await tryDerive(secret, scheme)
  if (pair === undefined) throw malformed(file, 'A secret in the key file is malformed', secret.field)
  if (stored === undefined || stored === encodeSs58(pair.publicKey)) return parsed(scheme, pair, secret)
  // Old writers left out or mislabelled the scheme.
  pair.wipe()
  const other = scheme === 'sr25519' ? 'ed25519' : 'sr25519'
  const otherPair = await tryDerive(secret, other)
  if (otherPair !== undefined && encodeSs58(otherPair.publicKey) === stored) return parsed(other, otherPair, secret)
  otherPair?.wipe()
  throw malformed(file, 'The secret in the key file does not belong to the address in it', secret.field)
}
