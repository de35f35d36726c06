import { gzipSync } from 'node:zlib'
import type { Method } from '@tensorkit/core'
import type { Target } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { CallRequest } from '../../../packages/dendrite/src/call/caller.js'
import { encodeText, sleep, Talk } from '../../dendrite-support.js'
import { type Behaviour, frame } from '../../support/test-peer.js'
import { carelessTransport } from '../support/careless-transport.js'
import { codeOf, grpcHead, hi, honest, isPendingAfter, late, minersBench, outcomes, transports } from '../support/hostile-miners.js'

const without = vi.hoisted(() => ({ headerCap: false, separation: false }))
vi.mock('../../../packages/dendrite/src/call/caller.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/call/caller.js')>()
  class Caller extends actual.Caller {
    override async call<M extends Method>(request: CallRequest<M>) {
      const landed = await super.call(request)
      // As an exception in a loop over all of them does.
      if (without.separation && !landed.reply.ok) request.cancel?.cancel(landed.reply.error)
      return landed
    }
  }
  return { ...actual, Caller }
})
vi.mock('../../../packages/dendrite/src/transport/transport-options.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/transport/transport-options.js')>()
  const resolveTransportOptions: typeof actual.resolveTransportOptions = (options) =>
    actual.resolveTransportOptions(without.headerCap ? { ...options, maxHeaderBytes: 1024 * 1024 } : options)
  return { ...actual, resolveTransportOptions }
})

const bench = minersBench()
const mebibyte = 1024 * 1024
afterEach(() => {
  Object.assign(without, { headerCap: false, separation: false })
})

/** How long the miners are waited for that do not get to the point. */
const patienceMs = 2_000

/** A round of the attacker between two honest miners, over both transports. */
function isRefused(
  behaviour: Behaviour,
  code: string | RegExp,
  options: { readonly maxMessageBytes?: number; readonly timeoutMs?: number } = {},
) {
  it.each(transports)('is refused, and the honest are heard: %s', async (transport) => {
    const miners = await bench.miners({ quick: honest, attacker: behaviour, slow: late(100) })
    const dendrite = await bench.dendrite({ transport, timeoutMs: 10_000, ...options })
    await dendrite.warmUp(Object.values(miners).map(({ target }) => target))
    expect(await outcomes(dendrite, miners)).toEqual({ quick: 'ok', attacker: expect.stringMatching(code), slow: 'ok' })
  })
}

describe('attack: a miner that returns garbage', () => {
  const garbage: Behaviour = ({ answer }) => answer([Buffer.from('ffffffffff', 'hex')])
  const round = async (transport: 'http2' | 'grpc-js') =>
    outcomes(
      await bench.dendrite({ transport, timeoutMs: 30_000 }),
      await bench.miners({ quick: honest, attacker: garbage, slow: late(1_000) }),
    )

  it.each(transports)('is refused, and the honest are heard: %s', async (transport) => {
    expect(await round(transport)).toEqual({ quick: 'ok', attacker: 'DENDRITE_BAD_REPLY', slow: 'ok' })
  })

  it.each(transports)('control: where its reply is an exception of the round, the round is lost to it: %s', async (transport) => {
    without.separation = true
    expect(await round(transport)).toMatchObject({ attacker: 'DENDRITE_BAD_REPLY', slow: 'DENDRITE_BAD_REPLY' })
  })
})

describe('attack: a miner that returns half a reply and breaks off', () => {
  const text = 'the whole answer'
  const half: Behaviour = ({ stream }) => {
    stream.respond(grpcHead)
    // A message that is well-formed, and then no status: what else there was to say nobody knows.
    stream.write(frame(encodeText(text.slice(0, 9))), () => stream.close(2))
  }
  isRefused(half, /^DENDRITE_(REMOTE_ERROR|UNREACHABLE|BAD_REPLY)$/)

  it.each(transports)('control: where the status is not awaited, the half is taken for the whole: %s', async (transport) => {
    const { attacker } = await bench.miners({ attacker: half })
    const dendrite = await bench.dendrite({ transport: carelessTransport(transport, { believesEnds: true }), timeoutMs: 30_000 })
    expect(await dendrite.call(attacker.target, Talk.say, hi)).toMatchObject({ ok: true, value: { text: 'the whole' } })
  })
})

