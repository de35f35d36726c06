import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { initCrypto, keyPairFromUri, signerFromKeyPair } from '@tensorkit/core/crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RunOptions, run } from '../test-support.js'

const mnemonic = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const address = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'
const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const phrase = /(?:[a-z]+ ){11}[a-z]+/
const password = 'correct horse battery'
// Exported by polkadot.js before it used scrypt: the same key as of the words above, under the password above. Nothing is derived, so it opens at once.
const account = fileURLToPath(new URL('../../test/wallet/account.json', import.meta.url))

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-cli-wallet-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** A wallet command on a wallet `w` in the test's directory. */
const wallet = (command: string, args: readonly string[] = [], options: RunOptions = {}) =>
  run(['wallet', command, '--wallet-path', directory, ...args], options)
const json = async (command: string, args: readonly string[] = [], options: RunOptions = {}): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await wallet(command, [...args, '--json'], options)
  return { code, ...(JSON.parse(stdout || stderr) as Record<string, unknown>) }
}
const file = async (name: string, content: string, mode = 0o600) => {
  const path = join(directory, name)
  await writeFile(path, content, { mode })
  return path
}
const hotkeyFile = (name = 'default') => join(directory, 'w', 'hotkeys', name)
/** A wallet whose hotkey is that of the development phrase. */
const regained = async (...more: string[]) =>
  wallet('regen', ['-w', 'w', '--key', 'hotkey', '--secret-file', await file('words', `${mnemonic}\n`), ...more])

/** Puts that file in place of the hotkey's: what unlocks it is asked for as for any other. */
const encrypted = async () => {
  await regained()
  await copyFile(account, hotkeyFile())
  await chmod(hotkeyFile(), 0o600)
}

