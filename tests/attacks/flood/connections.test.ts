import { AxonService } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as ProvedSourcesModule from '../../../packages/axon/src/admission/proved-sources.js'
import type * as Sources from '../../../packages/axon/src/transport/source-of.js'
import { Echo } from '../../axon-dendrite-support.js'
import { openSession, rawConnection } from '../../axon-session-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { sayBody } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { framed } from '../support/http2-caller.js'
import { callBlock, frame, preface } from '../support/http2-frames.js'
import { type RawSocket, rawSocket } from '../support/raw-socket.js'

const count = vi.hoisted(() => ({ asIPv6: false, bySlash64: true }))
const off = vi.hoisted(() => ({ keepsHalf: false }))

// There is one IPv6 address on loopback: 127.0.0.7 stands for 2001:db8:1:2::7, and so on.
vi.mock('../../../packages/axon/src/transport/source-of.js', async (original) => {
  const real = await original<typeof Sources>()
  return {
    sourceOf: (address: string) => {
      const seen = count.asIPv6 && !address.endsWith('.0.1') ? `2001:db8:1:2::${address.split('.').pop()}` : address
      return count.bySlash64 ? real.sourceOf(seen) : seen
    },
  }
})

vi.mock('../../../packages/axon/src/admission/proved-sources.js', async (original) => {
  const real = await original<typeof ProvedSourcesModule>()
  /** One that tells nobody from those who proved a hotkey: nothing is kept for these. */
  class Everybody extends real.ProvedSources {
    override has(source: string): boolean {
      return off.keepsHalf || super.has(source)
    }
  }
  return { ProvedSources: Everybody }
})

const exhausted = 8
const deadlineExceeded = 4
const never = 600_000

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  count.asIPv6 = false
  count.bySlash64 = true
  off.keepsHalf = false
})

/** Connects so often, by addresses of its choice, and goes on until the axon has closed so many. */
async function crowd(
  { axon }: AttackedAxon,
  options: {
    readonly size: number
    readonly closes: number
    readonly first?: Uint8Array | undefined
    readonly isTls?: boolean
    readonly sourceOf?: (i: number) => string
  },
): Promise<RawSocket[]> {
  const { size, closes, first, isTls = false, sourceOf = () => '127.0.0.2' } = options
  const sockets = await Promise.all(
    Array.from({ length: size }, (_, i) => rawSocket(axon.endpoint, { source: sourceOf(i), isTls, ...(first && { first }) })),
  )
  for (const socket of sockets) bench.keep(socket)
  let closed = 0
  await new Promise<void>((resolve) => {
    const check = () => {
      if (closed >= closes) resolve()
    }
    for (const socket of sockets) {
      void socket.closed.then(() => {
        closed++
        check()
      })
    }
    check()
  })
  return sockets
}

const openOf = (sockets: readonly RawSocket[]) => sockets.filter(({ isClosed }) => !isClosed).length

// The first flight of TLS, cut off: a handshake that begins and does not go on.
const halfAHello = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1])
const halfAHeader = Buffer.concat([preface(), frame('headers', callBlock(AxonService.describe.path), { stream: 1 })])

const handshake = { protected: { insecure: false, limits: { handshakeMs: 200 } }, without: { handshakeMs: never }, isTls: false }
const firstCall = { protected: { limits: { firstCallMs: 200 } }, without: { firstCallMs: never }, isTls: false }

describe.each([
  { name: 'TCP connections without TLS', ...handshake, first: undefined },
  { name: 'TLS handshakes that stop half-way', ...handshake, first: halfAHello },
  {
    name: 'TLS, and then no call',
    protected: { insecure: false, limits: { firstCallMs: 400 } },
    without: { firstCallMs: never },
    isTls: true,
    first: preface(),
  },
  { name: 'plain text, and then no call', ...firstCall, first: preface() },
  { name: 'headers that never end', ...firstCall, first: halfAHeader },
])('attack: $name', ({ protected: options, without, isTls, first }) => {
  const size = 8

  it('is ended after its time', async () => {
    const target = await attacked(options)
    expect(openOf(await besideHonest(target, () => crowd(target, { size, closes: size, isTls, first })))).toBe(0)
  })

  it('control: succeeds for as long as there is no such time', async () => {
    const patient = await attacked({ ...options, limits: without })
    const held = await crowd(patient, { size, closes: 0, isTls, first })
    // Those that came later, to an axon that does not wait, tell when the time is over.
    await crowd(await attacked(options), { size: 1, closes: 1, isTls, first })
    expect(openOf(held)).toBe(size)
  })
})