describe('attack: a miner that says nothing', () => {
  const silent: Behaviour = () => {}
  isRefused(silent, 'DENDRITE_TIMEOUT', { timeoutMs: patienceMs })

  it('control: with a long deadline the round waits for it', async () => {
    const miners = await bench.miners({ quick: honest, attacker: silent, slow: late(100) })
    const dendrite = await bench.dendrite({ timeoutMs: 60_000 })
    await dendrite.warmUp(Object.values(miners).map(({ target }) => target))
    expect(await isPendingAfter(1.5 * patienceMs, outcomes(dendrite, miners))).toBe(true)
  })
})

describe('attack: a miner that answers byte by byte', () => {
  const drip: Behaviour = async ({ stream }) => {
    stream.respond(grpcHead)
    for (const byte of frame(encodeText('x'.repeat(1_000)))) {
      if (stream.destroyed) return
      stream.write(Uint8Array.of(byte))
      await sleep(20)
    }
  }
  isRefused(drip, 'DENDRITE_TIMEOUT', { timeoutMs: patienceMs })

  it('control: with a deadline that is longer than its patience the round waits for it', async () => {
    const miners = await bench.miners({ quick: honest, attacker: drip, slow: late(100) })
    const dendrite = await bench.dendrite({ timeoutMs: 60_000 })
    await dendrite.warmUp(Object.values(miners).map(({ target }) => target))
    expect(await isPendingAfter(1.5 * patienceMs, outcomes(dendrite, miners))).toBe(true)
  })
})

describe('attack: a reply larger than what was allowed', () => {
  const large: Behaviour = ({ answer }) => answer([encodeText('x'.repeat(100_000))])
  isRefused(large, 'DENDRITE_BAD_REPLY', { maxMessageBytes: 50_000 })

  it.each(transports)('control: with a higher limit it is taken: %s', async (transport) => {
    const miners = await bench.miners({ attacker: large })
    expect(await outcomes(await bench.dendrite({ transport, maxMessageBytes: 200_000 }), miners)).toEqual({ attacker: 'ok' })
  })
})

describe('attack: a length prefix of gigabytes', () => {
  const lying =
    (bytes: number): Behaviour =>
    ({ stream }) => {
      const prefix = Buffer.alloc(6)
      prefix.writeUInt32BE(bytes, 1)
      stream.respond(grpcHead)
      stream.write(prefix)
    }
  const gibibyte = 1024 * mebibyte
  for (const bytes of [2 ** 32 - 1, gibibyte]) isRefused(lying(bytes), 'DENDRITE_BAD_REPLY')

  it('control: who believes it gives that much memory away, and waits for what never comes', async () => {
    const { attacker } = await bench.miners({ attacker: lying(gibibyte) })
    const dendrite = await bench.dendrite({ transport: carelessTransport('http2', { maxReplyBytes: 2 * gibibyte }), timeoutMs: 60_000 })
    const [controller, before] = [new AbortController(), process.memoryUsage().arrayBuffers]
    const reply = dendrite.call(attacker.target, Talk.say, hi, { signal: controller.signal })
    await expect.poll(() => process.memoryUsage().arrayBuffers - before, { timeout: 30_000 }).toBeGreaterThan(0.9 * gibibyte)
    controller.abort()
    expect(codeOf(await reply)).toBe('CORE_ABORTED')
  })
})

describe('attack: a decompression bomb', () => {
  const bomb: Behaviour = ({ stream }) => {
    const packed = frame(gzipSync(encodeText('x'.repeat(24 * mebibyte))))
    packed[0] = 1
    stream.respond({ ...grpcHead, 'grpc-encoding': 'gzip' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(packed)
  }
  isRefused(bomb, 'DENDRITE_BAD_REPLY', { timeoutMs: 5_000 })

  it('control: under a limit of 32 MiB, 24 KiB on the wire become 24 MiB', async () => {
    const { attacker } = await bench.miners({ attacker: bomb })
    const dendrite = await bench.dendrite({ maxMessageBytes: 32 * mebibyte })
    const reply = await dendrite.call(attacker.target, Talk.say, hi)
    expect(reply.ok && reply.value.text.length).toBe(24 * mebibyte)
  })
})

describe.each(['headers', 'trailers'] as const)('attack: a bomb of %s', (where) => {
  const filler = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`x-filler-${i}`, 'x'.repeat(8_000)]))
  const bomb: Behaviour = ({ stream, messages }) => {
    stream.respond({ ...grpcHead, ...(where === 'headers' && filler) }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', ...(where === 'trailers' && filler) }))
    void messages.then(([message]) => stream.end(frame(message as Buffer)))
  }
  isRefused(bomb, /^DENDRITE_(REMOTE_ERROR|UNREACHABLE|BAD_REPLY|EXHAUSTED|UNAVAILABLE)$/)

  it.each(transports)('control: without the cap all 96 KiB are taken: %s', async (transport) => {
    const miners = await bench.miners({ attacker: bomb })
    without.headerCap = true
    expect(await outcomes(await bench.dendrite({ transport }), miners)).toEqual({ attacker: 'ok' })
  })
})

