import { encodeSs58 } from '@tensorkit/core'
import { generateMnemonic, initCrypto, keyPairFromMnemonic, keyPairFromSeed, keyPairFromUri, mnemonicToSeed } from '@tensorkit/core/crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodePublicKeyFile, encodeSecretKeyFile } from '../files/encode-key-file.js'
import { parsePlainKey } from './parse-plain-key.js'

beforeAll(initCrypto)
const bytes = (text: string) => new TextEncoder().encode(text)
const text = (content: Uint8Array) => new TextDecoder().decode(content)
const scheme = fc.constantFrom('sr25519' as const, 'ed25519' as const)
const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe('key files', () => {
  it('come back as they were written, from whichever secret is left in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        scheme,
        fc.subarray(['secretPhrase', 'secretSeed', 'privateKey'], { minLength: 1 }),
        fc.boolean(),
        async (kind, kept, hasAddress) => {
          const mnemonic = generateMnemonic()
          const pair = keyPairFromMnemonic(mnemonic, { scheme: kind })
          const fields = JSON.parse(text(encodeSecretKeyFile({ pair, mnemonic, seed: mnemonicToSeed(mnemonic) })))
          for (const name of ['secretPhrase', 'secretSeed', 'privateKey']) if (!kept.includes(name)) delete fields[name]
          if (!hasAddress) delete fields.ss58Address
          const parsed = await parsePlainKey(bytes(JSON.stringify(fields)), 'file')
          expect(parsed).toMatchObject({ address: encodeSs58(pair.publicKey), scheme: kind })
          expect(parsed.pair?.secretKey).toEqual(pair.secretKey)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('of derived keys hold the private key alone', async () => {
    const pair = keyPairFromUri('//Alice/soft//hard')
    const content = encodeSecretKeyFile({ pair })
    expect(text(content)).not.toMatch(/secretPhrase|secretSeed/)
    expect((await parsePlainKey(content, 'file')).pair?.secretKey).toEqual(pair.secretKey)
  })

  it('of the public part hold no secret', async () => {
    await fc.assert(
      fc.asyncProperty(scheme, seed, async (kind, secret) => {
        const pair = keyPairFromSeed(secret, kind)
        const content = encodePublicKeyFile(pair)
        expect(await parsePlainKey(bytes(content), 'file')).toEqual({ address: encodeSs58(pair.publicKey), scheme: kind })
        expect(content).not.toMatch(/secret|private/)
        expect(content).not.toContain(Buffer.from(secret).toString('hex').slice(0, 16))
      }),
    )
  })

  it('of any content are refused by a TensorKitError or read, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.json().map(bytes), fc.string().map(bytes)), async (content) => {
        await expect(parsePlainKey(content, 'file')).rejects.toMatchObject({ code: expect.stringMatching(/^(WALLET_|CORE_NOT_SUPPORTED)/) })
      }),
    )
  })
})
