import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { describe, expect, it } from 'vitest'
import { path, rejection } from '../test-support.js'
import { environmentPasswords, environmentVariableFor, obfuscatePassword } from './environment-passwords.js'
import { askPassword, passwordBytes } from './password.js'
import { passwordSources } from './password-sources.js'
import { promptHidden } from './prompt-hidden.js'
import { promptPasswords } from './prompt-passwords.js'

const file = '/home/me/.bittensor/wallets/my.wallet/coldkey'
const request = { purpose: 'unlock', key: 'coldkey', file } as const
const text = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString()

describe('passwords from the environment', () => {
  it("come in Bittensor's order", async () => {
    const passwordFile = join(path, 'password')
    await writeFile(passwordFile, '  from a file\n', { mode: 0o600 })
    const env = {
      BT_WALLET_PASSWORD: 'for all',
      [environmentVariableFor(file)]: obfuscatePassword(file, 'its öwn'),
      BT_WALLET_PASSWORD_FILE: passwordFile,
    }
    expect(await environmentPasswords({ env })(request)).toBe('for all')
    expect(text(await environmentPasswords({ env: { ...env, BT_WALLET_PASSWORD: '' } })(request))).toBe('its öwn')
    expect(text(await environmentPasswords({ env: { BT_WALLET_PASSWORD_FILE: passwordFile } })(request))).toBe('from a file')
    expect(text(await environmentPasswords({ env: {}, passwordFile })(request))).toBe('from a file')
    expect(await environmentPasswords({ env: {} })(request)).toBeUndefined()
  })

  it('are named and hidden as Bittensor does', () => {
    expect(environmentVariableFor(file)).toBe('BT_PW__HOME_ME__BITTENSOR_WALLETS_MY_WALLET_COLDKEY')
    // Made by bittensor 11.3.0 and bittensor-wallet 4.1.1; the interop suite compares more of them.
    expect(obfuscatePassword('/home/user/.bittensor/wallets/my.wallet/coldkey', 'päss word')).toBe('Mpf7IyR/KCc9KQ==')
  })

  it('in a file that others can read, or malformed, are refused', async () => {
    const passwordFile = join(path, 'password')
    await writeFile(passwordFile, 'x')
    await chmod(passwordFile, 0o644)
    expect((await rejection(Promise.resolve(environmentPasswords({ env: {}, passwordFile })(request)))).code).toBe('WALLET_UNSAFE_FILE')
    const env = { [environmentVariableFor(file)]: 'no base64!' }
    const malformed = await rejection(Promise.resolve(environmentPasswords({ env })(request)))
    expect([malformed.code, malformed.message.includes('no base64')]).toEqual(['CORE_INVALID_ARGUMENT', false])
    const absent = environmentPasswords({ env: {}, passwordFile: join(path, 'none') })(request)
    expect((await rejection(Promise.resolve(absent))).code).toBe('WALLET_NOT_FOUND')
  })
})

describe('a password', () => {
  it('is copied, and the bytes of a source are wiped', async () => {
    const own = Buffer.from('mine')
    const copy = passwordBytes(own) as Uint8Array
    copy.fill(0)
    expect(own.toString()).toBe('mine')
    const given = Buffer.from('theirs')
    expect(text(await askPassword(() => given, request))).toBe('theirs')
    expect([...given]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('of no length is none, and one of 1,025 bytes is refused', async () => {
    expect(passwordBytes('')).toBeUndefined()
    expect(passwordBytes('ä'.repeat(512))).toHaveLength(1024)
    for (const long of ['x'.repeat(1025), 'ä'.repeat(513), new Uint8Array(1025), 5])
      expect((await rejection((async () => passwordBytes(long))())).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it('comes from the first source that has one', async () => {
    const asked: string[] = []
    const source = (name: string, password?: string) => () => {
      asked.push(name)
      return password
    }
    expect(await passwordSources(source('a'), source('b', ''), source('c', 'x'), source('d', 'y'))(request)).toBe('x')
    expect(asked).toEqual(['a', 'b', 'c'])
  })
})

/** A terminal of a test: what is typed into it, and what it shows. */
function terminal() {
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(raw: boolean) {
      this.isRaw = raw
      return this
    },
  })
  const output = new PassThrough()
  const shown = () => output.read()?.toString() ?? ''
  // A PassThrough has all of a terminal's input that is used here.
  return { input: input as unknown as ReadStream & PassThrough, output, shown }
}

describe('a hidden prompt', () => {
  it('gives the line, shows nothing of it, and leaves the terminal as it was', async () => {
    const { input, output, shown } = terminal()
    const answer = promptHidden({ question: 'Password: ', input, output })
    expect(input.isRaw).toBe(true)
    input.write('sec\u007f\u007fecrët\u001b[A\r')
    expect(text(await answer)).toBe('secrët')
    expect([shown(), input.isRaw, input.listenerCount('data')]).toEqual(['Password: \n', false, 0])
  })

  it('keeps what was pasted after the line for the next one', async () => {
    const { input, output } = terminal()
    const first = promptHidden({ question: '', input, output })
    input.write('one\ntwo\n')
    expect(text(await first)).toBe('one')
    expect(text(await promptHidden({ question: '', input, output }))).toBe('two')
  })

  it('ends for Ctrl-C, the end of the input, the signal and the time', async () => {
    for (const end of ['\u0003', '\u0004', undefined]) {
      const { input, output } = terminal()
      const answer = rejection(promptHidden({ question: '', input, output }))
      if (end === undefined) input.end()
      else input.write(`abc${end}`)
      expect((await answer).code).toBe('CORE_ABORTED')
      expect(input.isRaw).toBe(false)
    }
    const { input, output } = terminal()
    const abort = new AbortController()
    const aborted = rejection(promptHidden({ question: '', input, output, signal: abort.signal }))
    abort.abort()
    expect((await aborted).code).toBe('CORE_ABORTED')
    expect((await rejection(promptHidden({ question: '', input, output, timeoutMs: 5 }))).code).toBe('CORE_TIMEOUT')
    input.write('x'.repeat(5000))
    expect((await rejection(promptHidden({ question: '', input, output }))).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it('asks nobody where there is no terminal', async () => {
    const { input } = terminal()
    const none = Object.assign(input, { isTTY: false }) as unknown as ReadStream
    expect(await promptPasswords({ input: none })(request)).toBeUndefined()
    expect((await rejection(promptHidden({ question: '', input: none }))).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it('asks a new password twice', async () => {
    const { input, output, shown } = terminal()
    const source = promptPasswords({ input, output })
    const encrypt = { ...request, purpose: 'encrypt' } as const
    const right = source(encrypt)
    input.write('new\nnew\n')
    expect(text(await right)).toBe('new')
    expect(shown()).toContain(`New password of the coldkey ${file}`)
    const wrong = rejection(Promise.resolve(source(encrypt)))
    input.write('new\nnow\n')
    expect((await wrong).shortMessage).toBe('The two passwords are not the same')
  })
})
