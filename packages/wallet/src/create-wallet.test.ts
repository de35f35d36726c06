import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Keyring } from '@polkadot/keyring'
import { encodeAddress, mnemonicToMiniSecret, mnemonicValidate, sr25519PairFromSeed } from '@polkadot/util-crypto'
import { describe, expect, it } from 'vitest'
import { createHotkey, createWallet, openWallet } from './index.js'
import { bobAddress, codeOf, path, phrase, plain, rejection, subkey } from './test-support.js'

const modeOf = async (file: string) => (await stat(file)).mode & 0o777

describe('createWallet', () => {
  it('writes the layout of Bittensor with the permissions of secrets', async () => {
    const { wallet, revealMnemonics } = await createWallet({ name: 'miner', hotkey: 'h1', path, coldkey: { address: bobAddress } })
    expect(await readdir(path)).toEqual(['miner'])
    expect((await readdir(join(path, 'miner'))).sort()).toEqual(['coldkeypub.txt', 'hotkeys'])
    expect((await readdir(join(path, 'miner', 'hotkeys'))).sort()).toEqual(['h1', 'h1pub.txt'])
    expect(await modeOf(join(path, 'miner'))).toBe(0o700)
    expect(await modeOf(join(path, 'miner', 'hotkeys'))).toBe(0o700)
    for (const file of ['coldkeypub.txt', 'hotkeys/h1', 'hotkeys/h1pub.txt']) expect(await modeOf(join(path, 'miner', file))).toBe(0o600)
    expect(wallet.coldkeyAddress).toBe(bobAddress)
    const { hotkey, ...rest } = revealMnemonics()
    expect(rest).toEqual({})
    expect(mnemonicValidate(hotkey as string)).toBe(true)
    const theirs = sr25519PairFromSeed(mnemonicToMiniSecret(hotkey as string))
    expect(wallet.hotkey.address).toBe(encodeAddress(theirs.publicKey, 42))
    expect(await codeOf(wallet.openColdkey())).toBe('WALLET_NOT_FOUND')
  })

  it('writes what the readers of the format need, and no number', async () => {
    await createWallet({ path, coldkey: { mnemonic: phrase }, plaintextColdkey: true, hotkeySource: { uri: '//Alice' } })
    const read = async (file: string) => JSON.parse(await readFile(join(path, 'default', file), 'utf8'))
    const coldkey = await read('coldkey')
    expect(coldkey).toMatchObject(subkey)
    expect(Object.keys(coldkey).sort()).toEqual(['accountId', 'privateKey', 'publicKey', 'secretPhrase', 'secretSeed', 'ss58Address'])
    const { accountId, publicKey, ss58Address } = subkey
    expect(await read('coldkeypub.txt')).toEqual({ accountId, publicKey, ss58Address })
    const hotkey = await read('hotkeys/default')
    expect(hotkey).toMatchObject({ privateKey: plain.alice.private_key_hex, ss58Address: plain.alice.ss58 })
    expect(hotkey).not.toHaveProperty('secretPhrase')
    // btwallet 4 reads the file as a map of texts: any other value makes it refuse.
    for (const value of [...Object.values(coldkey), ...Object.values(hotkey)]) expect(typeof value).toBe('string')
  })

  it('keeps the scheme of ed25519 keys', async () => {
    const { wallet } = await createWallet({
      path,
      scheme: 'ed25519',
      hotkeySource: { mnemonic: phrase },
      coldkey: {},
      plaintextColdkey: true,
    })
    const reopened = await openWallet({ path })
    expect(reopened.hotkey.scheme).toBe('ed25519')
    expect(reopened.hotkey.address).toBe(wallet.hotkey.address)
    expect(reopened.hotkey.address).toBe(new Keyring({ type: 'ed25519', ss58Format: 42 }).addFromMnemonic(phrase).address)
    expect((await reopened.openColdkey()).scheme).toBe('ed25519')
  })

  it('writes no coldkey in plain text unasked, and nothing else then', async () => {
    for (const coldkey of [undefined, {}, { mnemonic: phrase }, { uri: '//Alice' }]) {
      const error = await rejection(createWallet({ path, ...(coldkey === undefined ? {} : { coldkey }) }))
      expect(error.code).toBe('CORE_INVALID_ARGUMENT')
      expect(error.remedy).toContain('plaintextColdkey')
    }
    expect(await readdir(path)).toEqual([])
  })

  it('overwrites nothing', async () => {
    const { wallet } = await createWallet({ path, coldkey: { address: bobAddress } })
    const before = await readFile(join(path, 'default', 'hotkeys', 'default'))
    for (const hotkey of ['default', 'other'])
      expect(await codeOf(createWallet({ path, hotkey, coldkey: { address: bobAddress } }))).toBe('WALLET_EXISTS')
    expect(await readFile(join(path, 'default', 'hotkeys', 'default'))).toEqual(before)
    expect((await openWallet({ path })).hotkey.address).toBe(wallet.hotkey.address)
    await mkdir(join(path, 'empty'))
    await writeFile(join(path, 'file'), '')
    await symlink(path, join(path, 'link'))
    for (const name of ['empty', 'file', 'link'])
      expect(await codeOf(createWallet({ path, name, coldkey: { address: bobAddress } }))).toBe('WALLET_EXISTS')
    expect((await readdir(path)).sort()).toEqual(['default', 'empty', 'file', 'link'])
  })

  it('lets one of many that create the same wallet at once win, whole', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => createWallet({ path, coldkey: {}, plaintextColdkey: true })))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason.code).toBe('WALLET_EXISTS')
    const wallet = await openWallet({ path })
    expect(wallet.hotkey.address).toBe(won[0]?.value.wallet.hotkey.address)
    expect((await wallet.openColdkey()).address).toBe(wallet.coldkeyAddress)
    expect(await readdir(path)).toEqual(['default'])
  })

  it('leaves nothing behind when writing fails half way', async () => {
    // The name of the hotkey's public file is too long for the file system; by then the coldkey is written aside.
    const hotkey = 'h'.repeat(128)
    const root = join(path, 'deep')
    const { wallet } = await createWallet({ path: root, hotkey, coldkey: {}, plaintextColdkey: true })
    expect(wallet.hotkeyName).toBe(hotkey)
    await chmod(root, 0o500)
    const isRoot = process.getuid?.() === 0
    if (!isRoot) expect(await codeOf(createWallet({ path: root, name: 'x', coldkey: {}, plaintextColdkey: true }))).toBe('WALLET_IO')
    await chmod(root, 0o700)
    const file = join(path, 'file')
    await writeFile(file, '')
    expect(await codeOf(createWallet({ path: join(file, 'below'), coldkey: {}, plaintextColdkey: true }))).toMatch(/WALLET_(IO|EXISTS)/)
    expect((await readdir(path)).sort()).toEqual(['deep', 'file'])
    expect(await readdir(root)).toEqual(['default'])
  })

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', '.hidden', 'a\u0000', 'xpub.txt', 'x.lock', 'x'.repeat(129), 5])(
    'refuses the name %o',
    async (name) => {
      expect(await codeOf(createWallet({ path, name: name as string, coldkey: { address: bobAddress } }))).toBe('CORE_INVALID_ARGUMENT')
      expect(await codeOf(openWallet({ path, hotkey: name as string }))).toBe('CORE_INVALID_ARGUMENT')
    },
  )
})

