import { randomBytes } from 'node:crypto'
import { encodeSs58, type SignatureScheme } from '@tensorkit/core'
import { exportPrivateKey, type KeyPair, keyPairFromPrivateKey, keyPairFromSeed } from '@tensorkit/core/crypto'
import type { CipherContext } from '../unlock/unlock-options.js'
import type { KeyCipher } from './key-cipher.js'
import { malformed, unsupportedAccount } from './malformed.js'
import type { ParsedKey } from './parsed-key.js'

const pkcs8Header = Buffer.from('3053020101300506032b657004220420', 'hex')
const pkcs8Divider = Buffer.from('a123032100', 'hex')
const nonceBytes = 24
const scryptHeadBytes = 32 + 3 * 4

/** The parameters that polkadot.js itself takes: what a file asks for costs us memory and time. */
const allowedScrypt = new Set(['8192,10,8', '16384,5,8', '32768,3,8', '32768,1,8', '65536,2,8', '131072,1,8'])
const writtenScrypt = { N: 131_072, p: 1, r: 8 } as const

interface PolkadotFile {
  readonly encoded: Buffer
  readonly scheme: SignatureScheme
  readonly hasScrypt: boolean
  readonly address: string
}

/** The fields of a text that may be such a file; undefined if it is none. */
function fieldsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  // A file of another format is not parsed twice.
  const text = Buffer.from(bytes).toString('utf8')
  if (!text.includes('"encoded"') || !text.includes('"encoding"')) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isFile = typeof value === 'object' && value !== null && Object.hasOwn(value, 'encoded') && Object.hasOwn(value, 'encoding')
    return isFile ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string')

function readFields({ encoded, encoding, address }: Readonly<Record<string, unknown>>, file: string): PolkadotFile {
  const { content, type, version } = (typeof encoding === 'object' && encoding !== null ? encoding : {}) as Record<string, unknown>
  if (typeof encoded !== 'string' || typeof address !== 'string' || encoded.length > 4096)
    throw malformed(file, 'A field of the polkadot.js file is malformed', 'encoded')
  const [outer, kind] = texts(content)
  // Before version 1 the kind was not told, and was ed25519.
  const scheme = version === '0' || !Array.isArray(content) ? 'ed25519' : kind
  if (scheme === 'ecdsa' || scheme === 'ethereum') throw unsupportedAccount(file)
  if ((scheme !== 'sr25519' && scheme !== 'ed25519') || outer !== 'pkcs8')
    throw malformed(file, 'The polkadot.js file is of an unknown kind', 'encoding')
  return {
    encoded: /^0x[0-9a-fA-F]*$/.test(encoded) ? Buffer.from(encoded.slice(2), 'hex') : Buffer.from(encoded, 'base64'),
    scheme,
    hasScrypt: texts(type).includes('scrypt'),
    address,
  }
}

/** The 32-byte key of the box, and where the box begins. */
async function boxKey(source: PolkadotFile, password: Uint8Array, { file, queue, derive }: CipherContext) {
  if (!source.hasScrypt) {
    const key = new Uint8Array(32)
    key.set(password.subarray(0, 32))
    password.fill(0)
    return { key, box: source.encoded }
  }
  const { encoded } = source
  const [N, p, r] = [encoded.readUInt32LE(32), encoded.readUInt32LE(36), encoded.readUInt32LE(40)]
  if (!allowedScrypt.has(`${N},${p},${r}`)) throw malformed(file, 'The polkadot.js file asks for unusual scrypt parameters', 'encoded')
  const salt = encoded.subarray(0, 32)
  const key = await queue.derive({ name: 'scrypt', salt, N, p, r }, password, derive)
  return { key, box: encoded.subarray(scryptHeadBytes) }
}

/** Takes the secret and the public key out of what the box holds. */
function decodePkcs8(plain: Uint8Array, file: string): { readonly secret: Uint8Array; readonly publicKey: Uint8Array } {
  if (pkcs8Header.equals(plain.subarray(0, pkcs8Header.length))) {
    // 64 bytes since version 3, a seed of 32 before.
    for (const length of [64, 32]) {
      const end = pkcs8Header.length + length
      const start = end + pkcs8Divider.length
      if (plain.length === start + 32 && pkcs8Divider.equals(plain.subarray(end, start)))
        return { secret: plain.subarray(pkcs8Header.length, end), publicKey: plain.subarray(start) }
    }
  }
  throw malformed(file, 'The polkadot.js file holds no key that can be read', 'encoded')
}

