import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createTlsIdentity } from '@tensorkit/axon'
import { bytes, defineProtocol, message, unary } from '@tensorkit/core'
import { keyPairFromSeed, type LocalSigner, signerFromKeyPair, signerFromUri } from '@tensorkit/core/crypto'
import type { DendriteOptions, Target } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { encodeText, sleep } from '../../dendrite-support.js'
import { type Behaviour, frame } from '../../support/test-peer.js'
import { codeOf, grpcHead, honest, minersBench, outcomes, transports } from '../support/hostile-miners.js'

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
  const attackers = 6

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

  it('control: with a budget that is larger by 128 MiB it takes as much more', async () => {
    expect(await memoryOf(192 * mebibyte, 6)).toBeGreaterThan(180)
  })
})

describe('attack: 32 MiB from each of 256 at once', { timeout: 120_000 }, () => {
  const Blob = message('Blob', { data: bytes(1) })
  const Store = defineProtocol('test.v1.Store', { get: unary({ request: Blob, response: Blob }) })
  const size = 32 * mebibyte
  const budget = 512 * mebibyte
  const count = 256
  // So many send all of it: as many bytes from each would take the test's time and no more of the validator's memory.
  const complete = 3
  const first = 64 * 1024

  const signers = Array.from({ length: count }, (_, i) => {
    const seed = new Uint8Array(32)
    new DataView(seed.buffer).setUint16(0, i)
    return signerFromKeyPair(keyPairFromSeed(seed, 'ed25519'))
  })

  /** Each says that 32 MiB come, which are made room for, sends the first of them, and goes on or breaks off once it is told to. */
  function announcing() {
    const framed = frame(Store.get.response.encode({ data: new Uint8Array(size - 8) }))
    let [asked, finished] = [0, 0]
    const waiting = new Set<() => void>()
    const behaviour: Behaviour = ({ stream }) => {
      asked++
      const goOn = () => {
        waiting.delete(goOn)
        if (stream.destroyed) return
        if (finished++ < complete) stream.end(framed.subarray(first))
        else stream.close(2)
      }
      stream.respond(grpcHead, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
      stream.on('close', () => waiting.delete(goOn))
      stream.write(framed.subarray(0, first), () => waiting.add(goOn))
    }
    const release = () => {
      for (const goOn of [...waiting]) goOn()
    }
    return { behaviour, asked: () => asked, waiting: () => waiting.size, release }
  }

  /** A round over as many neurons, each with a hotkey, an axon and a session of its own. */
  async function round(options: Partial<DendriteOptions>) {
    const source = announcing()
    // Made once, as nobody is shown it.
    const identity = await createTlsIdentity()
    const start = async (signer: LocalSigner): Promise<Target> => {
      const peer = await bench.peer({ [Store.get.path]: source.behaviour }, { plaintext: true, signer, identity })
      return { ...peer.target, scheme: 'ed25519' }
    }
    const targets = await Promise.all(signers.map(start))
    const signer = await signerFromUri('//Alice', 'ed25519')
    const dendrite = await bench.dendrite({ signer, insecure: true, maxMessageBytes: size, timeoutMs: 100_000, ...options })
    expect(await dendrite.warmUp(targets)).toMatchObject({ opened: count })
    const leaving = new AbortController()
    const before = await heldBytes()
    const codes = (async () => {
      const all: string[] = []
      const given = { signal: leaving.signal }
      for await (const reply of dendrite.query(targets, Store.get, { data: new Uint8Array() }, given)) all.push(codeOf(reply))
      return all
    })()
    return { source, codes, leave: () => leaving.abort(), takenBytes: async () => (await heldBytes()) - before }
  }

  it('takes the byte budget of 512 MiB and no more, and each is heard, refused or not asked', async () => {
    const { source, codes, leave, takenBytes } = await round({})
    const fitting = budget / size
    for (const turns of [1, 2]) {
      await expect.poll(source.waiting, { timeout: 60_000 }).toBe(fitting)
      // Beside them, the reply that was taken last, and what waits in the connections' buffers.
      expect(await takenBytes()).toBeLessThan(budget + size + count * first)
      expect(source.asked()).toBe(turns * fitting)
      if (turns === 1) source.release()
      await expect.poll(source.asked, { timeout: 60_000 }).toBe(2 * fitting)
    }
    leave()
    const all = await codes
    const countOf = (code: string) => all.filter((one) => one === code).length
    expect([countOf('ok'), countOf('DENDRITE_UNREACHABLE'), countOf('CORE_ABORTED')]).toEqual([
      complete,
      fitting - complete,
      count - fitting,
    ])
  })

  it('control: without the budget there is room made for all of them', async () => {
    const { source, codes, leave, takenBytes } = await round({ maxReplyBytesInFlight: Number.MAX_SAFE_INTEGER })
    await expect.poll(source.waiting, { timeout: 60_000 }).toBe(count)
    await expect.poll(takenBytes, { timeout: 60_000 }).toBeGreaterThan(4 * budget)
    leave()
    expect(new Set(await codes)).not.toContain('ok')
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
