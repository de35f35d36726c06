import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { besideHonest } from '../support/honest-caller.js'
import { callBlock, frame, frameFlags, framesOf, frameTypes, preface, settingsPayload } from '../support/http2-frames.js'
import { rawSocket } from '../support/raw-socket.js'

const bench = floodBench()
const { attacked } = bench

const repeat = (count: number, make: (i: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: count }, (_, i) => make(i)))
const headers = (i: number, flags: number) => frame('headers', callBlock(Echo.say.path), { stream: 2 * i + 1, flags })
const lastPing = Buffer.from('the last')

/** One connection that says all this. @returns Whether the axon read it to its end. */
async function isServed(
  { axon }: AttackedAxon,
  said: Uint8Array,
  how: { readonly isTls?: boolean; readonly source?: string } = {},
): Promise<boolean> {
  const first = Buffer.concat([preface(), said, frame('ping', lastPing)])
  const visit = await rawSocket(axon.endpoint, { first, ...how })
  const answered = new Promise<void>((resolve) => {
    visit.socket.on('data', () => {
      if (
        framesOf(visit.received).some(({ type, flags, payload }) => type === frameTypes.ping && flags === 1 && payload.equals(lastPing))
      ) {
        resolve()
      }
    })
  })
  const outcome = await Promise.race([answered.then(() => true), visit.closed.then(() => false)])
  visit.close()
  await visit.closed
  return outcome
}

/** So many connections one after the other, by one address. @returns How many were served, and how long all took. */
async function flood(target: AttackedAxon, options: { readonly visits: number; readonly said: Uint8Array; readonly isTls?: boolean }) {
  const startedMs = performance.now()
  let served = 0
  for (let i = 0; i < options.visits; i++) if (await isServed(target, options.said, options)) served++
  return { served, seconds: (performance.now() - startedMs) / 1000 }
}

// Little, so that a slow machine is fast enough to overspend it: what sixteen openings cost at once, and 2 ms a second.
const limits = { strangerWorkMsPerSecond: 2, strangerHoldMs: 20, maxStrangerStreams: 128 }
const atOnceMs = 56

// `leastMs` is what a visit is charged at least.
const floods: { name: string; visits: number; leastMs: number; said: Buffer; isTls?: boolean }[] = [
  {
    name: 'calls without credentials, without end',
    visits: 12,
    leastMs: 35,
    said: repeat(100, (i) => headers(i, frameFlags.endHeaders | frameFlags.endStream)),
  },
  {
    name: 'streams that are reset as soon as they are opened',
    visits: 8,
    leastMs: 105,
    said: repeat(300, (i) =>
      Buffer.concat([headers(i, frameFlags.endHeaders), frame('reset', Buffer.from([0, 0, 0, 8]), { stream: 2 * i + 1 })]),
    ),
  },
  {
    name: 'pings in moderation, on one connection after the other',
    visits: 12,
    leastMs: 15,
    said: repeat(500, () => frame('ping', Buffer.alloc(8))),
  },
  {
    name: 'settings in moderation, on one connection after the other',
    visits: 12,
    leastMs: 15,
    said: repeat(250, (i) => frame('settings', settingsPayload([[4, 65_535 + i]]))),
  },
  { name: 'TLS handshakes, each thrown away when it is done', visits: 80, leastMs: 2, said: Buffer.alloc(0), isTls: true },
]
const overEach = (['http2', 'grpc-js'] as const).flatMap((transport) => floods.map((flood) => ({ ...flood, transport })))

describe.each(overEach)('attack: $name (the $transport server)', ({ transport, visits, leastMs, said, isTls = false }) => {
  const secured = isTls ? { transport, insecure: false } : { transport }

  it('costs its source what it may cost, and nothing more of it is taken in', async () => {
    const target = await attacked({ ...secured, limits })
    const { served, seconds } = await besideHonest(target, () => flood(target, { visits, said, isTls }))
    expect(served).toBeGreaterThanOrEqual(leastMs < atOnceMs ? 1 : 0)
    expect(served).toBeLessThanOrEqual((atOnceMs + 2 * seconds) / leastMs)
    expect(served).toBeLessThan(visits)
    expect(target.metrics.total('tensorkit_axon_connections_refused_total')).toBeGreaterThan(0)
  })

  it('control: where strangers may cost what they like, all of it is served', async () => {
    const target = await attacked({ ...secured, limits: { strangerWorkMsPerSecond: 1_000_000 } })
    expect((await flood(target, { visits, said, isTls })).served).toBe(visits)
  })
})

describe('a source in debt', () => {
  it('keeps the connections on which it proved a hotkey, and is taken in again when the debt is worked off', async () => {
    const target = await attacked({ limits })
    const source = '127.0.0.1'
    const said = repeat(100, (i) => headers(i, frameFlags.endHeaders | frameFlags.endStream))
    await besideHonest(target, async () => {
      while (await isServed(target, said, { source }));
      const deadlineMs = performance.now() + 60_000
      // Each try costs something too: in between there must be time to work it off.
      do await sleep(500)
      while (!(await isServed(target, Buffer.alloc(0), { source })) && performance.now() < deadlineMs)
      expect(performance.now()).toBeLessThan(deadlineMs)
    })
  })
})
