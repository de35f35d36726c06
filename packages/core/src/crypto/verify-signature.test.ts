import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ed25519PairFromSeed, ed25519Sign, sr25519PairFromSeed, sr25519Sign, sr25519Verify } from '@polkadot/util-crypto'
import { sr25519Verify as wasmVerify } from '@polkadot/wasm-crypto'
import * as scure from '@scure/sr25519'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { blake2b256 } from './hashes.js'
import { initCrypto } from './init-crypto.js'
import { keyPairFromSeed } from './key-pair.js'
import { signerFromKeyPair } from './signer.js'
import { verifySignature } from './verify-signature.js'

const vectors = new URL('../../../../vectors/onchain-extrinsics/', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(new URL(name, vectors), 'utf8'))
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/^0x/, ''), 'hex'))
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const message = fc.uint8Array({ maxLength: 300 })

beforeAll(initCrypto)

interface Extrinsic {
  name: string
  signer_public_key: string
  block_hash: string
  era: string
  nonce: string
  tip: number
  mode: number
  method?: string
  signature: string
}

function compactU32(value: number): Uint8Array {
  if (value < 64) return Uint8Array.of(value << 2)
  if (value < 16384) return Uint8Array.of(((value << 2) | 1) & 0xff, value >> 6)
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value * 4 + 2, true)
  return out
}

function u32(value: number): Uint8Array {
  const out = new Uint8Array(4)
  new DataView(out.buffer).setUint32(0, value, true)
  return out
}

describe('two signatures of mainnet', () => {
  const file = read('onchain-extrinsics.json')
  it.each(file.extrinsics as Extrinsic[])('$name verifies, and nothing near it does', (extrinsic) => {
    const payload = Buffer.concat([
      hex(extrinsic.method ?? read('mainnet-commit-call.json').method_hex),
      hex(extrinsic.era),
      compactU32(Number(extrinsic.nonce)),
      compactU32(extrinsic.tip),
      Uint8Array.of(extrinsic.mode),
      u32(file.spec_version),
      u32(file.transaction_version),
      hex(file.genesis_hash),
      hex(extrinsic.block_hash),
      Uint8Array.of(0),
    ])
    const signed = payload.length > 256 ? blake2b256(payload) : payload
    const publicKey = hex(extrinsic.signer_public_key)
    const signature = hex(extrinsic.signature)
    expect(verifySignature({ scheme: 'sr25519', publicKey, message: signed, signature })).toBe(true)
    expect(verifySignature({ scheme: 'ed25519', publicKey, message: signed, signature })).toBe(false)
    for (let bit = 0; bit < 512; bit += 7) {
      const changed = signature.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(verifySignature({ scheme: 'sr25519', publicKey, message: signed, signature: changed })).toBe(false)
    }
  })
})

describe('sr25519', () => {
  it('agrees with @polkadot and @scure in both directions', () => {
    fc.assert(
      fc.property(seed, message, (s, m) => {
        const pair = keyPairFromSeed(s)
        const theirs = sr25519PairFromSeed(s)
        expect(pair.publicKey).toEqual(theirs.publicKey)
        expect(pair.secretKey).toEqual(theirs.secretKey)
        expect(scure.getPublicKey(scure.secretFromSeed(s))).toEqual(pair.publicKey)
        const ours = signerFromKeyPair(pair).sign(m)
        expect(sr25519Verify(m, ours, pair.publicKey)).toBe(true)
        expect(scure.verify(m, ours, pair.publicKey)).toBe(true)
        for (const signature of [ours, sr25519Sign(m, theirs), scure.sign(scure.secretFromSeed(s), m)]) {
          expect(verifySignature({ scheme: 'sr25519', publicKey: pair.publicKey, message: m, signature })).toBe(true)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('gives the same verdict as @polkadot and @scure on damaged input', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(3))
    const text = new TextEncoder().encode('hello')
    const good = signerFromKeyPair(pair).sign(text)
    const verdict = (run: () => boolean) => {
      try {
        return run()
      } catch {
        return false
      }
    }
    fc.assert(
      fc.property(fc.nat(95), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const signature = good.slice()
        const publicKey = pair.publicKey.slice()
        const target = at < 64 ? signature : publicKey
        target[at % 64] = (target[at % 64] as number) ^ mask
        const ours = verifySignature({ scheme: 'sr25519', publicKey, message: text, signature })
        expect(ours).toBe(verdict(() => sr25519Verify(text, signature, publicKey)))
        expect(ours).toBe(verdict(() => scure.verify(text, signature, publicKey)))
      }),
      { numRuns: 60 },
    )
  })

  it('takes fresh randomness for every signature', () => {
    const signer = signerFromKeyPair(keyPairFromSeed(new Uint8Array(32).fill(3)))
    const nonces = new Set(Array.from({ length: 200 }, () => Buffer.from(signer.sign(Uint8Array.of(1)).subarray(0, 32)).toString('hex')))
    expect(nonces.size).toBe(200)
  })

  it('refuses a signature without the mark of schnorrkel 0.8', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(3))
    const signature = signerFromKeyPair(pair).sign(Uint8Array.of(1))
    signature[63] = (signature[63] as number) & 0x7f
    expect(verifySignature({ scheme: 'sr25519', publicKey: pair.publicKey, message: Uint8Array.of(1), signature })).toBe(false)
  })

  it('refuses the all-zero key, for which schnorrkel takes a signature of anybody', () => {
    // R = B, s = 1: with the identity as the key, R = s·B - k·A holds for every message.
    const forged = hex(`e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76${'01'.padEnd(62, '0')}80`)
    const zero = new Uint8Array(32)
    expect(wasmVerify(forged, Uint8Array.of(1), zero)).toBe(true)
    expect(verifySignature({ scheme: 'sr25519', publicKey: zero, message: Uint8Array.of(1), signature: forged })).toBe(false)
  })

  it('survives keys that are not points, and goes on working', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(3))
    const signature = signerFromKeyPair(pair).sign(Uint8Array.of(1))
    const notAPoint = new Uint8Array(32).fill(255)
    for (let i = 0; i < 5000; i++) {
      expect(verifySignature({ scheme: 'sr25519', publicKey: notAPoint, message: Uint8Array.of(1), signature })).toBe(false)
    }
    expect(verifySignature({ scheme: 'sr25519', publicKey: pair.publicKey, message: Uint8Array.of(1), signature })).toBe(true)
  })
})