/** The pair of a secret in the form of @polkadot. @returns Undefined if it is no secret at all. */
async function pairOf(scheme: SignatureScheme, secretKey: Uint8Array, publicKey: Uint8Array): Promise<KeyPair | undefined> {
  if (secretKey.length === 32 || scheme === 'ed25519') return keyPairFromSeed(secretKey.slice(0, 32), scheme)
  const privateKey = exportPrivateKey({ scheme, publicKey, secretKey, wipe: () => {} })
  try {
    return await keyPairFromPrivateKey(privateKey, scheme)
  } catch {
    return undefined
  } finally {
    privateKey.fill(0)
  }
}

async function parsePkcs8(plain: Uint8Array, { scheme, address }: PolkadotFile, file: string): Promise<ParsedKey> {
  const { secret, publicKey } = decodePkcs8(plain, file)
  const pair = await pairOf(scheme, secret, publicKey)
  if (pair === undefined) throw malformed(file, 'The secret in the polkadot.js file is malformed', 'encoded')
  const { decodeAddress } = await import('@polkadot/util-crypto')
  let named: Uint8Array | undefined
  try {
    // Of any prefix: the extension writes that of the network which is chosen.
    named = decodeAddress(address)
  } catch {
    named = undefined
  }
  const isWhole = Buffer.compare(pair.publicKey, publicKey) === 0 && named !== undefined && Buffer.compare(pair.publicKey, named) === 0
  if (isWhole) return { address: encodeSs58(pair.publicKey), scheme, pair }
  pair.wipe()
  throw malformed(file, 'The secret in the polkadot.js file does not belong to the address in it', 'address')
}

/** A key that polkadot.js exported without a password. */
export function parsePlainPolkadot(fields: Readonly<Record<string, unknown>>, file: string): Promise<ParsedKey> {
  const source = readFields(fields, file)
  return parsePkcs8(source.encoded, source, file)
}

/**
 * The JSON that polkadot.js exports: PKCS #8 in an XSalsa20-Poly1305 box whose key is scrypt of the password (before
 * version 3: the password itself).
 *
 * Source: @polkadot/util-crypto 14, `jsonDecryptData`; @polkadot/keyring 14, `decodePair`.
 */
export const polkadotJson: KeyCipher = {
  name: 'polkadot-js',
  title: 'polkadot.js JSON',
  detect(bytes) {
    const encoding = fieldsOf(bytes)?.encoding
    return typeof encoding === 'object' && encoding !== null && texts((encoding as { type?: unknown }).type).includes('xsalsa20-poly1305')
  },
  async open(bytes, password, context) {
    const { file } = context
    const source = readFields(fieldsOf(bytes) ?? {}, file)
    if (source.encoded.length < scryptHeadBytes + nonceBytes) throw malformed(file, 'The polkadot.js file is cut off', 'encoded')
    const { naclDecrypt } = await import('@polkadot/util-crypto')
    const { key, box } = await boxKey(source, password, context)
    const plain = naclDecrypt(box.subarray(nonceBytes), box.subarray(0, nonceBytes), key)
    key.fill(0)
    if (plain === null) return undefined
    try {
      return await parsePkcs8(plain, source, file)
    } finally {
      plain.fill(0)
    }
  },
}

/**
 * The JSON by which polkadot.js, its extension and Bittensor's `regen_coldkey --json` import a key.
 *
 * @param password - Wiped.
 */
export async function encodePolkadotJson(pair: KeyPair, name: string, password: Uint8Array, context: CipherContext): Promise<string> {
  const { naclEncrypt } = await import('@polkadot/util-crypto')
  const salt = Uint8Array.from(randomBytes(32))
  const head = Buffer.alloc(scryptHeadBytes)
  head.set(salt)
  for (const [index, value] of [writtenScrypt.N, writtenScrypt.p, writtenScrypt.r].entries()) head.writeUInt32LE(value, 32 + 4 * index)
  const key = await context.queue.derive({ name: 'scrypt', salt, ...writtenScrypt }, password, context.derive)
  const plain = Buffer.concat([pkcs8Header, pair.secretKey, pkcs8Divider, pair.publicKey])
  const nonce = Uint8Array.from(randomBytes(nonceBytes))
  const { encrypted } = naclEncrypt(plain, key, nonce)
  key.fill(0)
  plain.fill(0)
  return JSON.stringify({
    encoded: Buffer.concat([head, nonce, encrypted]).toString('base64'),
    encoding: { content: ['pkcs8', pair.scheme], type: ['scrypt', 'xsalsa20-poly1305'], version: '3' },
    address: encodeSs58(pair.publicKey),
    meta: { name },
  })
}
