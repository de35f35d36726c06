import type * as Http2 from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxonService } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { impostorOf, sayBody, signedCall } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { callHeaders, framed } from '../support/http2-caller.js'
import {
  callBlock,
  frame,
  frameFlags,
  frameReader,
  framesOf,
  frameTypes,
  goodbyeOf,
  hpackIndexed,
  hpackLiteral,
  preface,
  type ReceivedFrame,
  settingsPayload,
} from '../support/http2-frames.js'
import { inPieces } from '../support/in-pieces.js'
import { type RawSocket, rawSocket } from '../support/raw-socket.js'

/** Options of node:http2 that an axon leaves at their defaults, as a control has them; and the bytes of headers of each request that came. */
const http2 = vi.hoisted(() => {
  const options: Pick<Http2.ServerSessionOptions, 'maxHeaderListPairs' | 'maxSettings' | 'maxSessionInvalidFrames'> & {
    maxHeaderListSize?: number
  } = {}
  return { options, isFedInPieces: false, headerBytes: [] as number[] }
})

vi.mock('node:http2', async (original) => {
  const real = await original<typeof Http2>()
  const performServerHandshake: typeof real.performServerHandshake = (socket, options) => {
    const { maxHeaderListSize, ...off } = http2.options
    const settings = { ...options?.settings, ...(maxHeaderListSize !== undefined && { maxHeaderListSize }) }
    const session = real.performServerHandshake(http2.isFedInPieces ? inPieces(socket) : socket, { ...options, ...off, settings })
    session.on('stream', (_, headers) => {
      const values = Object.values(headers).flatMap((value) => String(value))
      http2.headerBytes.push(values.reduce((sum, value) => sum + value.length, 0))
    })
    return session
  }
  return { ...real, performServerHandshake }
})

const protocolError = 1
const internalError = 2
const flowControlError = 3
const enhanceYourCalm = 11

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  http2.options = {}
  http2.isFedInPieces = false
  http2.headerBytes.length = 0
})

/** Takes the peer's settings, says it all, and waits until the peer says goodbye, resets a stream, answers one, or leaves. */
async function tell(
  endpoint: { readonly host: string; readonly port: number },
  parts: readonly Uint8Array[],
  settings: Parameters<typeof preface>[0] = [],
): Promise<RawSocket> {
  const raw = await rawSocket(endpoint, { first: preface(settings) })
  bench.keep(raw)
  const isAnswer = ({ type }: { type: number }) => type === frameTypes.goaway || type === frameTypes.reset || type === frameTypes.headers
  raw.socket.once('data', () => raw.socket.write(Buffer.concat([frame('settings', Buffer.alloc(0), { flags: frameFlags.ack }), ...parts])))
  const answered = new Promise<void>((resolve) => {
    raw.socket.on('data', () => {
      if (framesOf(raw.received).some(isAnswer)) resolve()
    })
  })
  await Promise.race([raw.closed, answered])
  return raw
}

const resetCodes = (raw: RawSocket) =>
  framesOf(raw.received).flatMap(({ type, payload }) => (type === frameTypes.reset ? [payload.readUInt32BE(0)] : []))
const many = (count: number, make: (i: number) => Buffer) => Array.from({ length: count }, (_, i) => make(i))
const newStream = (i: number, more: readonly Buffer[] = []) =>
  frame('headers', callBlock(Echo.say.path, more), { stream: 2 * i + 1, flags: frameFlags.endHeaders })

