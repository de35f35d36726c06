import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// The command as it is published, at a real terminal: `script` of util-linux, which every Debian has, makes one. Hence here,
// and not among the tests that need Node alone.
const bin = fileURLToPath(new URL('../packages/cli/bin/tensorkit.mjs', import.meta.url))
const password = 'correct horse battery'
const mnemonic = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
const address = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-cli-terminal-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

interface Keys {
  /** What the screen shows when they are to be typed. */
  readonly at: string
  readonly type: string
}

/** Runs a wallet command at a terminal; afterwards the terminal itself says how it was left. */
async function atTerminal(args: readonly string[], keys: readonly Keys[]) {
  const command = [process.execPath, bin, 'wallet', ...args, '--wallet-path', directory].map(quoted).join(' ')
  const env = { ...process.env, HOME: directory, SHELL: '/bin/sh', BT_WALLET_PASSWORD: '', BT_WALLET_PASSWORD_FILE: '' }
  // Ctrl-C reaches the shell too, which is to go on.
  const shell = `trap : INT; ${command}; echo "exit:$?"; stty -a`
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', shell, '/dev/null'], { env })
  const left = [...keys]
  let [screen, unseen] = ['', '']
  child.stdout.on('data', (data: Buffer) => {
    screen += data.toString()
    unseen += data.toString()
    const [next] = left
    if (next === undefined || !unseen.includes(next.at)) return
    left.shift()
    unseen = ''
    child.stdin.write(next.type)
  })
  await once(child, 'close')
  return { screen, code: Number(/exit:(\d+)/.exec(screen)?.[1]), echoes: /[^-]\becho\b/.test(screen), left: left.length }
}

/** The same with standard input from nowhere, as under cron or systemd. */
async function without(args: readonly string[]) {
  const env = { ...process.env, HOME: directory, BT_WALLET_PASSWORD: '', BT_WALLET_PASSWORD_FILE: '' }
  const child = spawn(process.execPath, [bin, 'wallet', ...args, '--wallet-path', directory], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  child.stdout.resume()
  // The pipe stays open: whoever waited for it would wait for ever.
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stderr }
}

describe('tensorkit wallet at a terminal', () => {
  it('takes words and passwords without showing them, and gives the terminal back', async () => {
    const regen = await atTerminal(['regen', '-w', 'w', '--key', 'hotkey'], [{ at: 'Mnemonic', type: `${mnemonic}\r` }])
    expect(regen).toMatchObject({ code: 0, left: 0, echoes: true, screen: expect.stringContaining(address) })
    const out = join(directory, 'account.json')
    const written = await atTerminal(
      ['export', '-w', 'w', '--key', 'hotkey', '--format', 'polkadot-js', '--out', out],
      [
        { at: 'New password', type: `${password}\r` },
        { at: 'again', type: `${password}\r` },
      ],
    )
    expect(written).toMatchObject({ code: 0, left: 0, echoes: true })
    const taken = await atTerminal(
      ['import', out, '-w', 'w', '-H', 'second', '--key', 'hotkey'],
      [
        { at: 'Password', type: 'wrong\r' },
        { at: 'Password', type: `${password}\r` },
      ],
    )
    expect(taken).toMatchObject({ code: 0, left: 0, echoes: true, screen: expect.stringContaining(address) })
    for (const { screen } of [regen, written, taken]) {
      expect(screen).not.toContain('bottom')
      expect(screen).not.toContain('horse')
    }
  })

  it('ends at Ctrl-C with 130, nothing half written, and the terminal as it was', async () => {
    const before = await readdir(join(directory))
    const left = await atTerminal(['create', '-w', 'gone'], [{ at: 'New password', type: 'corr\u0003' }])
    expect(left).toMatchObject({ code: 130, left: 0, echoes: true })
    expect(left.screen).not.toContain('corr')
    expect(await readdir(directory)).toEqual(before)
  })

  it('shows how far a derivation is, and leaves the key as it was when that is interrupted', async () => {
    const file = join(directory, 'w', 'hotkeys', 'default')
    const before = await readFile(file, 'utf8')
    const stopped = await atTerminal(
      ['encrypt', '-w', 'w', '--key', 'hotkey'],
      [
        { at: 'New password', type: `${password}\r` },
        { at: 'again', type: `${password}\r` },
        { at: 'Deriving the key', type: '\u0003' },
      ],
    )
    expect(stopped).toMatchObject({ code: 130, left: 0, echoes: true })
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await readdir(join(directory, 'w'))).filter((name) => name.startsWith('.'))).toEqual([])
  })
})

describe('tensorkit wallet without a terminal', () => {
  it('fails at once, and says what to give', async () => {
    const made = await without(['create', '-w', 'other'])
    expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-file') })
    const regen = await without(['regen', '-w', 'other', '--key', 'hotkey'])
    expect(regen).toMatchObject({ code: 2, stderr: expect.stringContaining('--secret-file') })
  })

  it('encrypts by a password file, as Bittensor does', async () => {
    const passwordFile = join(directory, 'password')
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    expect(await without(['encrypt', '-w', 'w', '-H', 'second', '--key', 'hotkey', '--password-file', passwordFile])).toEqual({
      code: 0,
      stderr: '',
    })
    const file = join(directory, 'w', 'hotkeys', 'second')
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('$NACL')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})