describe('attack: bodies that never end, of calls without credentials', () => {
  const size = 8

  async function hold(target: AttackedAxon) {
    // One source has half of the places.
    const callers = [from(target), from(target, '127.0.0.4')] as const
    const half = framed(new Uint8Array(100)).subarray(0, 50)
    const answers = Array.from({ length: size }, (_, i) => callers[i % 2 === 0 ? 0 : 1].hold(AxonService.describe.path, half))
    // Answered behind the others of the same connections.
    for (const caller of callers) {
      expect((await caller.call(AxonService.describe.path, framed(new Uint8Array()))).status).toBe(exhausted)
    }
    return { answers }
  }

  const describeBy = async (target: AttackedAxon) =>
    (await from(target, '127.0.0.3').call(AxonService.describe.path, framed(new Uint8Array()))).status

  it('is ended after its time, and gives back its places', async () => {
    const target = await attacked({ limits: { maxAnonymousCalls: size, anonymousCallMs: 1_000 } })
    await besideHonest(target, async () => {
      const { answers } = await hold(target)
      const statuses = (await Promise.all(answers)).map(({ status }) => status)
      expect(statuses).toEqual(Array(size).fill(deadlineExceeded))
      expect(await describeBy(target)).toBe(0)
    })
  })

  it('control: succeeds without that time: others find no place', async () => {
    const target = await attacked({ limits: { maxAnonymousCalls: size, anonymousCallMs: never } })
    await hold(target)
    expect(await describeBy(target)).toBe(exhausted)
  })
})

describe('attack: bodies that never end, of a registered hotkey', () => {
  const share = 4

  async function hold(target: AttackedAxon) {
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    const half = framed(new Uint8Array(100)).subarray(0, 50)
    const answers = Array.from({ length: share }, () => caller.hold(Echo.say.path, half, { 'tk-session': token }))
    const next = async () => (await caller.call(Echo.say.path, framed(sayBody), { 'tk-session': token })).status
    return { answers, next }
  }

  it('is ended at the deadline that every call has', async () => {
    const target = await attacked({ limits: { maxConcurrentCallsPerHotkey: share, defaultDeadlineMs: 300 } })
    await besideHonest(target, async () => {
      const { answers, next } = await hold(target)
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(share).fill(deadlineExceeded))
      expect(await next()).toBe(0)
    })
    expect(target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address)).toHaveLength(1)
  })

  it('control: succeeds without a deadline: its places stay taken', async () => {
    const target = await attacked({ limits: { maxConcurrentCallsPerHotkey: share, defaultDeadlineMs: never } })
    expect(await (await hold(target)).next()).toBe(exhausted)
  })
})

describe('attack: as many connections as there is room for, by one address', () => {
  const newcomer = async (target: AttackedAxon) =>
    (await from(target, '127.0.0.3').call(AxonService.describe.path, framed(new Uint8Array()))).status

  it('is refused beyond its share, before a byte is read', async () => {
    const target = await attacked({ limits: { maxConnections: 64 } })
    await besideHonest(target, async () => {
      const sockets = await crowd(target, { size: 80, closes: 64 })
      expect(openOf(sockets)).toBe(16)
      expect(await newcomer(target)).toBe(0)
    })
    expect(target.metrics.total('tensorkit_axon_connections_refused_total')).toBe(64)
  })

  it('control: succeeds without a share: a newcomer finds no room', async () => {
    const target = await attacked({ limits: { maxConnections: 64, maxConnectionsPerSource: 1024 } })
    await crowd(target, { size: 80, closes: 48 })
    expect(await newcomer(target)).toBe('none')
  })
})

describe('attack: as many connections as there is room for, by one IPv6 /64', () => {
  const sourceOf = (i: number) => `127.0.0.${i + 2}`

  it('is refused beyond the share of one source', async () => {
    count.asIPv6 = true
    const target = await attacked()
    await besideHonest(target, async () => {
      expect(openOf(await crowd(target, { size: 48, closes: 32, sourceOf }))).toBe(16)
    })
  })

  it('control: succeeds without counting by /64', async () => {
    count.asIPv6 = true
    count.bySlash64 = false
    const target = await attacked()
    const sockets = await crowd(target, { size: 48, closes: 0, sourceOf })
    // An answer on the last of them: by then the axon has decided about all.
    expect((await from(target, sourceOf(48)).call(AxonService.describe.path, framed(new Uint8Array()))).status).toBe(0)
    expect(openOf(sockets)).toBe(48)
  })
})

describe('attack: as many connections as there is room for, by many addresses', () => {
  const room = 32
  const sourceOf = (i: number) => `127.0.1.${i + 1}`

  /** Alice comes back, on a new connection. */
  async function comeBack(target: AttackedAxon): Promise<boolean> {
    const connection = rawConnection(target.axon.endpoint)
    bench.keep(connection)
    return openSession(connection, { signer: bench.cast.alice, server: bench.cast.bob }).then(
      () => true,
      () => false,
    )
  }

  /** Alice is there, and then a crowd, of which so many find room. @returns Whether there is room for another connection of hers. */
  const swarm = (target: AttackedAxon, places: number) =>
    besideHonest(target, async () => {
      await crowd(target, { size: 48, closes: 48 - places, sourceOf })
      return comeBack(target)
    })

  it('leaves half of the room to sources that proved a hotkey', async () => {
    const target = await attacked({ limits: { maxConnections: room } })
    // One of the half is the honest caller's.
    expect(await swarm(target, room / 2 - 1)).toBe(true)
  })

  it('control: succeeds where nothing is kept for them', async () => {
    off.keepsHalf = true
    const target = await attacked({ limits: { maxConnections: room } })
    expect(await swarm(target, room - 1)).toBe(false)
  })
})
