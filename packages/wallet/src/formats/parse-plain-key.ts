import { encodeSs58 } from '@tensorkit/core'
import { isMnemonic, type KeyPair, keyPairFromMnemonic, keyPairFromPrivateKey, mnemonicToSeed } from '@tensorkit/core/crypto'
import { hexBytes } from './hex-bytes.js'
import { malformed } from './malformed.js'
import type { ParsedKey } from './parsed-key.js'
import { parsePlainJson } from './plain-json.js'
import { parsePlainPolkadot } from './polkadot-json.js'

const of = (pair: KeyPair, rest: Pick<ParsedKey, 'mnemonic' | 'seed'>): ParsedKey => ({
  address: encodeSs58(pair.publicKey),
  scheme: 'sr25519',
  pair,
  ...rest,
})

/** A seed or a private key alone, in hex, as the first wallets wrote it. */
async function parseHex(text: string): Promise<ParsedKey | undefined> {
  const bytes = /^(?:0x)?(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{128})$/.test(text) ? hexBytes(text) : undefined
  if (bytes === undefined) return undefined
  try {
    return of(await keyPairFromPrivateKey(bytes), bytes.length === 32 ? { seed: Uint8Array.from(bytes) } : {})
  } catch {
    return undefined
  } finally {
    bytes.fill(0)
  }
}

/** Words alone. */
function parseWords(text: string): ParsedKey | undefined {
  if (!isMnemonic(text)) return undefined
  const mnemonic = text.split(/\s+/).join(' ')
  return of(keyPairFromMnemonic(mnemonic), { mnemonic, seed: mnemonicToSeed(mnemonic) })
}

function parseJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    // The parser's message quotes what it read.
    return undefined
  }
}

/**
 * Reads an unencrypted key file by Bittensor's rules: JSON, a key in hex, or a mnemonic.
 *
 * @param file - For messages.
 * @throws WALLET_MALFORMED, CORE_NOT_SUPPORTED. No message holds a value of the file.
 *
 * Source: Bittensor v11, `sdk/bittensor-core/src/keyfiles/mod.rs`, `deserialize_keypair_from_keyfile_data`.
 */
export async function parsePlainKey(bytes: Uint8Array, file: string): Promise<ParsedKey> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    throw malformed(file, 'The key file is not UTF-8 text')
  }
  const fields = parseJson(text)
  if (fields !== undefined) {
    const isPolkadot = Object.hasOwn(fields, 'encoded') && Object.hasOwn(fields, 'encoding')
    return isPolkadot ? parsePlainPolkadot(fields, file) : parsePlainJson(fields, file)
  }
  const key = (await parseHex(text)) ?? parseWords(text)
  if (key === undefined) throw malformed(file, 'The file is not a key file: neither JSON, nor a key in hex, nor a mnemonic')
  return key
}
