import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import {
  blake2AsU8a,
  cryptoWaitReady,
  ed25519PairFromSeed,
  encodeAddress,
  keyExtractSuri,
  keyFromPath,
  mnemonicGenerate,
  mnemonicToMiniSecret,
  mnemonicValidate,
  sha256AsU8a,
  sr25519PairFromSeed,
} from '@polkadot/util-crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { encodeSs58 } from '../ss58/ss58.js'
import { blake2b256, sha256 } from './hashes.js'
import { initCrypto } from './init-crypto.js'
import { keyPairFromSeed } from './key-pair.js'
import { keyPairFromUri } from './key-pair-from-uri.js'
import { generateMnemonic, isMnemonic, keyPairFromMnemonic } from './mnemonic.js'
import { exportPrivateKey, keyPairFromPrivateKey } from './private-key.js'
import { signerFromKeyPair, signerFromUri } from './signer.js'

beforeAll(async () => {
  await initCrypto()
  await cryptoWaitReady()
})

const thrown = (run: () => unknown): TensorKitError => {
  try {
    run()
  } catch (error) {
    if (TensorKitError.isInstance(error)) return error
    throw error
  }
  throw new Error('Nothing was thrown')
}

function theirKey(uri: string, scheme: 'sr25519' | 'ed25519') {
  const { phrase, path, password } = keyExtractSuri(uri)
  const seed = mnemonicToMiniSecret(phrase, password)
  return keyFromPath(scheme === 'sr25519' ? sr25519PairFromSeed(seed) : ed25519PairFromSeed(seed), path, scheme)
}

describe('keyPairFromUri', () => {
  // Addresses as `subkey inspect //Alice` and Bittensor's documents print them.
  it.each([
    ['//Alice', 'sr25519', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
    ['//Bob', 'sr25519', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'],
    ['//Alice', 'ed25519', '5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu'],
    ['0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a', 'sr25519', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'],
  ] as const)('%s as %s', (uri, scheme, address) => {
    expect(encodeSs58(keyPairFromUri(uri, scheme).publicKey)).toBe(address)
  })

  it('agrees with @polkadot on mnemonics, paths and passwords', () => {
    const name = fc.oneof(fc.stringMatching(/^[A-Za-z_ -]{1,40}$/), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String))
    const junction = fc.tuple(fc.constantFrom('//', '/'), name).map(([slash, text]) => slash + text)
    const uri = fc.tuple(
      fc.constantFrom(12, 24),
      fc.array(junction, { maxLength: 3 }),
      fc.option(fc.stringMatching(/^[a-zA-Z0-9 /]{1,20}$/)),
    )
    fc.assert(
      fc.property(uri, ([words, path, password]) => {
        const text = `${mnemonicGenerate(words)}${path.join('')}${password === null ? '' : `///${password}`}`
        const pair = keyPairFromUri(text)
        const theirs = theirKey(text, 'sr25519')
        expect(pair.publicKey).toEqual(theirs.publicKey)
        // A soft step draws the second half, the seed of nonces, at random.
        expect(pair.secretKey.subarray(0, 32)).toEqual(theirs.secretKey.subarray(0, 32))
        if (path.every((step) => step.startsWith('//')))
          expect(keyPairFromUri(text, 'ed25519').publicKey).toEqual(theirKey(text, 'ed25519').publicKey)
      }),
      { numRuns: 40 },
    )
  })

  it.each(['//Alice//', 'abc', '///', '0x12', '0xzz', '//Alice\n', '', '///password', 'bottom//', 5, undefined, 'x'.repeat(5000)])(
    'refuses %o',
    (uri) => {
      // Nothing before a password is the development phrase: refuse only what is malformed.
      if (uri === '' || uri === '///' || uri === '///password') return expect(keyPairFromUri(uri).publicKey).toHaveLength(32)
      expect(thrown(() => keyPairFromUri(uri as string)).code).toMatch(/CORE_INVALID_ARGUMENT|WALLET_BAD_MNEMONIC/)
    },
  )

  it('refuses soft derivation for ed25519', () => {
    expect(thrown(() => keyPairFromUri('//Alice/soft', 'ed25519')).code).toBe('CORE_INVALID_ARGUMENT')
  })
})

describe('mnemonics', () => {
  it.each([12, 15, 18, 21, 24] as const)('generates %i words that others accept', (words) => {
    const mnemonic = generateMnemonic(words)
    expect(mnemonic.split(' ')).toHaveLength(words)
    expect(mnemonicValidate(mnemonic)).toBe(true)
    expect(isMnemonic(mnemonic)).toBe(true)
    expect(keyPairFromMnemonic(mnemonic).publicKey).toEqual(sr25519PairFromSeed(mnemonicToMiniSecret(mnemonic)).publicKey)
    expect(generateMnemonic(words)).not.toBe(mnemonic)
  })

  it('applies the password to the entropy', () => {
    const mnemonic = generateMnemonic()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (password) => {
        const theirs = ed25519PairFromSeed(mnemonicToMiniSecret(mnemonic, password))
        expect(keyPairFromMnemonic(mnemonic, { password, scheme: 'ed25519' }).publicKey).toEqual(theirs.publicKey)
      }),
      { numRuns: 20 },
    )
  })

  it('refuses other lengths and broken checksums', () => {
    expect(thrown(() => generateMnemonic(13 as 12)).code).toBe('CORE_INVALID_ARGUMENT')
    expect(isMnemonic(Array(12).fill('abandon').join(' '))).toBe(false)
    expect(thrown(() => keyPairFromMnemonic(Array(12).fill('abandon').join(' '))).code).toBe('WALLET_BAD_MNEMONIC')
  })
})

