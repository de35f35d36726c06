import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'

// The command as it is published: this needs a build, as `npm test` makes one.
const bin = fileURLToPath(new URL('../packages/cli/bin/tensorkit.mjs', import.meta.url))

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

let directory: string
const children = new Set<ChildProcessWithoutNullStreams>()

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-cli-'))
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function start(...args: string[]) {
  const child = spawn(process.execPath, [bin, ...args], { env: { ...process.env, HOME: directory } })
  children.add(child)
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString()
  })
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const ended = once(child, 'close').then(([code]): Outcome => ({ code: code as number | null, stdout, stderr }))
  return { child, ended }
}

const run = (...args: string[]): Promise<Outcome> => start(...args).ended

/** A localnet by the command, ready. */
async function startLocalnet(...args: string[]) {
  const { child, ended } = start('localnet', '--port', '0', '--json', ...args)
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended.then(({ stderr }) => Promise.reject(new Error(stderr)))])) as [
    Buffer,
  ]
  return { child, ended, ready: JSON.parse(line.toString()) as { url: string; httpUrl: string; port: number; genesisHash: string } }
}

async function rpc(url: string, method: string, ...params: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return ((await response.json()) as { result: unknown }).result
}

describe('tensorkit', () => {
  it('tells what it can do, and its version', async () => {
    const help = await run('--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['localnet', 'metagraph', 'wallet']) expect(help.stdout).toContain(command)
    const { version } = JSON.parse(await readFile(new URL('../packages/cli/package.json', import.meta.url), 'utf8')) as { version: string }
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect((await run('wallet', 'create', '--help')).stdout).toContain('--mnemonic-file')
  })

  it.each([
    [['nope']],
    [['metagraph']],
    [['localnet', '--colour']],
    [['metagraph', '--netuid', 'two']],
    [['localnet', '--port', '99999']],
    [['localnet', '--sealing', 'never']],
    [['metagraph', '--netuid', '1', '--chain', 'http://x']],
  ])('refuses %j with exit code 2 and without a stack', async (args) => {
    const { code, stdout, stderr } = await run(...args)
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^(error|Error)/)
    expect(stderr).not.toMatch(/\n {4}at /)
  })
})