describe('wallet create', () => {
  it('leaves the words in the files, and says how to see them', async () => {
    const made = await wallet('create', ['-w', 'w', '--plaintext-coldkey'], { answers: [] })
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(made.stdout).toContain(`tensorkit wallet export --wallet w --wallet-path ${directory} --key hotkey --secret mnemonic`)
    expect(made.stdout).not.toMatch(phrase)
    const shown = await wallet('export', ['-w', 'w', '--key', 'hotkey', '--secret', 'mnemonic'])
    expect(shown.stdout).toMatch(new RegExp(`^${phrase.source}\n$`))
    expect((await wallet('create', ['-w', 'quiet', '--plaintext-coldkey', '--no-mnemonic'])).stdout).not.toContain('words')
  })

  it('shows them when asked by name: on the terminal, in JSON, or in a file, but on no pipe', async () => {
    const shown = await wallet('create', ['-w', 'a', '--plaintext-coldkey', '--show-mnemonic', '--words', '24'], { answers: [] })
    expect(shown.stderr).toMatch(/ {2}hotkey: (?:[a-z]+ ){23}[a-z]+\n/)
    expect(shown.stdout).not.toMatch(phrase)
    const plain = { answers: [], terminals: { stderr: false } }
    expect((await wallet('create', ['-w', 'a2', '--plaintext-coldkey', '--show-mnemonic'], plain)).stdout).toMatch(/ {2}coldkey: /)
    const piped = await wallet('create', ['-w', 'b', '--plaintext-coldkey', '--show-mnemonic'])
    expect(piped).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--mnemonic-file FILE') })
    expect(await json('create', ['-w', 'c', '--coldkey', alice, '--show-mnemonic'])).toEqual(
      expect.objectContaining({ code: 0, coldkeyAddress: alice, mnemonics: { hotkey: expect.stringMatching(phrase) } }),
    )
    const words = join(directory, 'words')
    expect(await json('create', ['-w', 'd', '--coldkey', alice, '--mnemonic-file', words])).not.toHaveProperty('mnemonics')
    expect(JSON.parse(await readFile(words, 'utf8'))).toEqual({ hotkey: expect.stringMatching(phrase) })
    expect((await stat(words)).mode & 0o777).toBe(0o600)
    expect(await readdir(directory)).not.toContain('b')
  })

  it('does not hang or make anything where nobody can be asked for the coldkey’s password', async () => {
    const words = join(directory, 'words')
    const made = await wallet('create', ['-w', 'w', '--mnemonic-file', words])
    expect(made).toMatchObject({ code: 2, stdout: '' })
    for (const way of ['--password-file', '--password-stdin', 'BT_WALLET_PASSWORD_FILE', 'BT_WALLET_PASSWORD'])
      expect(made.stderr).toContain(way)
    expect(await readdir(directory)).toEqual([])
  })

  it('asks nobody where the question could not be seen, and on standard output where standard error is no terminal', async () => {
    const unseen = await wallet('create', ['-w', 'w'], { answers: [], terminals: { stdout: false, stderr: false } })
    expect(unseen).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--password-file') })
    const seen = await wallet('create', ['-w', 'w'], { answers: [[/New password/, '\u0003']], terminals: { stdout: true, stderr: false } })
    expect(seen).toMatchObject({ code: 130, stderr: '', stdout: expect.stringContaining('New password') })
  })

  it('asks for a new password twice, hidden, and makes nothing when the two differ or the user leaves', async () => {
    const differ = await wallet('create', ['-w', 'w'], {
      answers: [
        [/New password/, `${password}\r`],
        [/again/, 'other\r'],
      ],
    })
    expect(differ).toMatchObject({ code: 2, isRaw: false, left: 0, stderr: expect.stringContaining('not the same') })
    const left = await wallet('create', ['-w', 'w'], { answers: [[/New password/, 'corr\u0003']] })
    expect(left).toMatchObject({ code: 130, stdout: '', isRaw: false })
    expect(differ.stderr + left.stderr).not.toContain('corr')
    expect(await readdir(directory)).toEqual([])
  })

  it.each([
    [['--coldkey', alice, '--plaintext-coldkey']],
    [['--plaintext-coldkey', '--show-mnemonic', '--no-mnemonic']],
    [['--plaintext-coldkey', '--words', '13']],
    [['--plaintext-coldkey', '--scheme', 'ecdsa']],
    [['--coldkey', 'nobody']],
  ])('refuses %j', async (args) => {
    expect(await wallet('create', ['-w', 'w', ...args])).toMatchObject({ code: 2, stdout: '' })
    expect(await readdir(directory)).toEqual([])
  })

  it('knows btcli’s spellings', async () => {
    const made = await run(['wallet', 'create', '--wallet-name', 'w', '--wallet-hotkey', 'h', '-p', directory, '--coldkey', alice])
    expect(made).toMatchObject({ code: 0, stderr: '' })
    expect(await readdir(join(directory, 'w', 'hotkeys'))).toEqual(['h', 'hpub.txt'])
  })
})