describe('secrets', () => {
  it('are in no error, whatever was wrong', () => {
    const planted = 'correcthorse'
    for (const uri of [`${planted} ${planted}`, `${planted}//a///${planted}`, `0x${planted}`, `${planted}//`, `//${planted}\n`]) {
      const error = thrown(() => keyPairFromUri(uri))
      expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack).not.toContain(planted)
    }
    const error = thrown(() => keyPairFromMnemonic(Array(12).fill(planted).join(' ')))
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain(planted)
  })

  it('are not shown by a printed key pair or signer, and can be wiped', async () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(0xab))
    const secret = pair.secretKey
    const signer = signerFromKeyPair(pair)
    const forms = [Buffer.from(secret).toString('hex').slice(0, 20), secret.subarray(0, 6).join(', '), secret.subarray(0, 6).join(',')]
    for (const value of [pair, signer, { ...pair }]) {
      for (const text of [inspect(value, { depth: 9 }), JSON.stringify(value)]) for (const form of forms) expect(text).not.toContain(form)
    }
    pair.wipe()
    expect(secret.every((byte) => byte === 0)).toBe(true)
    expect(thrown(() => pair.secretKey).code).toBe('CORE_CLOSED')
    expect(thrown(() => signer.sign(new Uint8Array(1))).code).toBe('CORE_CLOSED')
    expect((await signerFromUri('//Alice')).address).toBe('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')
  })

  it('of a wrong length reach no engine', () => {
    for (const length of [0, 31, 33, 63, 64])
      expect(thrown(() => keyPairFromSeed(new Uint8Array(length))).code).toBe('CORE_INVALID_ARGUMENT')
    const forged = { scheme: 'sr25519' as const, publicKey: new Uint8Array(32), secretKey: new Uint8Array(63), wipe: () => {} }
    expect(thrown(() => signerFromKeyPair(forged)).code).toBe('CORE_INVALID_ARGUMENT')
    expect(thrown(() => keyPairFromSeed(new Uint8Array(32), 'ecdsa' as 'sr25519')).code).toBe('CORE_INVALID_ARGUMENT')
  })
})

describe('keyPairFromPrivateKey', () => {
  const { alice } = JSON.parse(readFileSync(new URL('../../../../vectors/keyfile/plain.json', import.meta.url), 'utf8'))
  const published = Uint8Array.from(Buffer.from(alice.private_key_hex.slice(2), 'hex'))

  it("reads and writes sp-core's form", async () => {
    const pair = await keyPairFromPrivateKey(published)
    expect(encodeSs58(pair.publicKey)).toBe(alice.ss58)
    expect(pair.secretKey).toEqual(keyPairFromUri('//Alice').secretKey)
    expect(exportPrivateKey(pair)).toEqual(published)
  })

  it('is the inverse of exportPrivateKey', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.constantFrom('sr25519' as const, 'ed25519' as const),
        async (seed, scheme) => {
          const pair = keyPairFromSeed(seed, scheme)
          const back = await keyPairFromPrivateKey(exportPrivateKey(pair), scheme)
          expect(back.publicKey).toEqual(pair.publicKey)
          expect(back.secretKey).toEqual(pair.secretKey)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('refuses other lengths and scalars out of range', async () => {
    for (const bad of [new Uint8Array(31), new Uint8Array(65), new Uint8Array(64), new Uint8Array(64).fill(255)]) {
      await expect(keyPairFromPrivateKey(bad)).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    }
  })
})

describe('hashes', () => {
  it('agree with @polkadot', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (data) => {
        expect(blake2b256(data)).toEqual(blake2AsU8a(data, 256, null, true))
        expect(sha256(data)).toEqual(sha256AsU8a(data, true))
      }),
    )
  })
})

describe('encodeAddress', () => {
  it('gives signers the address that @polkadot gives', async () => {
    const signer = await signerFromUri('//Charlie', 'ed25519')
    expect(signer.address).toBe(encodeAddress(signer.publicKey, 42))
  })
})
