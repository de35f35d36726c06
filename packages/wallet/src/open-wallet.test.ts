import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Keyring } from '@polkadot/keyring'
import { encodeAddress } from '@polkadot/util-crypto'
import type { ErrorCode } from '@tensorkit/core'
import { exportPrivateKey, keyPairFromUri, verifySignature } from '@tensorkit/core/crypto'
import { describe, expect, it } from 'vitest'
import { createWallet, exportKey, openWallet, revealSecret } from './index.js'
import { address, bobAddress, codeOf, keyfiles, message, path, phrase, placeHotkey, rejection, subkey } from './test-support.js'

describe('openWallet reads what others wrote', () => {
  const privateKey = () => `0x${Buffer.from(exportPrivateKey(keyPairFromUri(phrase))).toString('hex')}`
  const { accountId, publicKey, secretSeed } = subkey
  const foreign: [string, () => string][] = [
    ["subkey's JSON", () => JSON.stringify(subkey)],
    [
      'btwallet, all fields, another order',
      () =>
        JSON.stringify({ ss58Address: address, privateKey: privateKey(), secretSeed, secretPhrase: phrase, publicKey, accountId }, null, 2),
    ],
    ['v11, a numeric cryptoType', () => JSON.stringify({ ...subkey, privateKey: privateKey(), cryptoType: 1 })],
    ['cryptoType as text', () => JSON.stringify({ ...subkey, cryptoType: ' 1 ' })],
    ['cryptoType null', () => JSON.stringify({ ...subkey, cryptoType: null, privateKey: null })],
    ['newer fields', () => JSON.stringify({ ...subkey, cryptoType: 1, accountType: 'sr25519', signingScheme: 'sr25519' })],
    ['seed only', () => JSON.stringify({ secretSeed })],
    ['seed without 0x', () => JSON.stringify({ secretSeed: secretSeed?.slice(2), ss58Address: address })],
    ['private key only', () => JSON.stringify({ privateKey: privateKey(), ss58Address: address })],
    ['null phrase, private key', () => JSON.stringify({ secretPhrase: null, secretSeed: null, privateKey: privateKey() })],
    ['the address with a leading space', () => JSON.stringify({ secretPhrase: phrase, ' ss58Address': address })],
    ['a bare mnemonic', () => phrase],
    ['a bare mnemonic with a line end', () => `${phrase}\n`],
    ['a bare seed', () => `${secretSeed}\n`],
    ['a bare seed without 0x', () => secretSeed?.slice(2) as string],
    ['a bare private key', () => privateKey()],
  ]

  it.each(foreign)('%s', async (_, content) => {
    await placeHotkey(content())
    const wallet = await openWallet({ name: 'w', path })
    expect(wallet.hotkey.address).toBe(address)
    expect(wallet.coldkeyAddress).toBeUndefined()
    const signature = wallet.hotkey.sign(message)
    expect(verifySignature({ scheme: 'sr25519', publicKey: wallet.hotkey.publicKey, message, signature })).toBe(true)
  })

  it('the other scheme, where the label is wrong or absent', async () => {
    const ed25519 = new Keyring({ type: 'ed25519', ss58Format: 42 }).addFromMnemonic(phrase).address
    for (const cryptoType of [undefined, 1, '1', 0, '0']) {
      await placeHotkey(JSON.stringify({ secretPhrase: phrase, ss58Address: ed25519, cryptoType }))
      const { hotkey } = await openWallet({ name: 'w', path })
      expect([hotkey.scheme, hotkey.address]).toEqual(['ed25519', ed25519])
    }
    await placeHotkey(JSON.stringify({ ...subkey, cryptoType: 0 }))
    expect((await openWallet({ name: 'w', path })).hotkey).toMatchObject({ scheme: 'sr25519', address })
  })

  it('secretPhrase before secretSeed before privateKey', async () => {
    const bob = keyPairFromUri('//Bob')
    const other = `0x${Buffer.from(exportPrivateKey(bob)).toString('hex')}`
    await placeHotkey(JSON.stringify({ secretPhrase: phrase, secretSeed: `0x${'11'.repeat(32)}`, privateKey: other }))
    expect((await openWallet({ name: 'w', path })).hotkey.address).toBe(address)
    await placeHotkey(JSON.stringify({ secretSeed, privateKey: other }))
    expect((await openWallet({ name: 'w', path })).hotkey.address).toBe(address)
  })
})