describe('wallet regen', () => {
  it('makes a key again from words in a file, in a pipe, or typed without being shown', async () => {
    expect(await regained()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(address) })
    expect(
      await json('regen', ['-w', 'w', '-H', 'second', '--key', 'hotkey', '--secret-stdin'], { piped: ` ${mnemonic}\n` }),
    ).toMatchObject({
      code: 0,
      address,
      hotkey: 'second',
      files: [hotkeyFile('second'), `${hotkeyFile('second')}pub.txt`],
    })
    const typed = await wallet('regen', ['-w', 'w', '-H', 'third', '--key', 'hotkey'], { answers: [[/Mnemonic/, `${mnemonic}\r`]] })
    expect(typed).toMatchObject({ code: 0, isRaw: false, left: 0 })
    expect(typed.stdout + typed.stderr).not.toContain('bottom')
    expect((await stat(hotkeyFile('third'))).mode & 0o777).toBe(0o600)
  })

  it('takes seeds, private keys and URIs, and ed25519', async () => {
    const seed = '0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a'
    const regen = async (hotkey: string, from: string, secret: string, ...more: string[]) =>
      (await json('regen', ['-w', 'w', '-H', hotkey, '--key', 'hotkey', '--from', from, '--secret-stdin', ...more], { piped: secret }))
        .address
    expect(await regen('a', 'seed', seed)).toBe(alice)
    expect(await regen('b', 'uri', '//Alice')).toBe(alice)
    expect(await regen('c', 'uri', '//Alice', '--scheme', 'ed25519')).toBe('5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu')
    const { content } = await json('export', ['-w', 'w', '-H', 'a', '--key', 'hotkey', '--secret', 'private-key'])
    expect(await regen('d', 'private-key', String(content))).toBe(alice)
  })

  it('writes the public file alone of an address', async () => {
    expect(await json('regen', ['-w', 'w', '--key', 'coldkey', '--address', alice])).toMatchObject({
      code: 0,
      key: 'coldkey',
      address: alice,
    })
    expect(await readdir(join(directory, 'w'))).toContain('coldkeypub.txt')
    expect(await readdir(join(directory, 'w'))).not.toContain('coldkey')
  })

  it('replaces no key, and repeats no secret when it refuses one', async () => {
    await regained()
    const before = await readFile(hotkeyFile(), 'utf8')
    expect(await regained()).toMatchObject({ code: 3, stderr: expect.stringContaining('WALLET_EXISTS') })
    expect(await readFile(hotkeyFile(), 'utf8')).toBe(before)
    const wrong = await wallet('regen', ['-w', 'w', '-H', 'x', '--key', 'hotkey', '--secret-stdin'], {
      piped: mnemonic.replace('walk', 'lake'),
    })
    expect(wrong).toMatchObject({ code: 3, stdout: '' })
    expect(wrong.stderr).not.toContain('bottom')
    expect(await wallet('regen', ['-w', 'w', '--key', 'hotkey'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--secret-file'),
    })
    expect(await wallet('regen', ['-w', 'w', '--key', 'hotkey', '--secret-stdin'], { answers: [] })).toMatchObject({ code: 2 })
    expect(await wallet('regen', ['-w', 'w', '--key', 'hotkey', '--secret-stdin'], { piped: ' \n' })).toMatchObject({ code: 2 })
    expect(await wallet('regen', ['-w', 'w'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--key') })
  })
})

describe('wallet sign and verify', () => {
  it('sign the exact bytes, and tell a signature from others', async () => {
    await regained()
    const { signature, ...signer } = await json('sign', ['-w', 'w', '--message', 'hello'])
    expect(signer).toEqual({ code: 0, address, scheme: 'sr25519' })
    const verify = (...args: string[]) => json('verify', ['--signature', String(signature), ...args])
    expect(await verify('-w', 'w', '--message', 'hello')).toEqual({ code: 0, valid: true, address, scheme: 'sr25519' })
    expect(await verify('--address', address, '--message-hex', '0x68656c6c6f')).toMatchObject({ code: 0, valid: true })
    expect(await verify('--address', address, '--message-file', await file('message', 'hello'))).toMatchObject({ valid: true })
    expect(await verify('--address', address, '--message-file', await file('line', 'hello\n'))).toMatchObject({ code: 1, valid: false })
    expect(await verify('--address', alice, '--message', 'hello')).toMatchObject({ code: 1, valid: false })
    expect(await verify('--address', address, '--scheme', 'ed25519', '--message', 'hello')).toMatchObject({ code: 1, valid: false })
    expect((await wallet('verify', ['-w', 'w', '-s', String(signature), '-m', 'other'])).stdout).toContain('NOT valid')
    const piped = await json('sign', ['-w', 'w', '--message-stdin'], { piped: 'hello\n' })
    expect(await json('verify', ['-w', 'w', '-s', String(piped.signature), '-m', 'hello\n'])).toMatchObject({ valid: true })
  })

  it('verify what others sign', async () => {
    await initCrypto()
    const signature = Buffer.from(signerFromKeyPair(keyPairFromUri('//Alice', 'ed25519')).sign(new TextEncoder().encode('x'))).toString(
      'hex',
    )
    const of = '5FA9nQDVg267DEd8m1ZypXLBnvN7SFxYwV7ndqSYGiN9TTpu'
    expect(await json('verify', ['-s', signature, '--address', of, '--scheme', 'ed25519', '-m', 'x'])).toMatchObject({
      code: 0,
      valid: true,
    })
  })

  it.each([
    [['sign', '-w', 'w']],
    [['sign', '-w', 'w', '-m', 'a', '--message-hex', '61']],
    [['sign', '-w', 'w', '--message-hex', '6']],
    [['sign', '-w', 'w', '--message-file', '/nowhere/at/all']],
    [['sign', '-w', 'w', '--message-stdin', '--password-stdin']],
    [['verify', '-w', 'w', '-m', 'a', '-s', 'zz']],
    [['verify', '-m', 'a', '-s', '00', '--address', 'nobody']],
    [['sign', '-w', 'w', '-m', 'a', '--key', 'warmkey']],
  ])('refuse %j', async ([command, ...args]) => {
    await regained()
    expect(await wallet(command as string, args)).toMatchObject({ code: 2, stdout: '' })
  })

  it('refuse what is no regular file, at once, and what has no end', async () => {
    await regained()
    const pipe = join(directory, 'pipe')
    await promisify(execFile)('mkfifo', [pipe])
    for (const path of [pipe, '/dev/zero', directory]) {
      const refused = await wallet('sign', ['-w', 'w', '--message-file', path])
      expect(refused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('regular file') })
    }
    const long = await file('long', 'x'.repeat(1024 * 1024 + 1))
    expect(await wallet('sign', ['-w', 'w', '--message-file', long])).toMatchObject({ code: 2, stderr: expect.stringContaining('1 MiB') })
    expect(await wallet('regen', ['-w', 'v', '--key', 'hotkey', '--secret-file', pipe])).toMatchObject({ code: 2, stdout: '' })
    expect(await wallet('import', ['-w', 'v', '--key', 'hotkey', pipe])).toMatchObject({ code: 2, stdout: '' })
  })

  it('tell a wallet without the key', async () => {
    await regained()
    expect(await wallet('verify', ['-w', 'w', '--key', 'coldkey', '-s', '00', '-m', 'a'])).toMatchObject({ code: 3 })
    expect(await wallet('sign', ['-w', 'w', '--key', 'coldkey', '-m', 'a'])).toMatchObject({ code: 3, stdout: '' })
    expect(await wallet('sign', ['-w', 'none', '-m', 'a'])).toMatchObject({ code: 3, stderr: expect.stringContaining('WALLET_NOT_FOUND') })
  })
})

describe('wallet export and import', () => {
  it('print a secret only when asked by name', async () => {
    await regained()
    const of = (...args: string[]) => wallet('export', ['-w', 'w', '--key', 'hotkey', ...args])
    expect(await of()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--secret mnemonic') })
    expect(await of('--secret', 'everything')).toMatchObject({ code: 2, stdout: '' })
    expect(await of('--secret', 'mnemonic', '--format', 'nacl')).toMatchObject({ code: 2, stdout: '' })
    expect(await of('--format', 'nacl')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--out FILE') })
    expect((await of('--secret', 'mnemonic')).stdout).toBe(`${mnemonic}\n`)
    expect((await of('--secret', 'seed')).stdout).toMatch(/^0x[0-9a-f]{64}\n$/)
    expect(JSON.parse((await of('--secret', 'json')).stdout)).toMatchObject({ secretPhrase: mnemonic, ss58Address: address })
    const out = join(directory, 'secret')
    expect(await of('--secret', 'mnemonic', '--out', out)).toMatchObject({ code: 0, stdout: `Exported to ${out}\n` })
    expect(await readFile(out, 'utf8')).toBe(mnemonic)
    expect((await stat(out)).mode & 0o777).toBe(0o600)
    expect(await of('--secret', 'seed', '--out', out)).toMatchObject({ code: 3, stderr: expect.stringContaining('EEXIST') })
    for (const command of ['list', 'show', 'doctor']) {
      const { stdout, stderr } = await wallet(command, command === 'list' ? [] : ['-w', 'w'])
      expect(stdout + stderr).not.toMatch(phrase)
    }
  })

  it('hand a key over by polkadot.js JSON, with a password typed, in a file, in a pipe or in a variable', async () => {
    await regained()
    const out = join(directory, 'account.json')
    const written = await wallet('export', ['-w', 'w', '--key', 'hotkey', '--format', 'polkadot-js', '--out', out], {
      answers: [
        [/New password/, `${password}\r`],
        [/again/, `${password}\r`],
      ],
    })
    expect(written).toMatchObject({ code: 0, left: 0, isRaw: false, stdout: `Exported to ${out}\n` })
    expect(JSON.parse(await readFile(out, 'utf8'))).toMatchObject({ encoding: { type: ['scrypt', 'xsalsa20-poly1305'] } })
    const importAs = (hotkey: string, args: string[], options: RunOptions) =>
      wallet('import', ['-w', 'w', '-H', hotkey, '--key', 'hotkey', account, ...args], options)
    const typed = await importAs('typed', [], {
      answers: [
        [/Password/, 'wrong\r'],
        [/Password/, `${password}\r`],
      ],
    })
    expect(typed).toMatchObject({ code: 0, left: 0, isRaw: false, stderr: expect.stringContaining('Try again') })
    expect(typed.stdout).toContain(address)
    expect(written.stderr + typed.stderr).not.toContain(password)
    const passwordFile = await file('password', `${password}\n`)
    expect(await wallet('import', ['-w', 'w', '-H', 'back', '--key', 'hotkey', out, '--import-password-file', passwordFile])).toMatchObject(
      { code: 0 },
    )
    expect(await importAs('file', ['--import-password-file', passwordFile], {})).toMatchObject({ code: 0, stderr: '' })
    const wrong = await importAs('wrong', ['--import-password-file', await file('wrong', 'wrong')], {})
    expect(wrong).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('WALLET_BAD_PASSWORD') })
    expect(await importAs('none', [], {})).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('--import-password-file') })
    await chmod(passwordFile, 0o644)
    expect(await importAs('open', ['--import-password-file', passwordFile], {})).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('chmod'),
    })
    expect((await readdir(join(directory, 'w', 'hotkeys'))).filter((name) => !name.endsWith('pub.txt'))).toEqual([
      'back',
      'default',
      'file',
      'typed',
    ])
  })

  it('give up after three wrong passwords, and at once where nobody types', async () => {
    await encrypted()
    const passwordFile = await file('p', password)
    const thrice = await wallet('sign', ['-w', 'w', '-m', 'a'], {
      answers: Array.from({ length: 4 }, () => [/Password/, 'wrong\r'] as const),
    })
    expect(thrice).toMatchObject({ code: 3, stdout: '', left: 1, isRaw: false })
    expect(await wallet('sign', ['-w', 'w', '-m', 'a', '--password-stdin'], { piped: 'wrong\n' })).toMatchObject({ code: 3, stdout: '' })
    expect(await wallet('sign', ['-w', 'w', '-m', 'a', '--password-stdin'], { piped: `${password}\n` })).toMatchObject({ code: 0 })
    expect(await wallet('sign', ['-w', 'w', '-m', 'a', '--password-file', passwordFile])).toMatchObject({ code: 0, stderr: '' })
    expect(await wallet('sign', ['-w', 'w', '-m', 'a'], { env: { BT_WALLET_PASSWORD: password } })).toMatchObject({ code: 0 })
    expect(await wallet('sign', ['-w', 'w', '-m', 'a'])).toMatchObject({ code: 3, stderr: expect.stringContaining('--password-file FILE') })
  })
})