describe.each(transports)('attack: miners of every bad kind in one round, over %s', (transport) => {
  const round = async () => {
    const bad = {
      garbage: ({ answer }) => answer([Buffer.from('ffffffffff', 'hex')]),
      notGrpc: ({ stream }) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' })
        stream.end('<html>')
      },
      nothing: () => {},
      headersAlone: ({ stream }) => stream.respond(grpcHead),
      halfMessage: ({ stream }) => {
        stream.respond(grpcHead)
        stream.write(frame(encodeText('x'.repeat(1_000))).subarray(0, 500))
      },
      cutConnection: ({ stream }) => stream.session?.destroy(),
      resetting: ({ stream }) => stream.close(2),
      twoMessages: ({ answer }) => answer([encodeText('a'), encodeText('b')]),
      noMessage: ({ answer }) => answer([]),
      tooLarge: ({ answer }) => answer([encodeText('x'.repeat(100_000))]),
      hugePushback: ({ refuse }) => refuse(8, 'RATE', { 'grpc-retry-pushback-ms': '99999999999' }),
      negativePushback: ({ refuse }) => refuse(14, undefined, { 'grpc-retry-pushback-ms': '-1' }),
      oddStatus: ({ refuse }) => refuse(999),
      expiredForEver: ({ refuse }) => refuse(16, 'SESSION_EXPIRED'),
      longText: ({ refuse }) => refuse(13, undefined, { 'grpc-message': 'a'.repeat(9_000) }),
    } satisfies Record<string, Behaviour>
    const miners = await bench.miners({ honest0: honest, ...bad, honest1: late(1_000) })
    const dendrite = await bench.dendrite({ transport, maxMessageBytes: 50_000, timeoutMs: 4_000 })
    await dendrite.warmUp(Object.values<{ target: Target }>(miners).map(({ target }) => target))
    return { miners, dendrite, codes: await outcomes(dendrite, miners) }
  }

  it('are refused, and the honest are heard', async () => {
    const { miners, dendrite, codes: all } = await round()
    const { honest0, honest1, ...codes } = all
    expect([honest0, honest1]).toEqual(['ok', 'ok'])
    const any = expect.stringMatching(/^DENDRITE_/)
    expect(codes).toEqual({
      garbage: 'DENDRITE_BAD_REPLY',
      notGrpc: any,
      nothing: 'DENDRITE_TIMEOUT',
      headersAlone: 'DENDRITE_TIMEOUT',
      halfMessage: 'DENDRITE_TIMEOUT',
      cutConnection: any,
      resetting: any,
      twoMessages: 'DENDRITE_BAD_REPLY',
      noMessage: 'DENDRITE_BAD_REPLY',
      tooLarge: 'DENDRITE_BAD_REPLY',
      hugePushback: 'DENDRITE_EXHAUSTED',
      negativePushback: 'DENDRITE_UNAVAILABLE',
      oddStatus: any,
      expiredForEver: expect.stringMatching(/^DENDRITE_(UNAVAILABLE|UNAUTHENTICATED)$/),
      longText: any,
    })
    // What a miner says is cut short, and is in no message of ours.
    const talkative = await dendrite.call(miners.longText.target, Talk.say, hi)
    expect([codeOf(talkative), talkative.ok || talkative.error.message.length < 1_500]).toEqual([any, true])
  })

  it("control: take the slower honest one with them, where each failure is the round's", async () => {
    without.separation = true
    expect((await round()).codes.honest1).not.toBe('ok')
  })
})