// Frames that cost their sender nothing. What ends the connection is nghttp2's own limit (1.61: 1,000 answers that wait, 8 continuations,
// 1,000 resets at once and 33 a second), which no option of node:http2 takes away; a control of these can only stay below it.
// Its word for too much is its own affair (RFC 9113, 10.5), and up to Node 20 it says `internalError` for a wrong window (6.9) too.
const tooMuch = [internalError, enhanceYourCalm]
describe.each([
  [
    'continuations',
    tooMuch,
    () => [
      frame('headers', callBlock(Echo.say.path), { stream: 1 }),
      ...many(10_000, () => frame('continuation', hpackLiteral('x-a', 'a'.repeat(100)), { stream: 1 })),
    ],
  ],
  [
    'empty continuations',
    tooMuch,
    () => [
      frame('headers', callBlock(Echo.say.path), { stream: 1 }),
      ...many(10_000, () => frame('continuation', Buffer.alloc(0), { stream: 1 })),
    ],
  ],
  [
    'windows that overflow',
    [internalError, flowControlError],
    () => many(2, () => frame('windowUpdate', Buffer.from([0x7f, 255, 255, 255]))),
  ],
  ['windows that grow by nothing', [internalError, protocolError], () => many(1_000, () => frame('windowUpdate', Buffer.alloc(4)))],
] as const)('attack: a flood of %s', (_, goodbyes, frames) => {
  it('ends the connection, by nghttp2', async () => {
    const target = await attacked()
    await besideHonest(target, async () => {
      const raw = await tell(target.axon.endpoint, frames())
      await raw.closed
      expect(goodbyes).toContain(goodbyeOf(raw.received))
      // Far fewer answers than frames.
      expect(framesOf(raw.received).length).toBeLessThan(2_000)
    })
  })
})

const never = 600_000
const lastPing = Buffer.from('the last')
const isPong = ({ type, flags }: ReceivedFrame) => type === frameTypes.ping && flags === frameFlags.ack

/** A connection that says something batch by batch, and takes the answers to each before the next: never too many wait for nghttp2. */
async function batchCaller({ axon }: AttackedAxon, isAnswer: (frame: ReceivedFrame) => boolean) {
  const raw = bench.keep(await rawSocket(axon.endpoint, { first: preface() }))
  let answered = 0
  let onAnswer = () => {}
  const read = frameReader((one) => {
    if (isAnswer(one)) answered++
  })
  raw.socket.on('data', (part) => {
    read(part)
    onAnswer()
  })
  /** Resolves when there are so many answers in all, or the connection is gone. */
  const say = async (parts: readonly Buffer[], answers: number) => {
    raw.socket.write(Buffer.concat(parts))
    const enough = new Promise<void>((resolve) => {
      onAnswer = () => {
        if (answered >= answers) resolve()
      }
    })
    await Promise.race([raw.closed, enough])
  }
  return { raw, say, answered: () => answered }
}

// Here nothing is charged: nghttp2's limit of 1,000 answers that wait is alone.
describe.each([
  { name: 'a flood of pings', make: () => frame('ping', Buffer.alloc(8)) },
  { name: 'a flood of settings', make: () => frame('settings', settingsPayload([[4, 65_535]])) },
  { name: 'a flood of empty settings', make: () => frame('settings', Buffer.alloc(0)) },
])('attack: $name', ({ make }) => {
  const size = 10_000
  const limits = { strangerWorkMsPerSecond: 1_000_000, firstCallMs: never }

  /** All at once. @returns How many were answered, and the goodbye. */
  async function flood(target: AttackedAxon) {
    const { raw, say, answered } = await batchCaller(
      target,
      ({ type, flags }) => (type === frameTypes.ping || type === frameTypes.settings) && flags === frameFlags.ack,
    )
    // One answer more: to the settings that every connection begins with.
    await say(many(size, make), size + 1)
    return { answered: answered(), goodbye: goodbyeOf(raw.received) }
  }

  it('ends the connection, by nghttp2', async () => {
    const target = await attacked({ limits })
    const { answered, goodbye } = await besideHonest(target, () => flood(target))
    expect(tooMuch).toContain(goodbye)
    expect(answered).toBeLessThan(size / 2)
  })

  it('control: all are answered where so many never wait', async () => {
    http2.isFedInPieces = true
    expect(await flood(await attacked({ limits }))).toEqual({ answered: size + 1, goodbye: undefined })
  })
})

/** A call in eight frames, as many as nghttp2 takes: what was not said yet of its headers is in the last ones. */
const callInEightFrames = (i: number) =>
  Buffer.concat([
    frame('headers', callBlock(Echo.say.path), { stream: 2 * i + 1, flags: frameFlags.endStream }),
    ...many(7, (n) =>
      frame('continuation', hpackLiteral(`x-${n}`, 'a'.repeat(100)), { stream: 2 * i + 1, flags: n === 6 ? frameFlags.endHeaders : 0 }),
    ),
  ])