describe('wallet encrypt and decrypt', () => {
  it('take the old password from Bittensor’s variables too, but not for a file of another program', async () => {
    await encrypted()
    const passwordFile = await file('p', password)
    const anew = ['-w', 'w', '--key', 'hotkey', '--password-file', passwordFile]
    expect(await wallet('encrypt', anew, { env: { BT_WALLET_PASSWORD: 'wrong' } })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('WALLET_BAD_PASSWORD'),
    })
    expect(await wallet('encrypt', anew)).toMatchObject({ code: 3, stderr: expect.stringContaining('--old-password-file') })
    const env = { BT_WALLET_PASSWORD: password }
    const exported = ['-w', 'w', '--key', 'hotkey', '--format', 'polkadot-js', '--out', join(directory, 'out.json')]
    expect(await wallet('export', exported, { env })).toMatchObject({ code: 2, stderr: expect.stringContaining('--export-password-file') })
    expect(await readdir(directory)).not.toContain('out.json')
    const imported = ['-w', 'w', '-H', 'other', '--key', 'hotkey', account]
    expect(await wallet('import', imported, { env })).toMatchObject({ code: 3, stderr: expect.stringContaining('--import-password-file') })
  })

  it('decrypt a key, a coldkey only when that is said', async () => {
    await encrypted()
    const passwordFile = await file('p', password)
    expect(await json('show', ['-w', 'w'])).toMatchObject({ code: 0, hotkeyAddress: address, hotkeyEncryption: 'polkadot-js' })
    expect(await json('decrypt', ['-w', 'w', '--key', 'hotkey', '--password-file', passwordFile])).toMatchObject({
      code: 0,
      encryption: 'none',
    })
    expect(await json('show', ['-w', 'w'])).toMatchObject({ code: 0, hotkeyAddress: address, hotkeyEncryption: 'none' })
    expect(await wallet('decrypt', ['-w', 'w', '--key', 'coldkey'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--plaintext-coldkey'),
    })
  })

  it('encrypt nothing without a new password', async () => {
    await regained()
    const before = await readFile(hotkeyFile(), 'utf8')
    expect(await wallet('encrypt', ['-w', 'w', '--key', 'hotkey'])).toMatchObject({ code: 2, stdout: '' })
    expect(await wallet('encrypt', ['-w', 'w', '--key', 'hotkey'], { answers: [[/New password/, '\u0003']] })).toMatchObject({ code: 130 })
    expect(await readFile(hotkeyFile(), 'utf8')).toBe(before)
  })
})

