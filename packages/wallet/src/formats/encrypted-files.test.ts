import { Keyring } from '@polkadot/keyring'
import { naclEncrypt } from '@polkadot/util-crypto'
import { initCrypto, keyPairFromUri } from '@tensorkit/core/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeSecretKeyFile } from '../files/encode-key-file.js'
import { bobAddress, CheapUnlocker, keyfiles, legacy, rejection } from '../test-support.js'
import { cipherContext } from '../unlock/unlock-options.js'
import { createUnlocker, UnlockQueue } from '../unlock/unlocker.js'
import { encryptNacl } from './nacl.js'
import { encryptionOf, openKeyFile } from './open-key-file.js'
import { encodePolkadotJson } from './polkadot-json.js'

beforeAll(initCrypto)
const whose = { key: 'hotkey', file: '/wallets/w/hotkeys/h' } as const
const bytes = (text: string) => new TextEncoder().encode(text)

describe('$NACL', () => {
  const { password_utf8: password, file_hex } = keyfiles.nacl_vector
  const file = Uint8Array.from(Buffer.from(file_hex, 'hex'))

  it('of other libraries is opened, by the key that they derive', async () => {
    await using unlocker = createUnlocker({ engine: 'wasm' })
    const stages = new Set<string>()
    const key = await openKeyFile(file, whose, { password, unlocker, onProgress: ({ stage }) => stages.add(stage) })
    expect(key).toEqual({ address: keyfiles.well_known.alice_ss58, scheme: 'sr25519' })
    expect([...stages]).toEqual(['deriving', 'done'])
  }, 300_000)

  it('comes back as it was written; one changed bit and a wrong password are told as such', async () => {
    const unlocker = new CheapUnlocker()
    const pair = keyPairFromUri('//Alice//hotkey')
    const plain = encodeSecretKeyFile({ pair })
    const written = await encryptNacl(plain, bytes('secret'), cipherContext('', { unlocker }))
    expect(encryptionOf(written)).toBe('nacl')
    expect((await openKeyFile(written, whose, { password: 'secret', unlocker })).pair?.secretKey).toEqual(pair.secretKey)
    expect((await encryptNacl(plain, bytes('secret'), cipherContext('', { unlocker }))).subarray(5, 29)).not.toEqual(
      written.subarray(5, 29),
    )
    const wrong = await rejection(openKeyFile(written, whose, { password: 'Secret', unlocker }))
    expect(wrong.code).toBe('WALLET_BAD_PASSWORD')
    expect(wrong.shortMessage).toBe('The password of the hotkey is wrong')
    written[40] = (written[40] as number) ^ 1
    expect((await rejection(openKeyFile(written, whose, { password: 'secret', unlocker }))).code).toBe('WALLET_BAD_PASSWORD')
  })

  it('that is cut off costs no derivation', async () => {
    const unlocker = new CheapUnlocker()
    const error = await rejection(openKeyFile(file.subarray(0, 45), whose, { password, unlocker }))
    expect([error.code, unlocker.derivations]).toEqual(['WALLET_MALFORMED', 0])
  })

  it('without a password is told as encrypted', async () => {
    const error = await rejection(openKeyFile(file, whose, { password: () => undefined }))
    expect([error.code, error.shortMessage]).toEqual(['WALLET_ENCRYPTED', 'The hotkey is encrypted, and no password was given'])
    expect((await rejection(openKeyFile(file, whose, { password: '' }))).code).toBe('WALLET_ENCRYPTED')
  })
})

