import { readdir } from 'node:fs/promises'
import { Keyring } from '@polkadot/keyring'
import { encodeAddress } from '@polkadot/util-crypto'
import { verifySignature } from '@tensorkit/core/crypto'
import { describe, expect, it } from 'vitest'
import { devWallet, fromKeyringPair, toKeyringPair } from './index.js'
import { bobAddress, keyfiles, message, path, plain } from './test-support.js'

describe('devWallet and @polkadot/keyring', () => {
  it('gives the well-known keys', async () => {
    const wallet = await devWallet('//Alice', { hotkeyUri: '//Bob' })
    expect([wallet.coldkeyAddress, wallet.hotkey.address]).toEqual([plain.alice.ss58, bobAddress])
    expect((await wallet.openColdkey()).address).toBe(plain.alice.ss58)
    expect((await devWallet('//Alice')).hotkey.address).toBe(plain.alice.ss58)
    expect(await readdir(path)).toEqual([])
  })

  it('signs alike on both sides of @polkadot/keyring', async () => {
    const wallet = await devWallet('//Alice')
    const pair = await toKeyringPair(await wallet.exportKeyPair('hotkey'))
    expect(pair.address).toBe(wallet.hotkey.address)
    expect(pair.verify(message, wallet.hotkey.sign(message), pair.publicKey)).toBe(true)
    const signer = fromKeyringPair(pair)
    expect(verifySignature({ scheme: 'sr25519', publicKey: wallet.hotkey.publicKey, message, signature: signer.sign(message) })).toBe(true)
    const ed25519 = fromKeyringPair(new Keyring({ type: 'ed25519' }).addFromUri('//Alice'))
    expect(verifySignature({ scheme: 'ed25519', publicKey: ed25519.publicKey, message, signature: ed25519.sign(message) })).toBe(true)
    expect(ed25519.address).toBe(encodeAddress(ed25519.publicKey, 42))
  })

  it('refuses locked pairs and other schemes', () => {
    const locked = new Keyring({ type: 'sr25519' }).addFromJson(JSON.parse(keyfiles.polkadotjs_json_import.json))
    expect(() => fromKeyringPair(locked)).toThrow(/locked/)
    expect(() => fromKeyringPair(new Keyring({ type: 'ecdsa' }).addFromUri('//Alice'))).toThrow(/sr25519 and ed25519/)
  })
})
