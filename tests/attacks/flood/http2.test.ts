import type * as Http2 from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Turns from '../../../packages/axon/src/admission/stranger-turns.js'
import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { impostorOf, sayBody, signedCall } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { callHeaders, framed } from '../support/http2-caller.js'
import { http2Floods, many, newStream } from '../support/http2-floods.js'
import {
  callBlock,
  frame,
  frameFlags,
  framesOf,
  frameTypes,
  goodbyeOf,
  hpackIndexed,
  hpackLiteral,
  settingsPayload,
} from '../support/http2-frames.js'
import type { RawSocket } from '../support/raw-socket.js'

/** Options of node:http2 that an axon leaves at their defaults, as a control has them; and the bytes of headers of each request that came. */
const http2 = vi.hoisted(() => {
  const options: Pick<Http2.ServerSessionOptions, 'maxHeaderListPairs' | 'maxSettings'> & {
    maxHeaderListSize?: number
  } = {}
  return { options, headerBytes: [] as number[] }
})

vi.mock('node:http2', async (original) => {
  const real = await original<typeof Http2>()
  const performServerHandshake: typeof real.performServerHandshake = (socket, options) => {
    const { maxHeaderListSize, ...off } = http2.options
    const settings = { ...options?.settings, ...(maxHeaderListSize !== undefined && { maxHeaderListSize }) }
    const session = real.performServerHandshake(socket, { ...options, ...off, settings })
    session.on('stream', (_, headers) => {
      const values = Object.values(headers).flatMap((value) => String(value))
      http2.headerBytes.push(values.reduce((sum, value) => sum + value.length, 0))
    })
    return session
  }
  return { ...real, performServerHandshake }
})

const off = vi.hoisted(() => ({ turns: false }))

vi.mock('../../../packages/axon/src/admission/stranger-turns.js', async (original) => {
  const { hastyTurns } = await import('../support/hasty-turns.js')
  return hastyTurns(await original<typeof Turns>(), off)
})

const enhanceYourCalm = 11

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  http2.options = {}
  http2.headerBytes.length = 0
  off.turns = false
})

const { tell, batchCaller } = http2Floods(bench)
const resetCodes = (raw: RawSocket) =>
  framesOf(raw.received).flatMap(({ type, payload }) => (type === frameTypes.reset ? [payload.readUInt32BE(0)] : []))

describe('attack: a header of 4 KB that a block of 8 KB names 4,000 times', () => {
  const bomb = [
    frame('headers', callBlock(Echo.say.path, [hpackLiteral('x-bomb', 'a'.repeat(3_900), true), ...many(4_000, () => hpackIndexed(62))]), {
      stream: 1,
      flags: frameFlags.endHeaders | frameFlags.endStream,
    }),
  ]

  it('is refused', async () => {
    const target = await attacked()
    const raw = await besideHonest(target, () => tell(target.axon.endpoint, bomb))
    expect(resetCodes(raw)).toEqual([enhanceYourCalm])
    // All that came are the honest caller's.
    expect(Math.max(...http2.headerBytes)).toBeLessThan(10_000)
  })

  it('control: succeeds without the limits of pairs and bytes: 15 MB of headers', async () => {
    http2.options = { maxHeaderListPairs: 1_000_000, maxHeaderListSize: 0xffffff }
    const target = await attacked()
    const raw = await tell(target.axon.endpoint, bomb)
    expect(resetCodes(raw)).not.toContain(enhanceYourCalm)
    expect(http2.headerBytes[0]).toBeGreaterThan(15_000_000)
  })
})

describe('attack: settings of 1,000 entries', () => {
  const parts = [
    frame('settings', settingsPayload(Array.from({ length: 1_000 }, () => [4, 65_535] as const))),
    frame('headers', callBlock('/'), { stream: 1, flags: frameFlags.endHeaders | frameFlags.endStream }),
  ]

  it('is refused', async () => {
    const target = await attacked()
    const raw = await besideHonest(target, () => tell(target.axon.endpoint, parts))
    expect(goodbyeOf(raw.received)).toBe(enhanceYourCalm)
  })

  it('control: succeeds without the limit of entries', async () => {
    http2.options = { maxSettings: 2_000 }
    const raw = await tell((await attacked()).axon.endpoint, parts)
    expect(goodbyeOf(raw.received)).toBeUndefined()
    expect(http2.headerBytes).toHaveLength(1)
  })
})

describe('attack: a table of 2 GiB for our own headers', () => {
  it('costs nothing: node:http2 keeps to 4 KB, whatever a peer allows', async () => {
    const target = await attacked({ limits: { maxStrangerStreams: 128 } })
    await besideHonest(target, async () => {
      const before = process.memoryUsage().rss
      const raw = await tell(
        target.axon.endpoint,
        many(100, (i) => newStream(i)),
        [[1, 0x7fffffff]],
      )
      expect(goodbyeOf(raw.received)).toBeUndefined()
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20)
    })
  })
})

describe('attack: 60 KB of metadata', () => {
  async function send(target: AttackedAxon) {
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    const padding = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`x-${i}`, 'a'.repeat(15_000)]))
    return (await caller.call(Echo.say.path, framed(sayBody), { 'tk-session': token, ...padding })).status
  }

  it('is refused, credentials or not', async () => {
    const target = await attacked()
    expect(await besideHonest(target, () => send(target))).toBe(16)
  })

  it('control: succeeds without the limit', async () => {
    expect(await send(await attacked({ limits: { maxMetadataBytes: 1_000_000 } }))).toBe(0)
  })
})

