import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSs58Address } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { createHotkey, createWallet, listWallets } from './index.js'
import { address, bobAddress, keyfiles, path, phrase, placeHotkey, plain } from './test-support.js'

describe('listWallets', () => {
  it('lists all, and the bad ones with the reason', async () => {
    await createWallet({ path, name: 'a', coldkey: { address: bobAddress } })
    await createHotkey({ path, name: 'a', hotkey: 'h2', source: { uri: '//Alice' } })
    await createWallet({ path, name: 'b', coldkey: { mnemonic: phrase }, plaintextColdkey: true, hotkeySource: { mnemonic: phrase } })
    await placeHotkey(Uint8Array.from(Buffer.from(keyfiles.nacl_vector.file_hex, 'hex')), { name: 'c' })
    await writeFile(join(path, 'c', 'hotkeys', 'defaultpub.txt'), JSON.stringify({ ss58Address: address }))
    await writeFile(join(path, 'c', 'hotkeys', 'x.lock'), '')
    await placeHotkey('{', { name: 'd' })
    await writeFile(join(path, 'd', 'coldkeypub.txt'), '{')
    await symlink(join(path, 'a'), join(path, 'e'))
    await writeFile(join(path, 'stray'), '')
    await mkdir(join(path, '.tensorkit-left'))
    const list = await listWallets({ path })
    expect(list).toEqual([
      {
        name: 'a',
        coldkeyAddress: bobAddress,
        hasColdkey: false,
        hotkeys: [
          { name: 'default', address: expect.toSatisfy(isSs58Address), isEncrypted: false },
          { name: 'h2', address: plain.alice.ss58, isEncrypted: false },
        ],
      },
      { name: 'b', coldkeyAddress: address, hasColdkey: true, hotkeys: [{ name: 'default', address, isEncrypted: false }] },
      { name: 'c', hasColdkey: false, hotkeys: [{ name: 'default', address, isEncrypted: true, encryption: 'nacl' }] },
      {
        name: 'd',
        hasColdkey: false,
        hotkeys: [{ name: 'default', isEncrypted: false, problem: 'WALLET_MALFORMED' }],
        problem: 'WALLET_MALFORMED',
      },
      { name: 'e', hasColdkey: false, hotkeys: [], problem: 'WALLET_UNSAFE_FILE' },
    ])
  })

  it('is empty where there is nothing', async () => {
    expect(await listWallets({ path: join(path, 'absent') })).toEqual([])
  })
})
