import { readFileSync } from 'node:fs'
import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Keyring } from '@polkadot/keyring'
import { cryptoWaitReady, encodeAddress, mnemonicToMiniSecret, mnemonicValidate, sr25519PairFromSeed } from '@polkadot/util-crypto'
import { type ErrorCode, isSs58Address, TensorKitError } from '@tensorkit/core'
import { exportPrivateKey, keyPairFromUri, verifySignature } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createHotkey, createWallet, devWallet, fromKeyringPair, listWallets, openWallet, toKeyringPair } from './index.js'

const vector = (name: string) => JSON.parse(readFileSync(new URL(`../../../vectors/keyfile/${name}.json`, import.meta.url), 'utf8'))
const plain = vector('plain')
const keyfiles = vector('keyfile')
const subkey: Record<string, string> = plain.subkey_json.json
const phrase = subkey.secretPhrase as string
const address = subkey.ss58Address as string
const bobAddress = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
const message = new TextEncoder().encode('hello')

let path: string
beforeAll(cryptoWaitReady)
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'tensorkit-wallet-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

const modeOf = async (file: string) => (await stat(file)).mode & 0o777
const rejection = async (promise: Promise<unknown>): Promise<TensorKitError> => {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (TensorKitError.isInstance(error)) return error
  throw error
}
const codeOf = async (promise: Promise<unknown>): Promise<ErrorCode> => (await rejection(promise)).code

/** Puts a hotkey file as another program would have written it. */
async function placeHotkey(content: string | Uint8Array, { name = 'w', mode = 0o600 } = {}): Promise<string> {
  const directory = join(path, name, 'hotkeys')
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const file = join(directory, 'default')
  await writeFile(file, content)
  await chmod(file, mode)
  return file
}

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
      expect(error.code).toBe('CORE_NOT_SUPPORTED')
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
    ['Ansible', '$ANSIBLE_VAULT;1.1;AES256\n3132', 'WALLET_ENCRYPTED'],
    ['Fernet', 'gAAAAABjRk', 'WALLET_ENCRYPTED'],
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

  it('encrypted files by the name of their format', async () => {
    for (const [content, format] of [
      [cases[0]?.[1], 'NaCl'],
      [cases[1]?.[1], 'Ansible'],
      [cases[2]?.[1], 'Fernet'],
      [cases[3]?.[1], 'polkadot.js'],
    ] as const) {
      await placeHotkey(content as string)
      expect((await rejection(openWallet({ name: 'w', path }))).facts.format).toContain(format)
    }
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
    expect(await codeOf(openWallet({ name: 'linked', path }))).toBe('WALLET_UNSAFE_FILE')
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

describe('secrets', () => {
  /** Every form in which a planted secret could come out of a value. */
  const formsOf = (planted: string) => [
    planted,
    planted.slice(0, 12),
    Buffer.from(planted).toString('base64').slice(0, 16),
    Buffer.from(planted).toString('hex').slice(0, 16),
  ]
  const dump = (value: unknown) =>
    [
      inspect(value, { depth: 20, showHidden: true }),
      inspect(value),
      JSON.stringify(value),
      String(value),
      value instanceof Error ? `${value.stack}${inspect(value.cause)}` : '',
    ].join('\n')

  it('are in no error, whichever field is broken', async () => {
    const planted = 'ab12cd34'.repeat(8)
    const contents = [
      planted.slice(1),
      `${planted} ${planted}`,
      `{"secretPhrase":"${planted}"`,
      JSON.stringify({ secretPhrase: planted }),
      JSON.stringify({ secretSeed: `${planted}ff` }),
      JSON.stringify({ secretSeed: planted, ss58Address: bobAddress }),
      JSON.stringify({ privateKey: `${planted}${planted}`, ss58Address: bobAddress }),
      JSON.stringify({ privateKey: `${planted}!` }),
      JSON.stringify({ secretSeed: { planted } }),
      JSON.stringify({ ss58Address: planted }),
      JSON.stringify({ publicKey: `${planted}00` }),
      JSON.stringify({ cryptoType: planted, secretSeed: planted }),
      JSON.stringify({ [planted]: planted }),
      `$NACL${planted}`,
      `gAAAAA${planted}`,
    ]
    for (const content of contents) {
      await placeHotkey(content)
      const errors = [await rejection(openWallet({ name: 'w', path })), ...(await listWallets({ path }))]
      for (const error of errors) for (const form of formsOf(planted)) expect(dump(error)).not.toContain(form)
    }
  })

  it('are in no error of a creation', async () => {
    const planted = 'zebra9zebra9zebra9'
    const runs = [
      createWallet({ path, coldkey: { address: planted } }),
      createWallet({ path, coldkey: { mnemonic: planted }, plaintextColdkey: true }),
      createWallet({ path, coldkey: { uri: `${planted}//a///${planted}` }, plaintextColdkey: true }),
      createWallet({ path, name: `${planted}/..`, coldkey: { address: bobAddress } }),
      createWallet({ path, hotkeySource: { uri: `//Alice///${planted}\n` }, coldkey: { address: bobAddress } }),
      devWallet(planted),
      devWallet('//Alice', { hotkeyUri: `${planted}//` }),
    ]
    for (const run of runs) for (const form of formsOf(planted)) expect(dump(await rejection(run))).not.toContain(form)
  })

  it('are in no printed wallet', async () => {
    const created = await createWallet({ path, coldkey: { mnemonic: phrase }, hotkeySource: { mnemonic: phrase }, plaintextColdkey: true })
    const pair = await created.wallet.exportKeyPair('hotkey')
    const raw = pair.secretKey
    const secrets = [
      phrase,
      ...phrase.split(' ').slice(0, 3),
      (subkey.secretSeed as string).slice(2),
      Buffer.from(raw).toString('hex'),
      raw.subarray(0, 5).join(', '),
      raw.subarray(0, 5).join(','),
    ]
    for (const value of [
      created,
      created.wallet,
      created.wallet.hotkey,
      await created.wallet.openColdkey(),
      { ...created.wallet },
      await listWallets({ path }),
      await devWallet(phrase),
    ]) {
      for (const secret of secrets) expect(dump(value)).not.toContain(secret)
    }
    expect(inspect(created.wallet)).toContain(created.wallet.hotkey.address)
  })

  it('of an exported pair can be wiped without harm to the wallet', async () => {
    const { wallet } = await createWallet({ path, coldkey: { mnemonic: phrase }, plaintextColdkey: true })
    for (const key of ['hotkey', 'coldkey'] as const) (await wallet.exportKeyPair(key)).wipe()
    expect(wallet.hotkey.sign(message)).toHaveLength(64)
    expect((await wallet.openColdkey()).address).toBe(address)
  })
})

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
      { name: 'c', hasColdkey: false, hotkeys: [{ name: 'default', address, isEncrypted: true, problem: 'WALLET_ENCRYPTED' }] },
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
