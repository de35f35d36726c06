// What comes all at once: strangers take turns for what is dear, so that a call of somebody known waits for one of them, not for all.
import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { AxonService } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Turns from '../../../packages/axon/src/admission/stranger-turns.js'
import type * as FirstRecords from '../../../packages/axon/src/transport/first-record.js'
import type * as Fronts from '../../../packages/axon/src/transport/tls-front.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { impostorOf, openCall } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { framed } from '../support/http2-caller.js'

const seen = vi.hoisted(() => ({ accepted: 0, handshakes: 0 }))
const off = vi.hoisted(() => ({ turns: false, firstRecord: false }))

vi.mock('../../../packages/axon/src/admission/stranger-turns.js', async (original) => {
  const { hastyTurns } = await import('../support/hasty-turns.js')
  return hastyTurns(await original<typeof Turns>(), off)
})

vi.mock('../../../packages/axon/src/transport/first-record.js', async (original) => {
  const real = await original<typeof FirstRecords>()
  const onFirstRecord: typeof FirstRecords.onFirstRecord = (socket, listener) => {
    seen.accepted++
    if (off.firstRecord) listener(true)
    else real.onFirstRecord(socket, listener)
  }
  return { onFirstRecord }
})

vi.mock('../../../packages/axon/src/transport/tls-front.js', async (original) => {
  const real = await original<typeof Fronts>()
  /** One that counts. */
  class Counted extends real.TlsFront {
    override accept(socket: Socket): void {
      seen.handshakes++
      super.accept(socket)
    }
  }
  return { TlsFront: Counted }
})

afterEach(() => {
  off.turns = false
  off.firstRecord = false
})

const bench = floodBench()
const { attacked, from } = bench
const unauthenticated = 16
const burst = 60
// One; more where the process is late: with the attacker in it, it is.
const atMost = 8

/** How much a count grew in one turn of the event loop, at most, while something ran. */
async function mostAtOnce<T>(count: () => number, run: () => Promise<T>): Promise<{ readonly most: number; readonly result: T }> {
  let most = 0
  let isOver = false
  const watching = (async () => {
    for (let before = count(); !isOver; before = count()) {
      await nextTurn()
      most = Math.max(most, count() - before)
    }
  })()
  try {
    return { result: await run(), most }
  } finally {
    isOver = true
    await watching
  }
}

describe('attack: forged openings, all at once', () => {
  async function attack() {
    // All of them on one connection: else it would take eight.
    const target = await attacked({ limits: { maxStrangerStreams: 1_000 } })
    const caller = from(target)
    const impostor = impostorOf(bench.cast.alice)
    const forged = await Promise.all(Array.from({ length: burst }, () => openCall(impostor, bench.cast.bob)))
    const before = { checks: 0 }
    const { most, result } = await besideHonest(target, () => {
      before.checks = target.checks()
      const open = () => Promise.all(forged.map((headers) => caller.call(AxonService.openSession.path, framed(new Uint8Array()), headers)))
      return mostAtOnce(target.checks, open)
    })
    return { most, statuses: new Set(result.map(({ status }) => status)), checks: target.checks() - before.checks }
  }

  it('are checked one by one', async () => {
    const { most, statuses, checks } = await attack()
    expect(most).toBeLessThanOrEqual(atMost)
    expect([statuses, checks]).toEqual([new Set([unauthenticated]), burst])
  })

  it('control: are checked in a row where nobody waits for a turn', async () => {
    off.turns = true
    const { most, checks } = await attack()
    expect(most).toBeGreaterThanOrEqual(2 * atMost)
    expect(checks).toBe(burst)
  })
})

const connections = 40

/** So many connections by one address, which the axon has accepted. None has said anything. */
async function silentConnections({ axon }: Pick<AttackedAxon, 'axon'>): Promise<readonly Socket[]> {
  const { host, port } = axon.endpoint
  const before = seen.accepted
  const sockets = Array.from({ length: connections }, () => {
    const socket = connectTcp({ host, port, localAddress: '127.0.0.2' })
    socket.on('error', () => {})
    bench.keep({ close: () => socket.destroy() })
    return socket
  })
  await vi.waitFor(() => expect(seen.accepted - before).toBe(connections), { timeout: 10_000 })
  return sockets
}

describe('attack: TLS handshakes, all at once', () => {
  async function attack() {
    const target = await attacked({ insecure: false, limits: { maxConnectionsPerSource: connections } })
    return besideHonest(target, async () => {
      // They wait for one another.
      const sockets = await silentConnections(target)
      const before = seen.handshakes
      const shake = (socket: Socket) => once(connectTls({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] }), 'secureConnect')
      const { most } = await mostAtOnce(
        () => seen.handshakes,
        () => Promise.all(sockets.map(shake)),
      )
      return { most, begun: seen.handshakes - before }
    })
  }

  it('begin one by one', async () => {
    const { most, begun } = await attack()
    expect(most).toBeLessThanOrEqual(atMost)
    expect(begun).toBe(connections)
  })

  it('control: begin together where nobody waits for a turn', async () => {
    off.turns = true
    const { most, begun } = await attack()
    expect(most).toBeGreaterThanOrEqual(2 * atMost)
    expect(begun).toBe(connections)
  })
})

describe('attack: connections that say nothing', () => {
  async function attack() {
    const target = await attacked({ insecure: false, limits: { maxConnectionsPerSource: connections } })
    return besideHonest(target, async () => {
      const before = seen.handshakes
      await silentConnections(target)
      return seen.handshakes - before
    })
  }

  it('cost no TLS', async () => {
    expect(await attack()).toBe(0)
  })

  it('control: cost as many handshakes begun where their first record is not waited for', async () => {
    // One after the other is as dear.
    off.firstRecord = true
    off.turns = true
    expect(await attack()).toBe(connections)
  })
})
