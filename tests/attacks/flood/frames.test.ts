import type * as Http2 from 'node:http2'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxonService } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { besideHonest } from '../support/honest-caller.js'
import { http2Floods, many } from '../support/http2-floods.js'
import {
  callBlock,
  frame,
  frameFlags,
  framesOf,
  frameTypes,
  goodbyeOf,
  hpackLiteral,
  type ReceivedFrame,
  settingsPayload,
} from '../support/http2-frames.js'
import { inPieces } from '../support/in-pieces.js'

/** Options of node:http2 that an axon leaves at their defaults, as a control has them, and how bytes come to it. */
const http2 = vi.hoisted(() => {
  const options: Pick<Http2.ServerSessionOptions, 'maxSessionInvalidFrames'> = {}
  return { options, isFedInPieces: false }
})

vi.mock('node:http2', async (original) => {
  const real = await original<typeof Http2>()
  const performServerHandshake: typeof real.performServerHandshake = (socket, options) =>
    real.performServerHandshake(http2.isFedInPieces ? inPieces(socket) : socket, { ...options, ...http2.options })
  return { ...real, performServerHandshake }
})

const protocolError = 1
const internalError = 2
const flowControlError = 3
const enhanceYourCalm = 11
const never = 600_000
const lastPing = Buffer.from('the last')
const isPong = ({ type, flags }: ReceivedFrame) => type === frameTypes.ping && flags === frameFlags.ack

const bench = floodBench()
const { attacked } = bench
const { tell, batchCaller } = http2Floods(bench)

afterEach(() => {
  http2.options = {}
  http2.isFedInPieces = false
})

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
    // 56 ms at once, and 5 ms a second: a slow machine must not get through.
    const target = await attacked({ limits: { strangerWorkMsPerSecond: 5, maxStrangerStreams: 128, firstCallMs: never } })
    expect(await besideHonest(target, () => flood(target))).toBeLessThan(count / 2)
    expect(target.checks()).toBe(1)
  })

  it('control: all are answered where strangers may cost what they like', async () => {
    const target = await attacked({ limits: { strangerWorkMsPerSecond: 1_000_000, maxStrangerStreams: 128, firstCallMs: never } })
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
