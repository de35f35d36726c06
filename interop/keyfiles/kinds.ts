import type { SignatureScheme } from '@tensorkit/core'
import { exportPrivateKey, generateMnemonic, initCrypto, keyPairFromUri } from '@tensorkit/core/crypto'
import type { PeerSource } from './peer.js'

/** A kind of key: how a fresh one is made. */
export interface KeyKind {
  readonly title: string
  readonly scheme: SignatureScheme
  readonly isPublic: boolean
  readonly make: () => PeerSource
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const randomHex = () => hex(crypto.getRandomValues(new Uint8Array(32)))

function kind(title: string, scheme: SignatureScheme, source: PeerSource['kind'], value: () => string): KeyKind {
  return {
    title: `${title}, ${scheme}`,
    scheme,
    isPublic: source === 'address',
    make: () => ({ kind: source, value: value(), scheme }),
  }
}

/** Every kind of key that a file can hold. */
export async function keyKinds(): Promise<readonly KeyKind[]> {
  await initCrypto()
  const { encodeSs58 } = await import('@tensorkit/core')
  const address = (scheme: SignatureScheme) => encodeSs58(keyPairFromUri(`0x${randomHex()}`, scheme).publicKey)
  const expanded = () => hex(exportPrivateKey(keyPairFromUri(`0x${randomHex()}`)))
  return [
    kind('mnemonic', 'sr25519', 'mnemonic', () => generateMnemonic()),
    kind('mnemonic', 'ed25519', 'mnemonic', () => generateMnemonic(24)),
    kind('seed', 'sr25519', 'seed', randomHex),
    kind('seed', 'ed25519', 'seed', randomHex),
    kind('private key', 'sr25519', 'privateKey', expanded),
    kind('private key', 'ed25519', 'privateKey', randomHex),
    kind('derived (hard, soft)', 'sr25519', 'uri', () => `${generateMnemonic()}//hard/soft`),
    kind('derived (hard)', 'ed25519', 'uri', () => `${generateMnemonic()}//hard//5`),
    kind('public part', 'sr25519', 'address', () => address('sr25519')),
    kind('public part', 'ed25519', 'address', () => address('ed25519')),
  ]
}