describe('tensorkit localnet', () => {
  it('says when it is ready, seals when told, and ends with exit code 0 by Ctrl-C', async () => {
    const { child, ended, ready } = await startLocalnet('--sealing', 'manual')
    expect(ready).toMatchObject({ url: `ws://127.0.0.1:${ready.port}`, genesisHash: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
    expect(await rpc(ready.httpUrl, 'tensorkit_mine', 3)).toMatchObject({ number: 3 })
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('tells a taken port in one message with a remedy', async () => {
    const { ready } = await startLocalnet('--sealing', 'manual')
    const { code, stdout, stderr } = await run('localnet', '--port', String(ready.port))
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toContain(`Error LOCALNET_ADDRESS_IN_USE`)
    expect(stderr).toContain(String(ready.port))
    expect(stderr).toContain('choose another port')
  })

  it('listens beyond this machine only when told so', async () => {
    const { code, stdout, stderr } = await run('localnet', '--port', '0', '--host', '0.0.0.0')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--allow-remote')
    expect((await run('localnet', '--help')).stdout).toContain('--allow-remote')
    const { ready } = await startLocalnet('--allow-remote')
    expect(ready.url).toBe(`ws://127.0.0.1:${ready.port}`)
  })
})

describe('tensorkit metagraph', () => {
  it('shows a subnet, as text and as JSON', async () => {
    const { ready } = await startLocalnet('--sealing', 'manual')
    const text = await run('metagraph', '--netuid', '1', '--chain', ready.url)
    expect(text).toMatchObject({ code: 0, stderr: '' })
    expect(text.stdout).toMatch(/^Subnet 1 .*\n.*\n\nUID {2}ROLE/)
    const json = await run('metagraph', '--netuid', '1', '--chain', ready.url, '--json')
    expect(json.stderr).toBe('')
    const metagraph = JSON.parse(json.stdout) as { netuid: number; genesisHash: string; neurons: unknown[] }
    expect(metagraph).toMatchObject({ netuid: 1, block: 0, blockHash: ready.genesisHash, genesisHash: ready.genesisHash.slice(2) })
    expect(metagraph.neurons[0]).toMatchObject({ uid: 0, hotkey: expect.any(String), stake: expect.stringMatching(/^\d+$/), incentive: 0 })
  })

  it('tells a subnet that does not exist, and a chain that cannot be reached', async () => {
    const { ready } = await startLocalnet('--sealing', 'manual')
    const none = await run('metagraph', '--netuid', '77', '--chain', ready.url)
    expect(none).toMatchObject({ code: 4, stdout: '' })
    expect(none.stderr).toContain('Error METAGRAPH_NOT_FOUND')
    const unreachable = await run('metagraph', '--netuid', '1', '--chain', 'ws://u:SECRET@127.0.0.1:1/SECRET')
    expect(unreachable).toMatchObject({ code: 4, stdout: '' })
    expect(unreachable.stderr.trim().split('\n')).toEqual([
      'Error CHAIN_UNREACHABLE: The chain cannot be reached',
      '  endpoint: ws://127.0.0.1:1',
      '  reason: ECONNREFUSED',
      'Check the endpoint and that the node runs.',
    ])
    const asJson = await run('metagraph', '--netuid', '1', '--chain', 'ws://127.0.0.1:1', '--json')
    expect(JSON.parse(asJson.stderr)).toMatchObject({
      error: { code: 'CHAIN_UNREACHABLE', facts: { endpoint: 'ws://127.0.0.1:1' }, remedy: expect.any(String) },
    })
    expect((await run('metagraph', '--netuid', '1', '--chain', 'ws://127.0.0.1:1', '--debug')).stderr).toMatch(/\n {4}at /)
  })
})

describe('tensorkit wallet', () => {
  it('creates, lists and shows, and gives new words to a file that only its owner can read', async () => {
    const [path, words] = [join(directory, 'wallets'), join(directory, 'words.json')]
    const created = await run(
      'wallet',
      'create',
      '--path',
      path,
      '--name',
      'miner',
      '--plaintext-coldkey',
      '--mnemonic-file',
      words,
      '--json',
    )
    expect(created).toMatchObject({ code: 0, stderr: '' })
    const facts = JSON.parse(created.stdout) as { hotkeyAddress: string; coldkeyAddress: string }
    const phrases = JSON.parse(await readFile(words, 'utf8')) as { hotkey: string; coldkey: string }
    expect((await stat(words)).mode & 0o777).toBe(0o600)
    for (const phrase of [phrases.hotkey, phrases.coldkey]) {
      expect(phrase.split(' ')).toHaveLength(12)
      expect(created.stdout).not.toContain(phrase)
    }
    const list = await run('wallet', 'list', '--path', path, '--json')
    expect(JSON.parse(list.stdout)).toMatchObject([
      { name: 'miner', coldkeyAddress: facts.coldkeyAddress, hotkeys: [{ name: 'default', address: facts.hotkeyAddress }] },
    ])
    const show = await run('wallet', 'show', '--path', path, '--name', 'miner')
    expect(show.stdout).toContain(facts.hotkeyAddress)
    expect(
      await run('wallet', 'create', '--path', path, '--name', 'miner', '--add-hotkey', '--hotkey', 'second', '--no-mnemonic'),
    ).toMatchObject({ code: 0 })
    expect((await run('wallet', 'list', '--path', path)).stdout).toContain('second')
  })

  it('says at once that a wallet cannot be made where nothing can be', async () => {
    const { code, stderr } = await run('wallet', 'create', '--path', '/proc/none/wallets', '--plaintext-coldkey', '--no-mnemonic')
    expect(code).toBe(3)
    expect(stderr).toContain('The wallet could not be written')
  })

  it('makes nothing when the words could go nowhere, and overwrites neither words nor wallet', async () => {
    const path = join(directory, 'nothing')
    expect(await run('wallet', 'create', '--path', path, '--plaintext-coldkey', '--show-mnemonic')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--mnemonic-file'),
    })
    expect(await run('wallet', 'create', '--path', path)).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-file') })
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' })
    const words = join(directory, 'precious')
    await writeFile(words, 'precious')
    expect(await run('wallet', 'create', '--path', path, '--plaintext-coldkey', '--mnemonic-file', words)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('EEXIST'),
    })
    expect(await readFile(words, 'utf8')).toBe('precious')
    await run('wallet', 'create', '--path', path, '--plaintext-coldkey', '--no-mnemonic')
    const key = join(path, 'default', 'hotkeys', 'default')
    const before = await readFile(key, 'utf8')
    const again = await run('wallet', 'create', '--path', path, '--plaintext-coldkey', '--mnemonic-file', join(directory, 'unused'))
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('WALLET_EXISTS') })
    expect(await readFile(key, 'utf8')).toBe(before)
    await expect(stat(join(directory, 'unused'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('tells a malformed wallet, and one that others can read, in one message with a remedy', async () => {
    const path = join(directory, 'malformed')
    await run('wallet', 'create', '--path', path, '--plaintext-coldkey', '--no-mnemonic')
    const key = join(path, 'default', 'hotkeys', 'default')
    const good = await readFile(key, 'utf8')
    const seed = /"secretSeed": ?"(0x[0-9a-f]+)"/.exec(good)?.[1] ?? 'no seed'
    await writeFile(key, good.slice(0, -20))
    const malformed = await run('wallet', 'show', '--path', path)
    expect(malformed).toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('Error WALLET_MALFORMED') })
    expect(malformed.stderr).not.toContain(seed)
    expect(malformed.stderr).toContain('Restore')
    await writeFile(key, good)
    await chmod(key, 0o644)
    expect(await run('wallet', 'show', '--path', path)).toMatchObject({ code: 3, stderr: expect.stringContaining('chmod 600') })
    expect(await run('wallet', 'show', '--path', path, '--name', 'other')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('WALLET_NOT_FOUND'),
    })
  })
})