describe('the ciphers that are only read', () => {
  it('Ansible Vault, as bittensor-wallet 4.1.1 wrote it', async () => {
    const file = bytes(legacy.ansible_vault)
    const key = await openKeyFile(file, whose, { password: legacy.password_utf8 })
    expect(key).toMatchObject({ address: legacy.address, mnemonic: expect.stringMatching(/^bottom drive obey/) })
    expect((await rejection(openKeyFile(file, whose, { password: 'x' }))).code).toBe('WALLET_BAD_PASSWORD')
    const windows = bytes(legacy.ansible_vault.replaceAll('\n', '\r\n'))
    expect((await openKeyFile(windows, whose, { password: legacy.password_utf8 })).address).toBe(legacy.address)
  })

  it("Fernet, as Python's cryptography wrote it", async () => {
    class Known extends UnlockQueue {
      override async derive(...[recipe, password]: Parameters<UnlockQueue['derive']>): Promise<Uint8Array> {
        expect(recipe).toMatchObject({ name: 'pbkdf2', rounds: 10_000_000, keyBytes: 32 })
        const isRight = Buffer.from(password).toString() === legacy.password_utf8
        return isRight ? Uint8Array.from(Buffer.from(legacy.fernet_key_hex, 'hex')) : new Uint8Array(32)
      }
    }
    const unlocker = new Known()
    const key = await openKeyFile(bytes(`${legacy.fernet}\n`), whose, { password: legacy.password_utf8, unlocker })
    expect(key.address).toBe(legacy.address)
    expect((await rejection(openKeyFile(bytes(legacy.fernet), whose, { password: 'x', unlocker }))).code).toBe('WALLET_BAD_PASSWORD')
  })
})

describe('polkadot.js JSON', () => {
  const password = 'Password123'
  const open = (json: unknown, given = password) => openKeyFile(bytes(JSON.stringify(json)), whose, { password: given })

  it("of btwallet's tests", async () => {
    const { json, passphrase, expect_address } = keyfiles.polkadotjs_json_import
    const key = await openKeyFile(bytes(json), whose, { password: passphrase })
    expect([key.address, key.scheme]).toEqual([expect_address, 'sr25519'])
  })

  it.each(['sr25519', 'ed25519'] as const)('comes back as it was written: %s', async (scheme) => {
    const pair = keyPairFromUri('//Alice//hotkey', scheme)
    const ours = JSON.parse(await encodePolkadotJson(pair, 'miner', bytes(password), cipherContext('', {})))
    expect(ours).toMatchObject({ encoding: { content: ['pkcs8', scheme], version: '3' }, meta: { name: 'miner' } })
    expect((await open(ours)).pair?.secretKey).toEqual(pair.secretKey)
    expect((await rejection(open(ours, 'x'))).code).toBe('WALLET_BAD_PASSWORD')
  })

  it('without a password, of another network, and of the time before scrypt', async () => {
    const theirs = new Keyring({ type: 'sr25519', ss58Format: 0 }).addFromUri('//Bob')
    const plain = theirs.toJson()
    expect(encryptionOf(bytes(JSON.stringify(plain)))).toBeUndefined()
    expect((await open(plain, '')).address).toBe(bobAddress)
    const key = Buffer.alloc(32)
    key.write(password)
    const { encrypted, nonce } = naclEncrypt(theirs.encodePkcs8(), key)
    const encoding = { content: ['pkcs8', 'sr25519'], type: 'xsalsa20-poly1305', version: '2' }
    const old = { ...plain, encoded: `0x${Buffer.concat([nonce, encrypted]).toString('hex')}`, encoding }
    expect((await open(old)).address).toBe(bobAddress)
    expect((await rejection(open(old, 'x'))).code).toBe('WALLET_BAD_PASSWORD')
  })

  it('whose address is another one is refused, and unusual parameters before they cost anything', async () => {
    const json = JSON.parse(keyfiles.polkadotjs_json_import.json)
    const other = await rejection(open({ ...json, address: keyfiles.well_known.alice_ss58 }))
    expect([other.code, other.shortMessage]).toEqual([
      'WALLET_MALFORMED',
      'The secret in the polkadot.js file does not belong to the address in it',
    ])
    const encoded = Buffer.from(json.encoded, 'base64')
    encoded.writeUInt32LE(1 << 22, 32)
    const costly = await rejection(open({ ...json, encoded: encoded.toString('base64') }))
    expect(costly.shortMessage).toContain('scrypt')
    const kind = (content: unknown) => rejection(open({ ...json, encoding: { ...json.encoding, content } }))
    expect((await kind(['pkcs8', 'ethereum'])).code).toBe('CORE_NOT_SUPPORTED')
    for (const content of [['pkcs8', 'x'], ['x', 'sr25519'], [], ['pkcs8']]) expect((await kind(content)).code).toBe('WALLET_MALFORMED')
  })
})