describe('createHotkey', () => {
  it('adds hotkeys and replaces none', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    const { address: added, wallet } = await createHotkey({ path, hotkey: 'second', source: { uri: '//Bob' } })
    expect(added).toBe(bobAddress)
    expect(wallet.hotkey.address).toBe(bobAddress)
    expect(await modeOf(join(path, 'default', 'hotkeys', 'second'))).toBe(0o600)
    for (const hotkey of ['default', 'second']) expect(await codeOf(createHotkey({ path, hotkey }))).toBe('WALLET_EXISTS')
    expect((await readdir(join(path, 'default'))).sort()).toEqual(['coldkeypub.txt', 'hotkeys'])
    expect(await codeOf(createHotkey({ path, name: 'absent', hotkey: 'x' }))).toBe('WALLET_NOT_FOUND')
  })

  it('refuses a public file in the way before it writes the secret', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    await writeFile(join(path, 'default', 'hotkeys', 'xpub.txt'), '{}')
    expect(await codeOf(createHotkey({ path, hotkey: 'x' }))).toBe('WALLET_EXISTS')
    expect(await readdir(join(path, 'default', 'hotkeys'))).not.toContain('x')
  })

  it('lets one of many that create the same hotkey at once win', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => createHotkey({ path, hotkey: 'x' })))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect((await openWallet({ path, hotkey: 'x' })).hotkey.address).toBe(won[0]?.value.address)
    const pub = JSON.parse(await readFile(join(path, 'default', 'hotkeys', 'xpub.txt'), 'utf8'))
    expect(pub.ss58Address).toBe(won[0]?.value.address)
  })

  it('follows no link to a directory', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    await symlink(join(path, 'default'), join(path, 'linked'))
    expect(await codeOf(createHotkey({ path, name: 'linked', hotkey: 'x' }))).toBe('WALLET_UNSAFE_FILE')
    await rm(join(path, 'default', 'hotkeys'), { recursive: true })
    await mkdir(join(path, 'elsewhere'))
    await symlink(join(path, 'elsewhere'), join(path, 'default', 'hotkeys'))
    expect(await codeOf(createHotkey({ path, hotkey: 'x' }))).toBe('WALLET_UNSAFE_FILE')
    expect(await readdir(join(path, 'elsewhere'))).toEqual([])
  })
})