describe('wallet doctor', () => {
  it('says that all is well', async () => {
    await wallet('create', ['-w', 'w', '--coldkey', alice])
    expect(await wallet('doctor')).toMatchObject({ code: 0, stdout: '1 wallet checked: all is well\n', stderr: '' })
    expect(await wallet('doctor', ['-w', 'none'])).toMatchObject({ code: 3, stderr: expect.stringContaining('WALLET_NOT_FOUND') })
  })

  it('finds what is wrong, and the command that cures it', async () => {
    await regained()
    await chmod(hotkeyFile(), 0o644)
    const open = await wallet('doctor', ['-w', 'w'])
    expect(open).toMatchObject({ code: 1, stderr: '' })
    expect(open.stdout).toMatch(/^error: .*\n.*\n.*chmod 600/)
    await chmod(hotkeyFile(), 0o600)
    await wallet('regen', ['-w', 'w', '--key', 'coldkey', '--address', alice])
    await mkdir(join(directory, 'elsewhere'))
    await symlink(hotkeyFile(), hotkeyFile('link'))
    const { problems } = await json('doctor', ['-w', 'w'])
    expect(problems).toMatchObject([{ file: hotkeyFile('link'), severity: 'error', code: 'WALLET_UNSAFE_FILE' }])
  })

  it('names a command that this program takes, and that cures it', async () => {
    await wallet('create', ['-w', 'w', '--plaintext-coldkey'])
    await rm(join(directory, 'w', 'coldkeypub.txt'))
    const found = await wallet('doctor', ['-w', 'w'])
    const command = /Run: tensorkit (wallet regen .*)/.exec(found.stdout)?.[1]
    expect(await run(command?.split(' ') ?? [])).toMatchObject({ code: 0, stderr: '' })
    const again = await wallet('doctor', ['-w', 'w'])
    expect(again.stdout).not.toContain('regen')
    const encrypt = /Run: tensorkit (wallet encrypt .*)/.exec(again.stdout)?.[1]
    expect(await run(encrypt?.split(' ') ?? [])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The password of the coldkey is not given'),
    })
  })

  it('finds passwords that lie open, without repeating them', async () => {
    await regained()
    const open = await file('open', password, 0o644)
    const weak = { BT_WALLET_PASSWORD: password, BT_PW__HOME_W: 'c2VjcmV0', PATH: '/bin' }
    const warned = await wallet('doctor', ['-w', 'w'], { env: weak })
    expect(warned.code).toBe(0)
    for (const variable of ['BT_WALLET_PASSWORD', 'BT_PW__HOME_W']) expect(warned.stdout).toContain(`unset ${variable}`)
    expect(warned.stdout).not.toContain(password)
    expect(warned.stdout).not.toContain('c2VjcmV0')
    const wrong = await wallet('doctor', ['-w', 'w'], { env: { BT_WALLET_PASSWORD_FILE: open } })
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringMatching(/error: .*\n.*\n.*chmod 600/) })
    expect(await wallet('doctor', ['-w', 'w'], { env: { BT_WALLET_PASSWORD_FILE: join(directory, 'gone') } })).toMatchObject({ code: 1 })
  })
})