describe('ed25519', () => {
  it('agrees with @polkadot in both directions', () => {
    fc.assert(
      fc.property(seed, message, (s, m) => {
        const pair = keyPairFromSeed(s, 'ed25519')
        const theirs = ed25519PairFromSeed(s)
        expect(pair.publicKey).toEqual(theirs.publicKey)
        expect(pair.secretKey).toEqual(theirs.secretKey)
        const signature = ed25519Sign(m, theirs)
        expect(signerFromKeyPair(pair).sign(m)).toEqual(signature)
        expect(verifySignature({ scheme: 'ed25519', publicKey: pair.publicKey, message: m, signature })).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  // Under a key of small order, R = s·B with any s verifies for many messages or all: nobody may hold such a hotkey.
  it.each([
    '0100000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000080',
    '0000000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ])('refuses the weak public key %s', (key) => {
    // s = 1, R = B: the forgery that the identity accepts, and node:crypto with it.
    const forged = hex(`5866666666666666666666666666666666666666666666666666666666666666${'01'.padEnd(64, '0')}`)
    for (let i = 0; i < 16; i++) {
      expect(verifySignature({ scheme: 'ed25519', publicKey: hex(key), message: Uint8Array.of(i), signature: forged })).toBe(false)
    }
  })

  // From Node 24 on, node:crypto refuses it by itself.
  it.runIf(Number(process.versions.node.split('.')[0]) < 24)('needs that refusal: node:crypto takes the forgery', () => {
    const identity = Buffer.concat([hex('302a300506032b6570032100'), hex('01'.padEnd(64, '0'))])
    const forged = hex(`5866666666666666666666666666666666666666666666666666666666666666${'01'.padEnd(64, '0')}`)
    expect(verify(null, Uint8Array.of(1), createPublicKey({ key: identity, format: 'der', type: 'spki' }), forged)).toBe(true)
  })

  it('refuses s + L, a second spelling of the same signature', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const pair = keyPairFromSeed(new Uint8Array(32).fill(9), 'ed25519')
    const signature = signerFromKeyPair(pair).sign(Uint8Array.of(7))
    const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`) + order
    const changed = signature.slice()
    changed.set(hex(s.toString(16).padStart(64, '0')).toReversed(), 32)
    expect(verifySignature({ scheme: 'ed25519', publicKey: pair.publicKey, message: Uint8Array.of(7), signature })).toBe(true)
    expect(verifySignature({ scheme: 'ed25519', publicKey: pair.publicKey, message: Uint8Array.of(7), signature: changed })).toBe(false)
  })
})

describe.each(['sr25519', 'ed25519'] as const)('%s', (scheme) => {
  const signed = new TextEncoder().encode('hello')

  it('verifies only the exact bytes', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(5), scheme)
    const signer = signerFromKeyPair(pair)
    const wrapped = new TextEncoder().encode('<Bytes>hello</Bytes>')
    expect(verifySignature({ scheme, publicKey: pair.publicKey, message: signed, signature: signer.sign(wrapped) })).toBe(false)
    expect(verifySignature({ scheme, publicKey: pair.publicKey, message: wrapped, signature: signer.sign(signed) })).toBe(false)
    expect(verifySignature({ scheme, publicKey: pair.publicKey, message: signed, signature: signer.sign(signed) })).toBe(true)
  })

  it('answers false, without throwing, to anything malformed', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(5), scheme)
    const good = { scheme, publicKey: pair.publicKey, message: signed, signature: signerFromKeyPair(pair).sign(signed) }
    expect(verifySignature(good)).toBe(true)
    for (const length of [0, 1, 31, 33, 63, 65, 96]) {
      expect(verifySignature({ ...good, publicKey: new Uint8Array(length) })).toBe(false)
      expect(verifySignature({ ...good, signature: new Uint8Array(length) })).toBe(false)
    }
    expect(verifySignature({ ...good, signature: new Uint8Array(64) })).toBe(false)
    for (const bad of [undefined, null, '', 'x'.repeat(64), [], {}]) {
      expect(verifySignature({ ...good, publicKey: bad as never })).toBe(false)
      expect(verifySignature({ ...good, signature: bad as never })).toBe(false)
      expect(verifySignature({ ...good, message: bad as never })).toBe(false)
      expect(verifySignature({ ...good, scheme: bad as never })).toBe(false)
    }
    expect(verifySignature({ ...good, scheme: scheme === 'sr25519' ? 'ed25519' : 'sr25519' })).toBe(false)
  })
})