describe.each([
  {
    name: 'pings without end, whose answers are taken',
    count: 10_000,
    batch: 250,
    make: () => frame('ping', Buffer.alloc(8)),
    isAnswer: isPong,
  },
  {
    name: 'settings without end, whose answers are taken',
    count: 5_000,
    batch: 250,
    make: () => frame('settings', settingsPayload([[4, 65_535]])),
    isAnswer: ({ type, flags }: ReceivedFrame) => type === frameTypes.settings && flags === frameFlags.ack,
  },
  {
    name: 'empty settings without end, whose answers are taken',
    count: 5_000,
    batch: 250,
    make: () => frame('settings', Buffer.alloc(0)),
    isAnswer: ({ type, flags }: ReceivedFrame) => type === frameTypes.settings && flags === frameFlags.ack,
  },
  {
    name: 'continuations without end, seven to each call',
    count: 1_000,
    batch: 50,
    make: callInEightFrames,
    isAnswer: ({ type }: ReceivedFrame) => type === frameTypes.headers,
  },
])('attack: $name', ({ count, batch, make, isAnswer }) => {
  /** @returns How many of them the axon answered. */
  async function flood(target: AttackedAxon): Promise<number> {
    const { raw, say, answered } = await batchCaller(target, isAnswer)
    for (let sent = 0; sent < count && !raw.isClosed; sent += batch) {
      await say(
        many(batch, (i) => make(sent + i)),
        sent + batch,
      )
    }
    return answered()
  }

  it('end with what their source may cost', async () => {
    // 27 ms at once, and 5 ms a second: a slow machine must not get through.
    const target = await attacked({ limits: { strangerWorkMsPerSecond: 5, firstCallMs: never } })
    expect(await besideHonest(target, () => flood(target))).toBeLessThan(count / 2)
    expect(target.checks()).toBe(1)
  })

  it('control: all are answered where strangers may cost what they like', async () => {
    const target = await attacked({ limits: { strangerWorkMsPerSecond: 1_000_000, firstCallMs: never } })
    expect(await flood(target)).toBeGreaterThanOrEqual(count)
  })
})

// From 1.69 on nghttp2 has a limit of its own for frames that say nothing, which no option takes away: what is beside it shows below it.
const hasOwnLimit = Number(process.versions.nghttp2?.split('.')[1]) >= 69

describe('attack: a flood of empty data', () => {
  const size = hasOwnLimit ? 900 : 20_000
  const protection = hasOwnLimit ? { maxSessionInvalidFrames: 500 } : {}

  /** To a call that waits for its body. @returns Whether all of it was read. */
  async function flood(target: AttackedAxon) {
    const { raw, say, answered } = await batchCaller(target, isPong)
    const begun = frame('headers', callBlock(AxonService.describe.path), { stream: 1, flags: frameFlags.endHeaders })
    await say([begun, ...many(size, () => frame('data', Buffer.alloc(0), { stream: 1 })), frame('ping', lastPing)], 1)
    return { isRead: answered() === 1, goodbye: goodbyeOf(raw.received) }
  }

  // The call is not to end before the flood does.
  const limits = { firstCallMs: never, anonymousCallMs: never }

  it('ends the connection, by node:http2', async () => {
    http2.options = protection
    const target = await attacked({ limits })
    const { isRead, goodbye } = await besideHonest(target, () => flood(target))
    expect(isRead).toBe(false)
    expect(tooMuch).toContain(goodbye)
  })

  it('control: succeeds without the limit of invalid frames: all of it is read', async () => {
    http2.options = { maxSessionInvalidFrames: 1_000_000 }
    expect(await flood(await attacked({ limits }))).toEqual({ isRead: true, goodbye: undefined })
  })
})

const idleFrame = (type: number) => (i: number) => {
  const bytes = frame('ping', Buffer.from([0, 0, 0, 0, 1]), { stream: 2 * i + 1 })
  bytes[3] = type
  return bytes
}
const idleBatch = hasOwnLimit ? 3 : 200