describe('attack: streams without end on one connection', () => {
  const size = 500
  const parts = many(size, (i) => newStream(i))

  /** Waits until each stream was answered or reset, or the connection is gone. */
  async function openAll(target: AttackedAxon) {
    const raw = await tell(target.axon.endpoint, parts)
    const told = () => framesOf(raw.received).filter(({ type }) => type === frameTypes.headers || type === frameTypes.reset)
    while (told().length < size && !raw.isClosed) await sleep(5)
    return told().filter(({ type }) => type === frameTypes.headers).length
  }

  it('is refused beyond its share: the axon sees no more', async () => {
    const target = await attacked({
      limits: { maxStreamsPerConnection: 16, maxStrangerStreams: 1_000, strangerWorkMsPerSecond: 1_000_000 },
    })
    expect(await besideHonest(target, () => openAll(target))).toBeLessThanOrEqual(16)
  })

  it('is refused beyond eight where nobody has proved a hotkey on it', async () => {
    const target = await attacked({ limits: { maxStreamsPerConnection: 1_000, strangerWorkMsPerSecond: 1_000_000 } })
    expect(await besideHonest(target, () => openAll(target))).toBeLessThanOrEqual(8)
  })

  it('control: succeeds without either', async () => {
    const limits = { maxStreamsPerConnection: 1_000, maxStrangerStreams: 1_000, strangerWorkMsPerSecond: 1_000_000 }
    expect(await openAll(await attacked({ limits }))).toBe(size)
  })
})

describe('attack: calls with forged signatures, each reset at once', () => {
  const attempts = 300
  const perSecond = 5

  async function resetAll(target: AttackedAxon) {
    // The bucket alone is looked at: who waits for a turn and is reset meanwhile costs nothing at all.
    off.turns = true
    const parts: Buffer[] = []
    for (let i = 0; i <= attempts; i++) {
      const headers = Object.entries(await signedCall(impostorOf(bench.cast.alice), bench.cast.bob)).map(([name, value]) =>
        hpackLiteral(name.toLowerCase(), String(value)),
      )
      parts.push(newStream(i, headers))
      // One more stays, and is answered behind all others.
      if (i < attempts) parts.push(frame('reset', Buffer.from([0, 0, 0, 8]), { stream: 2 * i + 1 }))
    }
    const startedMs = target.clock.monotonicMs()
    const before = target.checks()
    const { raw, say } = await batchCaller(target, ({ stream, type }) => stream === 2 * attempts + 1 && type === frameTypes.headers)
    await say(parts, 1)
    const isAnswered = !raw.isClosed
    raw.close()
    const seconds = Math.ceil((target.clock.monotonicMs() - startedMs) / 1000)
    return { isAnswered, checks: target.checks() - before, bucket: (2 + seconds) * perSecond }
  }

  it('cost no more than the bucket of their source', async () => {
    const target = await attacked({ limits: { failedSignaturesPerSecond: perSecond, strangerWorkMsPerSecond: 1_000_000 } })
    const { isAnswered, checks, bucket } = await besideHonest(target, () => resetAll(target))
    expect(isAnswered).toBe(true)
    expect(checks).toBeLessThanOrEqual(bucket)
    expect(checks).toBeLessThan(attempts / 2)
  })

  it('control: succeed without a bucket', async () => {
    const { isAnswered, checks } = await resetAll(
      await attacked({
        limits: { failedSignaturesPerSecond: 10_000, maxVerificationsInFlight: 10_000, strangerWorkMsPerSecond: 1_000_000 },
      }),
    )
    expect(isAnswered).toBe(true)
    expect(checks).toBeGreaterThan(attempts / 2)
  })
})

describe('attack: calls of a registered hotkey, each reset at once', () => {
  const attempts = 400

  async function resetAll(target: AttackedAxon) {
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    const startedMs = target.clock.monotonicMs()
    const headers = callHeaders(Echo.say.path, { 'tk-session': token })
    for (let i = 0; i < attempts; i += 20) {
      const streams = Array.from({ length: 20 }, () => caller.stream(headers))
      for (const stream of streams) stream?.end(framed(sayBody))
      // Begun, and sent with its request: what comes with its reset never gets to a handler.
      await sleep(2)
      for (const stream of streams) stream?.close(8)
    }
    await sleep(50)
    const seconds = Math.ceil((target.clock.monotonicMs() - startedMs) / 1000)
    return { runs: target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length, seconds }
  }

  it('run no more handlers than its rate', async () => {
    const target = await attacked({ limits: { callsPerSecondPerHotkey: 10 } })
    const { alice, bob } = bench.cast
    const honest = from(target)
    const token = await honest.open({ signer: alice, server: bob })
    const call = async () => (await honest.call(Echo.say.path, framed(sayBody), { 'tk-session': token })).status
    // She keeps to the rate that holds for each.
    const [{ runs, seconds }, ...statuses] = await Promise.all([resetAll(target), ...Array.from({ length: 20 }, call)])
    expect(runs).toBeLessThanOrEqual(20 + 10 * seconds)
    expect(statuses).toEqual(Array(20).fill(0))
  })

  it('control: run as many as come without a rate', async () => {
    const { runs, seconds } = await resetAll(await attacked({ limits: { callsPerSecondPerHotkey: 100_000 } }))
    expect(runs).toBeGreaterThan(20 + 10 * seconds)
  })
})
