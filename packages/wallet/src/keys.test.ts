import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportPrivateKey, generateMnemonic, initCrypto, keyPairFromUri } from '@tensorkit/core/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { lockName, withWalletLock } from './files/wallet-lock.js'
import {
  createHotkey,
  createWallet,
  decryptKey,
  encryptKey,
  exportKey,
  inspectWallet,
  keyFileSigner,
  openWallet,
  regenKey,
  revealSecret,
} from './index.js'
import {
  address,
  bobAddress,
  CheapUnlocker,
  codeOf,
  keyfiles,
  legacy,
  message,
  path,
  phrase,
  placeHotkey,
  rejection,
  subkey,
} from './test-support.js'
import { UnlockQueue } from './unlock/unlocker.js'

beforeAll(initCrypto)
const unlocker = new CheapUnlocker()
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const fileOf = (key: 'coldkey' | 'hotkey') => join(path, 'default', key === 'coldkey' ? 'coldkey' : 'hotkeys/default')
const head = async (key: 'coldkey' | 'hotkey') => (await readFile(fileOf(key))).subarray(0, 5).toString('latin1')
const encryptedWallet = () =>
  createWallet({
    path,
    coldkey: { mnemonic: phrase },
    coldkeyPassword: 'cold',
    hotkeySource: { uri: '//Alice' },
    hotkeyPassword: 'hot',
    unlocker,
  })

