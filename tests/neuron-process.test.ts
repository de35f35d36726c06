import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tao } from '@tensorkit/core'
import { createWallet } from '@tensorkit/wallet'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bootSubnet, type TestSubnet } from './support/subnet.js'

// Programs as a user writes them, on the packages as they are published: this needs a build, as `npm test` makes one.
const folder = fileURLToPath(new URL('.', import.meta.url))
const protocol = `
import { defineProtocol, message, uint32, unary } from '@tensorkit/core'
import { readNeuronConfig, runMiner, runProgram, runValidator } from '@tensorkit/neuron'
const Square = defineProtocol('square.v1.Square', { square: unary({ request: message({ x: uint32(1) }), response: message({ y: uint32(1) }) }) })
const onEvent = (event) => console.log(JSON.stringify({ type: event.type, block: event.block }))
`
const minerProgram = `${protocol}
await runProgram(() => runMiner({ config: readNeuronConfig({ argv: process.argv.slice(1) }), onEvent,
  implement: (axon) => axon.implement(Square, { square: ({ x }) => ({ y: x * x }) }) }))
`
const validatorProgram = `${protocol}
await runProgram(() => runValidator({ config: readNeuronConfig({ argv: process.argv.slice(1) }), onEvent,
  dendrite: { allowPrivateAddresses: true },
  round: async ({ miners, dendrite, scores, signal }) => {
    for await (const reply of dendrite.query(miners, Square.square, { x: 3 }, { signal })) scores.record(reply.hotkey, reply.ok ? 1 : 0)
    await new Promise((resolve) => setTimeout(resolve, 300))
  } }))
`
// A process whose clock is 14 s ahead, as Node sees it.
const wrongClock = 'data:text/javascript,const now=Date.now;Date.now=()=>now()+14000'

let subnet: TestSubnet
let wallets: string
const children = new Set<ChildProcessWithoutNullStreams>()

beforeAll(async () => {
  wallets = await mkdtemp(join(tmpdir(), 'tensorkit-processes-'))
  subnet = await bootSubnet({ validators: [tao(600)], miners: 1 })
  const keys = { miner: '//Miner/0', validator: '//Validator/0', stranger: '//Stranger' }
  for (const [name, uri] of Object.entries(keys))
    await createWallet({ name, path: wallets, coldkey: { address: subnet.owner.address }, hotkeySource: { uri } })
})
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children.clear()
})
afterAll(async () => {
  await subnet?.[Symbol.asyncDispose]()
  await rm(wallets, { recursive: true, force: true })
})

function start(program: string, flags: Record<string, string | number>, nodeArgs: string[] = []) {
  const all = { chain: subnet.localnet.url, netuid: subnet.netuid, 'wallet.path': wallets, 'axon.port': 0, ...flags }
  const args = Object.entries(all).map(([name, value]) => `--${name}=${value}`)
  const child = spawn(process.execPath, [...nodeArgs, '--input-type=module', '-e', program, '--', ...args], {
    cwd: folder,
    env: { ...process.env, TENSORKIT_LOG_LEVEL: 'warn' },
  })
  children.add(child)
  const events: string[] = []
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => events.push(...data.toString().trim().split('\n')))
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stderr, events }))
  const until = async (type: string) => {
    while (!events.some((event) => event.includes(`"${type}"`))) {
      if (child.exitCode !== null) throw new Error(`ended before ${type}: ${stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return { child, ended, until, events }
}

describe('a miner and a validator as processes', () => {
  it('run, and SIGTERM lets the round end, saves scores and ends with exit code 0', async () => {
    const miner = start(minerProgram, { 'wallet.name': 'miner' })
    await miner.until('serve-submitted')
    await subnet.localnet.mine()
    await miner.until('serving')
    await subnet.mineEpoch()
    const state = join(wallets, 'state')
    const validator = start(validatorProgram, { 'wallet.name': 'validator', state })
    await validator.until('round-started')
    validator.child.kill('SIGTERM')
    const ended = await validator.ended
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.events.slice(-2).map((event) => (JSON.parse(event) as { type: string }).type)).toEqual(['round-finished', 'stopped'])
    const scores = await readFile(
      join(state, subnet.subtensor.genesisHash.slice(0, 16), `netuid-${subnet.netuid}`, subnet.validators[0]?.address ?? '', 'scores.json'),
      'utf8',
    )
    expect(scores).toContain(subnet.miners[0]?.address)
    // By default the state lies in the directory of the wallet, and a second signal ends at once.
    const second = start(validatorProgram, { 'wallet.name': 'validator' })
    await second.until('round-started')
    second.child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 50))
    second.child.kill('SIGINT')
    expect(await second.ended).toMatchObject({ code: 130 })
    miner.child.kill('SIGTERM')
    expect(await miner.ended).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    ['an unregistered hotkey', 7, 'NEURON_NOT_REGISTERED: The hotkey is not registered on the subnet', { 'wallet.name': 'stranger' }, []],
    [
      'an unreachable chain',
      4,
      'CHAIN_UNREACHABLE: The chain cannot be reached',
      { 'wallet.name': 'miner', chain: 'ws://127.0.0.1:1' },
      [],
    ],
    ['a subnet that does not exist', 4, 'METAGRAPH_NOT_FOUND', { 'wallet.name': 'miner', netuid: 999 }, []],
    ['a wallet that does not exist', 3, 'WALLET_NOT_FOUND', { 'wallet.name': 'nobody' }, []],
    ['a clock that is off', 8, 'NEURON_CLOCK_SKEWED: Your clock is 14 s ahead', { 'wallet.name': 'miner' }, ['--import', wrongClock]],
    ['a wrong argument', 2, 'CORE_INVALID_ARGUMENT: --netuid must be an integer', { 'wallet.name': 'miner', netuid: 'x' }, []],
  ])('%s ends in one clear message and exit code %d', async (_, code, message, flags, nodeArgs) => {
    const ended = await start(minerProgram, flags, nodeArgs).ended
    expect(ended.code).toBe(code)
    expect(ended.stderr).toMatch(new RegExp(`^${message}`))
    expect(ended.stderr).not.toMatch(/\n {4}at /)
    // What happened, facts, and a last line that says what to do.
    expect(ended.stderr.trim().split('\n').at(-1)).toMatch(/^[A-Z].*\.$/)
  })

  it('a malformed wallet and a taken port end the same way', async () => {
    const key = join(wallets, 'stranger', 'hotkeys', 'default')
    const good = await readFile(key, 'utf8')
    await writeFile(key, `${good.slice(0, 40)}`, { mode: 0o600 })
    expect(await start(minerProgram, { 'wallet.name': 'stranger' }).ended).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^WALLET_MALFORMED/),
    })
    await writeFile(key, good, { mode: 0o600 })
    const taken = await start(minerProgram, { 'wallet.name': 'miner', 'axon.port': subnet.localnet.port }).ended
    expect(taken).toMatchObject({ code: 6, stderr: expect.stringMatching(/^AXON_ADDRESS_IN_USE/) })
  })
})
