import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { bytes, defineProtocol, message, unary } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import type { Target } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeText, sleep, Talk } from '../../dendrite-support.js'
import { type Behaviour, frame } from '../../support/test-peer.js'
import { codeOf, grpcHead, hi, honest, minersBench, outcomes, transports } from '../support/hostile-miners.js'

const without = vi.hoisted(() => ({ roomForEach: false, timeFromThePlace: false }))
vi.mock('../../../packages/dendrite/src/resolve-options.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/resolve-options.js')>()
  const queryConcurrency: typeof actual.queryConcurrency = (...args) => (without.roomForEach ? 256 : actual.queryConcurrency(...args))
  return { ...actual, queryConcurrency }
})
vi.mock('../../../packages/dendrite/src/call/call-time.js', async (importActual) => {
  const { CallTime } = await importActual<typeof import('../../../packages/dendrite/src/call/call-time.js')>()
  class OneTime extends CallTime {
    constructor(options: ConstructorParameters<typeof CallTime>[0]) {
      super(without.timeFromThePlace ? { ...options, startsAtPlace: false } : options)
    }
  }
  return { CallTime: OneTime }
})

// What is held counts, not what waits for the collector.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
async function heldBytes(): Promise<number> {
  // What it finds is given back a moment later.
  for (let i = 0; i < 3; i++) {
    collectGarbage()
    await sleep(50)
  }
  return process.memoryUsage().arrayBuffers
}

const bench = minersBench()
const mebibyte = 1024 * 1024
afterEach(() => {
  without.roomForEach = false
  without.timeFromThePlace = false
})

/** Answers with all of a message but its last byte, and with that once it is told to. */
function stalling(framed: Buffer) {
  const held = new Set<() => void>()
  let isOver = false
  const behaviour: Behaviour = ({ stream }) => {
    stream.respond(grpcHead, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    const finish = () => {
      held.delete(finish)
      if (!stream.destroyed) stream.end(framed.subarray(-1))
    }
    stream.write(framed.subarray(0, -1), () => {
      if (isOver) finish()
      else held.add(finish)
    })
    stream.on('close', () => held.delete(finish))
  }
  const release = () => {
    isOver = true
    for (const finish of held) finish()
  }
  return { behaviour, held: () => held.size, release }
}

describe('attack: 32 MiB from each miner, held back at the last byte', { timeout: 60_000 }, () => {
  const Blob = message('Blob', { data: bytes(1) })
  const Store = defineProtocol('test.v1.Store', { get: unary({ request: Blob, response: Blob }) })
  const size = 32 * mebibyte
  const framed = frame(Store.get.response.encode({ data: new Uint8Array(size - 8) }))
  const attackers = 12

  /** What the dendrite takes of memory while all that may are stalled, in MiB; and that each reply is there in the end. */
  async function memoryOf(maxReplyBytesInFlight: number, mayStall: number): Promise<number> {
    const source = stalling(framed)
    const names = Array.from({ length: attackers }, (_, i) => [`Attacker${i}`, source.behaviour] as const)
    const miners = await bench.miners(Object.fromEntries(names), { method: Store.get })
    const dendrite = await bench.dendrite({ maxMessageBytes: size, maxReplyBytesInFlight, timeoutMs: 50_000 })
    const targets = Object.values(miners).map(({ target }) => target)
    await dendrite.warmUp(targets)
    const before = await heldBytes()
    const round = (async () => {
      const codes: string[] = []
      for await (const reply of dendrite.query(targets, Store.get, { data: new Uint8Array() })) codes.push(codeOf(reply))
      return codes
    })()
    await expect.poll(source.held, { timeout: 30_000 }).toBe(mayStall)
    const taken = (await heldBytes()) - before
    source.release()
    expect(await round).toEqual(Array(attackers).fill('ok'))
    return taken / mebibyte
  }

  it('takes no more memory than the byte budget of 64 MiB, and a window of 8 MiB a connection', async () => {
    expect(await memoryOf(64 * mebibyte, 2)).toBeLessThan(64 + 2 * 8 + 8)
  })

  it('control: with a budget that is larger by 320 MiB it takes as much more', async () => {
    expect(await memoryOf(384 * mebibyte, 12)).toBeGreaterThan(360)
  })
})

describe('attack: the largest reply allowed from each of 256', { timeout: 60_000 }, () => {
  const size = mebibyte / 4

  /** The most replies that the peers had on their way at a time. */
  async function mostInFlight(maxReplyBytesInFlight: number): Promise<number> {
    let [now, most] = [0, 0]
    const large = encodeText('x'.repeat(size - 16))
    const sending: Behaviour = ({ answer, stream }) => {
      most = Math.max(most, ++now)
      stream.on('close', () => now--)
      answer([large])
    }
    const [signer, miner] = await Promise.all([signerFromUri('//Alice', 'ed25519'), signerFromUri('//Bob', 'ed25519')])
    const peer = await bench.peer({ [Talk.say.path]: sending }, { plaintext: true, signer: miner, host: '0.0.0.0' })
    // Each address is a peer of its own, with its own channel and session.
    const targets: Target[] = Array.from({ length: 256 }, (_, i) => {
      return { hotkey: miner.address, scheme: 'ed25519', port: peer.port, host: `127.0.1.${i}` }
    })
    const dendrite = await bench.dendrite({ signer, insecure: true, maxMessageBytes: size, maxReplyBytesInFlight, timeoutMs: 30_000 })
    await dendrite.warmUp(targets)
    let good = 0
    for await (const reply of dendrite.query(targets, Talk.say, hi)) if (reply.ok) good++
    expect(good).toBe(256)
    return most
  }

  it('is asked for as far as the byte budget goes, and comes from all', async () => {
    expect(await mostInFlight(4 * mebibyte)).toBeLessThanOrEqual(16)
  })

  it('control: with room for all they come together', async () => {
    expect(await mostInFlight(64 * mebibyte)).toBeGreaterThan(64)
  })
})

describe('attack: miners that hold the byte budget until their time is over', () => {
  const size = mebibyte
  const round = async (transport: 'http2' | 'grpc-js') => {
    const source = stalling(frame(encodeText('x'.repeat(size - 16))))
    const attackers = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, source.behaviour]))
    const miners = await bench.miners({ ...attackers, honest0: honest, honest1: honest })
    const options = { maxMessageBytes: size, maxReplyBytesInFlight: 2 * size, timeoutMs: 400 }
    const dendrite = await bench.dendrite({ transport, ...options })
    await dendrite.warmUp(Object.values<{ target: Target }>(miners).map(({ target }) => target))
    const { honest0, honest1, ...others } = await outcomes(dendrite, miners)
    expect(new Set(Object.values(others))).not.toContain('ok')
    return [honest0, honest1]
  }

  it.each(transports)('cost the honest nothing but the wait for their turn: %s', async (transport) => {
    expect(await round(transport)).toEqual(['ok', 'ok'])
  })

  it('control: where more are asked than have room, and the wait counts, the time of the honest is over beside them', async () => {
    without.roomForEach = true
    without.timeFromThePlace = true
    expect(await round('http2')).toContain('DENDRITE_TIMEOUT')
  })
})