describe('openWallet refuses', () => {
  const otherPhrase = keyfiles.upstream_test_inputs.mnemonic
  const cases: [string, string | Uint8Array, ErrorCode][] = [
    ['$NACL', Uint8Array.from(Buffer.from(keyfiles.nacl_vector.file_hex, 'hex')), 'WALLET_ENCRYPTED'],
    ['polkadot.js', keyfiles.polkadotjs_json_import.json, 'WALLET_ENCRYPTED'],
    ['an empty file', '', 'WALLET_MALFORMED'],
    ['cut off JSON', JSON.stringify(subkey).slice(0, -20), 'WALLET_MALFORMED'],
    ['a list', '[]', 'WALLET_MALFORMED'],
    ['null', 'null', 'WALLET_MALFORMED'],
    ['no key', '{}', 'WALLET_MALFORMED'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0x00), 'WALLET_MALFORMED'],
    ['64 KiB and more', 'a'.repeat(70_000), 'WALLET_MALFORMED'],
    ['a public file in its place', JSON.stringify({ ss58Address: address }), 'WALLET_MALFORMED'],
    ['a secret of another address', JSON.stringify({ ...subkey, secretPhrase: otherPhrase }), 'WALLET_MALFORMED'],
    ['address and public key of two keys', JSON.stringify({ ...subkey, ss58Address: bobAddress }), 'WALLET_MALFORMED'],
    ['a wrong checksum', JSON.stringify({ secretPhrase: Array(12).fill('abandon').join(' ') }), 'WALLET_MALFORMED'],
    ['a short seed', JSON.stringify({ secretSeed: '0x1234' }), 'WALLET_MALFORMED'],
    ['a seed that is no hex', JSON.stringify({ secretSeed: 'zz'.repeat(32) }), 'WALLET_MALFORMED'],
    ['a numeric seed', JSON.stringify({ secretSeed: 5 }), 'WALLET_MALFORMED'],
    ['an unknown scheme', JSON.stringify({ ...subkey, cryptoType: 'ecdsa' }), 'WALLET_MALFORMED'],
    ['a newer account type', JSON.stringify({ ...subkey, cryptoType: 3 }), 'CORE_NOT_SUPPORTED'],
    ['a hashed account', JSON.stringify({ ...subkey, hashedDescriptor: '0x00' }), 'CORE_NOT_SUPPORTED'],
    ['an address of another network', JSON.stringify({ secretPhrase: phrase, ss58Address: encodeAddress(address, 0) }), 'WALLET_MALFORMED'],
  ]

  it.each(cases)('%s', async (_, content, code) => {
    const file = await placeHotkey(content)
    const error = await rejection(openWallet({ name: 'w', path }))
    expect(error.code).toBe(code)
    expect(error.message).toContain(file)
  })

  it('what is absent', async () => {
    expect(await codeOf(openWallet({ name: 'none', path }))).toBe('WALLET_NOT_FOUND')
    await createWallet({ path, coldkey: { address: bobAddress } })
    expect(await codeOf(openWallet({ path, hotkey: 'none' }))).toBe('WALLET_NOT_FOUND')
  })

  it('secret files that others can read', async () => {
    for (const mode of [0o644, 0o640, 0o604, 0o620, 0o666]) {
      const file = await placeHotkey(JSON.stringify(subkey), { mode })
      const error = await rejection(openWallet({ name: 'w', path }))
      expect(error.code).toBe('WALLET_UNSAFE_FILE')
      expect(error.remedy).toBe(`Run: chmod 600 '${file}'`)
    }
    await placeHotkey(JSON.stringify(subkey), { mode: 0o400 })
    expect((await openWallet({ name: 'w', path })).hotkey.address).toBe(address)
  })

  it('links and directories in place of files', async () => {
    const real = await placeHotkey(JSON.stringify(subkey))
    await mkdir(join(path, 'v', 'hotkeys'), { recursive: true })
    await symlink(real, join(path, 'v', 'hotkeys', 'default'))
    expect(await codeOf(openWallet({ name: 'v', path }))).toBe('WALLET_UNSAFE_FILE')
    await mkdir(join(path, 'u', 'hotkeys', 'default'), { recursive: true })
    expect(await codeOf(openWallet({ name: 'u', path }))).toBe('WALLET_UNSAFE_FILE')
    await symlink(join(path, 'w'), join(path, 'linked'))
    for (const open of [
      openWallet({ name: 'linked', path }),
      exportKey({ name: 'linked', path, key: 'hotkey', format: 'json' }),
      revealSecret({ name: 'linked', path, key: 'hotkey', form: 'seed' }),
    ])
      expect(await codeOf(open)).toBe('WALLET_UNSAFE_FILE')
    // A hard link is the file itself.
    await link(real, join(path, 'w', 'hotkeys', 'second'))
    expect((await openWallet({ name: 'w', hotkey: 'second', path })).hotkey.address).toBe(address)
  })

  it('a coldkey that is not the one of coldkeypub.txt', async () => {
    await createWallet({ path, coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    await writeFile(join(path, 'default', 'coldkeypub.txt'), JSON.stringify({ ss58Address: bobAddress }))
    const wallet = await openWallet({ path })
    expect(await codeOf(wallet.openColdkey())).toBe('WALLET_MALFORMED')
  })
})
