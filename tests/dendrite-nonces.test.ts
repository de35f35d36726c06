import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createAxon } from '@tensorkit/axon'
import { type Clock, createMemoryReplayStore, type ReplayStore, staticDirectory, systemClock } from '@tensorkit/core'
import { createDendrite, type DendriteOptions, type Target } from '@tensorkit/dendrite'
import { createTestSubnet } from '@tensorkit/testing'
import { describe, expect, it } from 'vitest'
import { dendriteBench, domain, Talk } from './dendrite-support.js'

const bench = dendriteBench()
const run = promisify(execFile)
const folder = fileURLToPath(new URL('.', import.meta.url))
const calls = 60

// Another process with the same hotkey, on the packages as they are published: this needs a build, as `npm test` makes one.
const program = `
  import { defineProtocol, message, string, uint32, unary } from '@tensorkit/core'
  import { signerFromUri } from '@tensorkit/core/crypto'
  import { createDendrite } from '@tensorkit/dendrite'
  const [options, target] = process.argv.slice(1).map((text) => JSON.parse(text))
  const Text = message('Text', { text: string(1), count: uint32(2) })
  const Talk = defineProtocol('test.v1.Talk', { say: unary({ request: Text, response: Text }) })
  const dendrite = createDendrite({ signer: await signerFromUri('//Alice'), timeoutMs: 60_000, ...options })
  const replies = await Promise.all(Array.from({ length: ${calls} }, () => dendrite.call(target, Talk.say, { text: 'hi', count: 1 })))
  await dendrite.close()
  console.log(JSON.stringify(replies.map((reply) => (reply.ok ? 'ok' : reply.error.code))))
`

/** An axon that keeps the nonces of those who proved themselves. */
async function noncesAxon(clock: Clock = systemClock) {
  const [miner, validator] = await Promise.all([bench.signer('Bob'), bench.signer('Alice')])
  const directory = staticDirectory({ ...domain, neurons: [{ uid: 0, hotkey: validator.address, validatorPermit: true }] })
  const nonces: string[] = []
  const memory = createMemoryReplayStore({ completeSinceNs: 0n })
  const replayStore: ReplayStore = {
    retentionMs: memory.retentionMs,
    completeSinceNs: 0n,
    checkAndStore(key) {
      nonces.push(key.nonce)
      return memory.checkAndStore(key)
    },
  }
  // As many at a time as come.
  const limits = { maxConcurrentCallsPerHotkey: 1_024, maxVerificationsInFlight: 1_024, failedSignaturesPerSecond: 1_024 }
  const axon = bench.keep(createAxon({ signer: miner, directory, port: 0, replayStore, insecure: true, clock, limits }))
  axon.implement(Talk, {
    say: (request) => request,
    async *tell(request) {
      yield request
    },
    collect: () => ({ texts: [] }),
    async *chat() {},
  })
  await axon.listen()
  const target: Target = { hotkey: miner.address, ...axon.endpoint }
  return { target, nonces }
}

const signed: Partial<DendriteOptions> = { profile: 'btauth', insecure: true }
const slotsOf = (nonces: readonly string[]) => new Set(nonces.map((nonce) => Number(nonce.slice(-4))))

describe('nonces of one hotkey', () => {
  it('of processes with a slot each never meet, and tell whose they are', async () => {
    const { target, nonces } = await noncesAxon()
    const callFrom = async (nonceSlot: number) => {
      const args = [{ ...signed, nonceSlot }, target].map((value) => JSON.stringify(value))
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, ...args], { cwd: folder, timeout: 90_000 })
      return JSON.parse(stdout) as string[]
    }
    const codes = await Promise.all([callFrom(0), callFrom(9_999)])
    expect(codes.flat()).toEqual(Array(2 * calls).fill('ok'))
    expect(nonces).toHaveLength(2 * calls)
    expect(new Set(nonces).size).toBe(2 * calls)
    expect(slotsOf(nonces)).toEqual(new Set([0, 9_999]))
  })

  it.each([
    ['a slot each: all are taken', [1, 2], true],
    ['none: all are taken, for all practical purposes', [undefined, undefined], true],
    ['control, the same slot: some are refused as replays', [1, 1], false],
  ])('of dendrites that call at one instant, with %s', async (_name, slots, isUnique) => {
    const atNs = BigInt(Date.now()) * 1_000_000n
    const clock: Clock = { ...systemClock, nowNs: () => atNs, nowMs: () => Number(atNs / 1_000_000n) }
    const { target, nonces } = await noncesAxon(clock)
    const signer = await bench.signer('Alice')
    const codes = await Promise.all(
      slots.map(async (nonceSlot) => {
        const slot = nonceSlot === undefined ? {} : { nonceSlot }
        const dendrite = bench.keep(createDendrite({ signer, clock, timeoutMs: 60_000, ...signed, ...slot }))
        const all = Array.from({ length: calls }, () => dendrite.call(target, Talk.say, { text: 'hi', count: 1 }))
        return (await Promise.all(all)).map((reply) => (reply.ok ? 'ok' : reply.error.code))
      }),
    )
    expect(codes.flat().includes('DENDRITE_UNAUTHENTICATED')).toBe(!isUnique)
    if (isUnique) expect(codes.flat()).toEqual(Array(2 * calls).fill('ok'))
    expect(new Set(nonces).size === 2 * calls).toBe(isUnique)
  })

  it.each([-1, 10_000, 1.5, Number.NaN, '7' as never])('take no slot of %o', async (nonceSlot) => {
    const error = { code: 'CORE_INVALID_ARGUMENT', shortMessage: expect.stringContaining('nonceSlot') }
    await expect(bench.dendrite({ nonceSlot })).rejects.toMatchObject(error)
  })

  it('have the slot that a test subnet is told, too', async () => {
    await using subnet = await createTestSubnet()
    expect(await subnet.dendriteOptions('validator', { nonceSlot: 7 })).toMatchObject({ nonceSlot: 7 })
    await expect(subnet.validator('validator', { nonceSlot: 10_000 })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })
})