describe.each([
  { name: 'a flood of frames of no known type', type: 0xee },
  { name: 'a flood of priorities', type: 2 },
])('attack: $name', ({ type }) => {
  it('costs no answer, and ends with the time to the first call at the latest', async () => {
    const target = await attacked({ limits: { firstCallMs: 1_000 } })
    await besideHonest(target, async () => {
      const raw = await tell(target.axon.endpoint, many(20_000, idleFrame(type)))
      await raw.closed
      const said = framesOf(raw.received).filter(({ type }) => type !== frameTypes.settings)
      // From 1.69 on nghttp2 has a limit for these too, and says goodbye.
      expect([[], [frameTypes.goaway]]).toContainEqual(said.map(({ type }) => type))
      expect([undefined, enhanceYourCalm]).toContain(goodbyeOf(raw.received))
    })
  })

  /** Goes on until the axon has had enough, or somebody else says so; then once more. @returns Whether that was still read. */
  async function goOn(target: AttackedAxon, isOver: () => boolean): Promise<boolean> {
    const { raw, say } = await batchCaller(target, isPong)
    for (let batch = 1; !raw.isClosed; batch++) {
      const isLast = isOver()
      await say([...many(idleBatch, idleFrame(type)), frame('ping', lastPing)], batch)
      if (isLast) break
      await sleep(10)
    }
    return !raw.isClosed
  }

  const free = { strangerWorkMsPerSecond: 1_000_000 }
  const short = { limits: { ...free, firstCallMs: 1_000 } }

  it('ends after its time, however it goes on', async () => {
    const target = await attacked(short)
    expect(await besideHonest(target, () => goOn(target, () => false))).toBe(false)
  })

  it('control: is read for as long as there is no such time', async () => {
    const patient = await attacked({ limits: { ...free, firstCallMs: never } })
    let isOver = false
    const going = goOn(patient, () => isOver)
    // Those that came later, to an axon that does not wait, tell when the time is over.
    await goOn(await attacked(short), () => false)
    isOver = true
    expect(await going).toBe(true)
  })
})

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
    const target = await attacked()
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
    const target = await attacked({ limits: { maxStreamsPerConnection: 16 } })
    expect(await besideHonest(target, () => openAll(target))).toBeLessThanOrEqual(16)
  })

  it('control: succeeds without it', async () => {
    expect(await openAll(await attacked({ limits: { maxStreamsPerConnection: 1_000 } }))).toBe(size)
  })
})

describe('attack: calls with forged signatures, each reset at once', () => {
  const attempts = 300
  const perSecond = 5

  async function resetAll(target: AttackedAxon) {
    const parts: Buffer[] = []
    for (let i = 0; i <= attempts; i++) {
      const headers = Object.entries(await signedCall(impostorOf(bench.cast.alice), bench.cast.bob)).map(([name, value]) =>
        hpackLiteral(name.toLowerCase(), String(value)),
      )
      parts.push(newStream(i, headers))
      // One more stays. The calls of a source are looked at one after the other: it is answered behind all others.
      if (i < attempts) parts.push(frame('reset', Buffer.from([0, 0, 0, 8]), { stream: 2 * i + 1 }))
    }
    const startedMs = target.clock.monotonicMs()
    const before = target.checks()
    const { raw, say } = await batchCaller(target, ({ stream, type }) => stream === 2 * attempts + 1 && type === frameTypes.headers)
    await say(parts, 1)
    // Refused at once, where its source has no signature left, while those that are allowed may still wait.
    for (let last = -1; last !== target.checks(); ) {
      last = target.checks()
      await sleep(100)
    }
    const isAnswered = !raw.isClosed
    raw.close()
    const seconds = Math.ceil((target.clock.monotonicMs() - startedMs) / 1000)
    return { isAnswered, checks: target.checks() - before, bucket: (2 + seconds) * perSecond }
  }

  it('cost no more than the bucket of their source', async () => {
    const target = await attacked({ limits: { failedSignaturesPerSecond: perSecond } })
    const { isAnswered, checks, bucket } = await besideHonest(target, () => resetAll(target))
    expect(isAnswered).toBe(true)
    expect(checks).toBeLessThanOrEqual(bucket)
    expect(checks).toBeLessThan(attempts / 2)
  })

  it('control: succeed without a bucket', async () => {
    const { isAnswered, checks } = await resetAll(
      await attacked({ limits: { failedSignaturesPerSecond: 10_000, maxVerificationsInFlight: 10_000 } }),
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