describe('an encrypted wallet', () => {
  it('opens with its passwords alone', async () => {
    const created = await encryptedWallet()
    expect([await head('coldkey'), await head('hotkey')]).toEqual(['$NACL', '$NACL'])
    expect((await stat(fileOf('coldkey'))).mode & 0o777).toBe(0o600)
    expect(created.revealMnemonics()).toEqual({})
    const wallet = await openWallet({ path, password: 'hot', unlocker })
    expect([wallet.hotkey.address, wallet.coldkeyAddress]).toEqual([created.wallet.hotkey.address, address])
    expect((await wallet.openColdkey({ password: 'cold', unlocker })).address).toBe(address)
    const wrong = await rejection(wallet.openColdkey({ password: 'hot', unlocker }))
    expect([wrong.code, wrong.shortMessage]).toEqual(['WALLET_BAD_PASSWORD', 'The password of the coldkey is wrong'])
    expect(await codeOf(openWallet({ path, password: () => undefined, unlocker }))).toBe('WALLET_ENCRYPTED')
  })

  it('asks for the password of each key by its file, and for new ones as such', async () => {
    const asked: string[] = []
    const password = ({ purpose, key, file }: { purpose: string; key: string; file: string }) => {
      asked.push(`${purpose} ${key} ${file}`)
      return 'x'
    }
    await createWallet({ path, coldkey: {}, coldkeyPassword: password, hotkeyPassword: password, unlocker })
    const wallet = await openWallet({ path, password, unlocker })
    await wallet.exportKeyPair('coldkey', { password, unlocker })
    expect(asked).toEqual([
      `encrypt coldkey ${fileOf('coldkey')}`,
      `encrypt hotkey ${fileOf('hotkey')}`,
      `unlock hotkey ${fileOf('hotkey')}`,
      `unlock coldkey ${fileOf('coldkey')}`,
    ])
  })

  it('is not written without the password that it was to have', async () => {
    const none = () => undefined
    expect(await codeOf(createWallet({ path, coldkey: {}, coldkeyPassword: none, unlocker }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(createWallet({ path, coldkey: { address: bobAddress }, hotkeyPassword: '', unlocker }))).toBe(
      'CORE_INVALID_ARGUMENT',
    )
    expect(await readdir(path)).toEqual([])
  })
})

describe('encryptKey and decryptKey', () => {
  it('go back and forth, and change passwords', async () => {
    await createWallet({ path, coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    const before = await readFile(fileOf('coldkey'))
    expect((await encryptKey({ path, key: 'coldkey', password: 'one', unlocker })).file).toBe(fileOf('coldkey'))
    expect(await head('coldkey')).toBe('$NACL')
    expect(await codeOf(encryptKey({ path, key: 'coldkey', password: 'two', unlocker }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(encryptKey({ path, key: 'coldkey', password: 'two', oldPassword: 'x', unlocker }))).toBe('WALLET_BAD_PASSWORD')
    await encryptKey({ path, key: 'coldkey', password: 'two', oldPassword: 'one', unlocker })
    expect(await codeOf(decryptKey({ path, key: 'coldkey', password: 'two', unlocker }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(decryptKey({ path, key: 'coldkey', password: 'one', plaintext: true, unlocker }))).toBe('WALLET_BAD_PASSWORD')
    await decryptKey({ path, key: 'coldkey', password: 'two', plaintext: true, unlocker })
    expect(await readFile(fileOf('coldkey'))).toEqual(before)
    expect(await codeOf(decryptKey({ path, key: 'coldkey', password: 'two', plaintext: true, unlocker }))).toBe('CORE_INVALID_ARGUMENT')
    expect((await readdir(join(path, 'default'))).sort()).toEqual(['coldkey', 'coldkeypub.txt', 'hotkeys'])
  })

  it('turn what Bittensor gave up into $NACL', async () => {
    const file = await placeHotkey(legacy.ansible_vault)
    // Argon2 alone is cheap here; the vault is really opened.
    class CheapArgon2 extends UnlockQueue {
      override derive(...[recipe, ...rest]: Parameters<UnlockQueue['derive']>): Promise<Uint8Array> {
        return recipe.name === 'argon2i' ? unlocker.derive(recipe, ...rest) : super.derive(recipe, ...rest)
      }
    }
    const mixed = new CheapArgon2()
    await encryptKey({ path, name: 'w', key: 'hotkey', oldPassword: legacy.password_utf8, password: 'new', unlocker: mixed })
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('$NACL')
    expect((await openWallet({ path, name: 'w', password: 'new', unlocker: mixed })).hotkey.address).toBe(legacy.address)
  })

  it('leave a file alone that was changed meanwhile', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    const password = async () => {
      await writeFile(fileOf('hotkey'), JSON.stringify(subkey))
      return 'x'
    }
    expect(await codeOf(encryptKey({ path, key: 'hotkey', password, unlocker }))).toBe('WALLET_LOCKED')
    expect(JSON.parse(await readFile(fileOf('hotkey'), 'utf8'))).toEqual(subkey)
  })
})

describe('regenKey', () => {
  const alice = () => keyPairFromUri('//Alice')
  const sources = {
    mnemonic: () => ({ mnemonic: phrase }),
    'mnemonic with a password': () => ({ mnemonic: phrase, mnemonicPassword: 'p' }),
    uri: () => ({ uri: `${phrase}//a/b///p` }),
    seed: () => ({ seed: subkey.secretSeed as string }),
    'seed bytes': () => ({ seed: Buffer.from((subkey.secretSeed as string).slice(2), 'hex') }),
    'private key': () => ({ privateKey: hex(exportPrivateKey(alice())) }),
    'a key file': () => ({ keyFile: JSON.stringify(subkey) }),
    'an encrypted key file': () => ({ keyFile: legacy.ansible_vault as string, keyFilePassword: legacy.password_utf8 as string }),
    'polkadot.js JSON': () => ({
      keyFile: keyfiles.polkadotjs_json_import.json,
      keyFilePassword: keyfiles.polkadotjs_json_import.passphrase,
    }),
  }

  it.each(Object.entries(sources))('makes a wallet of %s', async (_, source) => {
    const { address: made, files } = await regenKey({ path, key: 'hotkey', source: source() })
    expect(files).toEqual([fileOf('hotkey'), `${fileOf('hotkey')}pub.txt`])
    expect((await openWallet({ path })).hotkey.address).toBe(made)
    expect(await codeOf(regenKey({ path, key: 'hotkey', source: source() }))).toBe('WALLET_EXISTS')
  })

  it('adds a coldkey to a wallet that has its public file, if it is the same key', async () => {
    await createWallet({ path, coldkey: { address } })
    expect(await codeOf(regenKey({ path, key: 'coldkey', source: { mnemonic: phrase } }))).toBe('CORE_INVALID_ARGUMENT')
    const other = regenKey({ path, key: 'coldkey', source: { mnemonic: generateMnemonic() }, password: 'x', unlocker })
    expect(await codeOf(other)).toBe('WALLET_EXISTS')
    const { files } = await regenKey({ path, key: 'coldkey', source: { mnemonic: phrase }, password: 'x', unlocker })
    expect(files).toEqual([fileOf('coldkey')])
    expect((await (await openWallet({ path })).openColdkey({ password: 'x', unlocker })).address).toBe(address)
  })

  it('writes public files alone', async () => {
    const { files } = await regenKey({ path, key: 'coldkey', source: { address: bobAddress } })
    expect(files).toEqual([join(path, 'default', 'coldkeypub.txt')])
    expect((await regenKey({ path, key: 'coldkey', source: { address: bobAddress } })).files).toEqual([])
    expect(await codeOf(regenKey({ path, key: 'coldkey', source: { publicKey: '0x12' } }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(regenKey({ path, key: 'coldkey', source: { publicKey: alice().publicKey } }))).toBe('WALLET_EXISTS')
  })

  it('refuses what is no source', async () => {
    for (const source of [{ seed: '0x12' }, { privateKey: 'zz' }, { seed: new Uint8Array(31) }, { mnemonic: phrase, uri: '//Alice' }])
      expect(await codeOf(regenKey({ path, key: 'hotkey', source: source }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(regenKey({ path, key: 'hotkey', source: { keyFile: JSON.stringify({ ss58Address: address }) } }))).toBe(
      'WALLET_MALFORMED',
    )
    expect(await codeOf(regenKey({ path, key: 'hotkey', source: { keyFile: 'x'.repeat(70_000) } }))).toBe('WALLET_MALFORMED')
    expect(await readdir(path)).toEqual([])
  })
})

describe('revealSecret and exportKey', () => {
  it('give what the file holds', async () => {
    await encryptedWallet()
    const cold = { path, key: 'coldkey', password: 'cold', unlocker } as const
    expect(text(await revealSecret({ ...cold, form: 'mnemonic' }))).toBe(phrase)
    expect(text(await revealSecret({ ...cold, form: 'seed' }))).toBe(subkey.secretSeed)
    const hot = { path, key: 'hotkey', password: 'hot', unlocker } as const
    expect(text(await revealSecret({ ...hot, form: 'privateKey' }))).toBe(`0x${hex(exportPrivateKey(keyPairFromUri('//Alice')))}`)
    for (const form of ['mnemonic', 'seed'] as const) expect(await codeOf(revealSecret({ ...hot, form }))).toBe('WALLET_NO_SUCH_SECRET')
    expect(await codeOf(revealSecret({ ...hot, form: 'x' as never }))).toBe('CORE_INVALID_ARGUMENT')
  })

  it('come back by an import', async () => {
    await encryptedWallet()
    const hot = { path, key: 'hotkey', password: 'hot', unlocker } as const
    for (const [index, format] of (['json', 'nacl', 'polkadot-js'] as const).entries()) {
      const content = await exportKey({ ...hot, format, ...(format !== 'json' && { exportPassword: 'export' }) })
      const source = { keyFile: content, keyFilePassword: 'export' }
      const { address: made } = await regenKey({ path, name: `i${index}`, key: 'hotkey', source, unlocker })
      expect(made).toBe(keyfiles.well_known.alice_ss58)
    }
    expect(await codeOf(exportKey({ ...hot, format: 'nacl' }))).toBe('CORE_INVALID_ARGUMENT')
    expect(await codeOf(exportKey({ ...hot, format: 'polkadot-js', exportPassword: () => undefined }))).toBe('CORE_INVALID_ARGUMENT')
  })
})

describe('keyFileSigner', () => {
  it('unlocks once, at the first signatures, and can be locked', async () => {
    await encryptedWallet()
    const counting = new CheapUnlocker()
    const signer = await keyFileSigner({ path, key: 'coldkey', password: 'cold', unlocker: counting })
    expect([signer.address, signer.isUnlocked, counting.derivations]).toEqual([address, false, 0])
    const signatures = await Promise.all([1, 2, 3].map(() => signer.sign(message)))
    expect([signatures[2]?.length, signer.isUnlocked, counting.derivations]).toEqual([64, true, 1])
    signer.lock()
    expect(signer.isUnlocked).toBe(false)
    await signer.unlock({ password: 'cold' })
    await signer.unlock()
    expect(counting.derivations).toBe(2)
    signer.lock()
    expect((await rejection(signer.unlock({ password: 'x' }))).code).toBe('WALLET_BAD_PASSWORD')
    await signer.sign(message)
    signer.lock()
    const locked = rejection(signer.sign(message))
    signer.lock()
    expect((await locked).code).toBe('CORE_ABORTED')
  })

  it('needs no hotkey for a coldkey, and no public file for a plain hotkey', async () => {
    await regenKey({ path, key: 'coldkey', source: { mnemonic: phrase }, plaintext: true })
    expect((await keyFileSigner({ path, key: 'coldkey' })).address).toBe(address)
    expect(await codeOf(keyFileSigner({ path }))).toBe('WALLET_NOT_FOUND')
    await placeHotkey(JSON.stringify(subkey))
    expect((await keyFileSigner({ path, name: 'w' })).address).toBe(address)
    await placeHotkey(Buffer.from(keyfiles.nacl_vector.file_hex, 'hex'), { name: 'v' })
    expect(await codeOf(keyFileSigner({ path, name: 'v' }))).toBe('WALLET_NOT_FOUND')
  })

  it('refuses a secret of another key than the public file', async () => {
    const file = await placeHotkey(JSON.stringify(subkey))
    await writeFile(`${file}pub.txt`, JSON.stringify({ ss58Address: bobAddress }))
    const signer = await keyFileSigner({ path, name: 'w' })
    expect(signer.address).toBe(bobAddress)
    expect((await rejection(signer.sign(message))).code).toBe('WALLET_MALFORMED')
  })
})

describe('the lock of a wallet', () => {
  it('keeps a second writer out, and a dead one does not keep it', async () => {
    await createWallet({ path, coldkey: { address: bobAddress } })
    const wallet = join(path, 'default')
    let release: () => void = () => {}
    const held = withWalletLock(wallet, () => new Promise<void>((resolve) => (release = resolve)))
    await expect.poll(() => readdir(wallet), { timeout: 15_000 }).toContain(lockName)
    expect(await codeOf(withWalletLock(wallet, async () => {}, { waitMs: 0 }))).toBe('WALLET_LOCKED')
    const abort = new AbortController()
    const waiting = codeOf(createHotkey({ path, hotkey: 'x', signal: abort.signal }))
    abort.abort()
    expect(await waiting).toBe('CORE_ABORTED')
    release()
    await held
    await mkdir(join(wallet, lockName))
    const past = new Date(Date.now() - 60_000)
    await utimes(join(wallet, lockName), past, past)
    expect((await createHotkey({ path, hotkey: 'y', source: { uri: '//Bob' } })).address).toBe(bobAddress)
    expect(await readdir(wallet)).not.toContain(lockName)
  })
})

describe('inspectWallet', () => {
  const problemsOf = async (location: { name?: string } = {}) =>
    (await inspectWallet({ path, ...location })).problems.map(({ severity, error }) => `${severity}: ${error.shortMessage}`)

  it('finds nothing wrong with a wallet of its own', async () => {
    await encryptedWallet()
    const { files, problems } = await inspectWallet({ path })
    expect(problems).toEqual([])
    expect(files.map(({ role, name, encryption, mode, address: known }) => [role, name, encryption, mode, known])).toEqual([
      ['coldkey', 'coldkey', 'nacl', '0600', undefined],
      ['coldkeypub', 'coldkey', 'none', '0600', address],
      ['hotkey', 'default', 'nacl', '0600', undefined],
      ['hotkeypub', 'default', 'none', '0600', keyfiles.well_known.alice_ss58],
    ])
    expect(await codeOf(inspectWallet({ path, name: 'none' }))).toBe('WALLET_NOT_FOUND')
  })

  it('names each problem, and the command to run', async () => {
    await createWallet({ path, name: "w'x".replace("'", ' '), coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    const wallet = join(path, 'w x')
    await chmod(wallet, 0o755)
    await chmod(join(wallet, 'hotkeys', 'default'), 0o644)
    await writeFile(join(wallet, 'hotkeys', 'old'), legacy.fernet, { mode: 0o600 })
    await writeFile(join(wallet, 'hotkeys', 'cut'), '{"secretSeed":', { mode: 0o600 })
    await writeFile(join(wallet, 'hotkeys', 'two'), JSON.stringify(subkey), { mode: 0o600 })
    await writeFile(join(wallet, 'hotkeys', 'twopub.txt'), JSON.stringify({ ss58Address: bobAddress }))
    await writeFile(join(wallet, 'coldkeypub.txt'), JSON.stringify(subkey))
    await symlink('cut', join(wallet, 'hotkeys', 'link'))
    await mkdir(join(wallet, '.tensorkit-new-a'))
    const { problems } = await inspectWallet({ path, name: 'w x' })
    expect(problems.map(({ severity, error }) => [severity, error.shortMessage, error.remedy])).toEqual([
      ['warning', 'A wallet directory is open to other users', `Run: chmod 700 '${wallet}'`],
      ['warning', 'A process that was killed left something behind', expect.stringContaining(`rm -r '${wallet}/.tensorkit-new-a'`)],
      ['warning', 'The coldkey is not encrypted', `Run: tensorkit wallet encrypt --wallet 'w x' --wallet-path ${path} --key coldkey`],
      [
        'warning',
        'A public key file holds a secret',
        expect.stringContaining(`wallet regen --wallet 'w x' --wallet-path ${path} --key coldkey --address ${address}`),
      ],
      ['error', expect.any(String), expect.any(String)],
      ['error', 'A secret key file is open to other users', `Run: chmod 600 '${wallet}/hotkeys/default'`],
      ['error', 'A key file is a link', expect.any(String)],
      ['warning', 'The hotkey is encrypted in a way that Bittensor gave up', expect.stringContaining('--key hotkey --hotkey old')],
      ['error', 'The hotkey and its public file are of different keys', expect.any(String)],
    ])
    await createWallet({ path, name: 'v', coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    await rmPublic(join(path, 'v', 'coldkeypub.txt'))
    expect(await problemsOf({ name: 'v' })).toEqual(['warning: The coldkey is not encrypted', 'warning: The coldkey has no public file'])
  })
})

const rmPublic = async (file: string) => (await import('node:fs/promises')).rm(file)
