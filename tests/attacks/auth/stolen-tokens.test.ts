import { once } from 'node:events'
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectTcp } from 'node:net'
import type { AxonLimits, AxonOptions } from '@tensorkit/axon'
import { AxonService } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { directoryOf, Echo } from '../../axon-dendrite-support.js'
import { type RawConnection, signedOpen } from '../../axon-session-support.js'
import { frame } from '../../support/test-peer.js'
import { attackBench, type Ground, neuronsOf, sayBody } from '../support/attack-bench.js'

type Protection =
  | 'the connection that a session is bound to'
  | 'the end of a session'
  | 'sessions that die with their connection and axon'
  | 'the directory at every call'
  | 'tokens that nobody can guess'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined }))
const isOff = vi.hoisted(
  () =>
    (...protections: Protection[]) =>
      protections.includes(without.protection as Protection),
)

// A store of the usual kind: tokens in a table, which may be another machine's, looked up and believed.
vi.mock('../../../packages/axon/src/session/session-store.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/session/session-store.js')>()
  type Found = ReturnType<InstanceType<typeof actual.SessionStore>['find']>
  const table = new Map<string, Exclude<Found, string>>()
  let count = 0
  class SessionStore extends actual.SessionStore {
    override newToken() {
      if (!isOff('tokens that nobody can guess')) return super.newToken()
      const token = Buffer.alloc(32)
      token.writeUInt32BE(++count, 28)
      return token
    }
    override find(token: string, connection: Parameters<InstanceType<typeof actual.SessionStore>['find']>[1]): Found {
      const found = super.find(token, connection)
      if (typeof found !== 'string') table.set(token, found)
      const isBelieved =
        (found === 'elsewhere' && isOff('the connection that a session is bound to', 'tokens that nobody can guess')) ||
        (found === 'expired' && isOff('the end of a session')) ||
        (found === 'unknown' && isOff('the end of a session', 'sessions that die with their connection and axon'))
      return isBelieved ? (table.get(token) ?? found) : found
    }
  }
  return { ...actual, SessionStore }
})

vi.mock('../../../packages/axon/src/admission/standing.js', async (importActual) => {
  const { Standing: Actual } = await importActual<typeof import('../../../packages/axon/src/admission/standing.js')>()
  type Claimed = Parameters<InstanceType<typeof Actual>['ofClaimed']>[0]
  class Standing extends Actual {
    readonly #known = new Map<string, ReturnType<Actual['ofClaimed']>>()
    override ofClaimed(claim: Claimed) {
      const entry = super.ofClaimed(claim)
      this.#known.set(claim.hotkey, entry)
      return entry
    }
    override ofProved(hotkey: Claimed['hotkey'], scheme: Claimed['claimedScheme']) {
      const known = isOff('the directory at every call') ? this.#known.get(hotkey) : undefined
      return known ?? super.ofProved(hotkey, scheme)
    }
  }
  type Actual = InstanceType<typeof Actual>
  return { Standing }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

const say = (connection: RawConnection, token: string) => connection.call(Echo.say.path, sayBody(), { 'tk-session': token })

/** A session of Alice's that made one call. */
async function victim(options: Partial<AxonOptions> = {}) {
  const ground = await bench.ground({ insecure: false, ...options })
  const connection = ground.connect()
  const token = await ground.session(connection, ground.cast.alice)
  expect(await say(connection, token)).toMatchObject({ ok: true })
  return { ground, connection, token }
}

interface Attack {
  readonly protection: Protection
  readonly reason: string
  /** Calls with Alice's token, where and when it is not good. */
  readonly use: (stolen: Awaited<ReturnType<typeof victim>>) => Promise<{ readonly at: Ground; readonly connection: RawConnection }>
}

const elsewhere: Attack['use'] = async ({ ground }) => ({ at: ground, connection: ground.connect() })
const attacks: Readonly<Record<string, Attack>> = {
  'a stolen token is used from another connection': {
    protection: 'the connection that a session is bound to',
    reason: 'session_elsewhere',
    use: elsewhere,
  },
  "a stolen token is used from the thief's own session": {
    protection: 'the connection that a session is bound to',
    reason: 'session_elsewhere',
    use: async ({ ground }) => {
      const connection = ground.connect()
      await ground.session(connection, ground.cast.eve)
      return { at: ground, connection }
    },
  },
  'a token is used after its hour, on its own connection': {
    protection: 'the end of a session',
    reason: 'session_expired',
    use: async ({ ground, connection }) => {
      ground.clock.pass(3_600_000)
      return { at: ground, connection }
    },
  },
  'a token is used after its connection was closed': {
    protection: 'sessions that die with their connection and axon',
    reason: 'session_unknown',
    use: async ({ ground, connection, token }) => {
      connection.close()
      const elsewhere = ground.connect()
      await expect.poll(async () => (await say(elsewhere, token)).ok || ground.reason()).not.toBe('session_elsewhere')
      return { at: ground, connection: elsewhere }
    },
  },
  'a token is used after a restart of its axon': {
    protection: 'sessions that die with their connection and axon',
    reason: 'session_unknown',
    use: async ({ ground }) => {
      const { port } = ground.axon.endpoint
      await ground.axon.close()
      const restarted = await bench.ground({ insecure: false, port })
      return { at: restarted, connection: restarted.connect() }
    },
  },
  'a token is used at another axon of the same hotkey': {
    protection: 'sessions that die with their connection and axon',
    reason: 'session_unknown',
    use: async () => {
      const other = await bench.ground({ insecure: false })
      return { at: other, connection: other.connect() }
    },
  },
  "a token is used at another miner's axon": {
    protection: 'sessions that die with their connection and axon',
    reason: 'session_unknown',
    use: async ({ ground }) => {
      const other = await bench.ground({ insecure: false, signer: ground.cast.charlie })
      return { at: other, connection: other.connect() }
    },
  },
  'a token is used after its hotkey was deregistered': {
    protection: 'the directory at every call',
    reason: 'deregistered',
    use: async ({ ground, connection }) => {
      ground.directory.replace(directoryOf(neuronsOf(ground.cast).slice(1)))
      return { at: ground, connection }
    },
  },
  'a token is used after its hotkey lost its permit': {
    protection: 'the directory at every call',
    reason: 'permit_lost',
    use: async ({ ground, connection }) => {
      const [alice, ...others] = neuronsOf(ground.cast)
      ground.directory.replace(directoryOf([{ ...(alice as { hotkey: string }), validatorPermit: false }, ...others]))
      return { at: ground, connection }
    },
  },
}

describe.each(Object.entries(attacks))('attack: %s', (_name, { protection, reason, use }) => {
  it('is refused, and an honest caller is served', async () => {
    const stolen = await victim()
    const { at, connection } = await use(stolen)
    const before = at.handled.length
    expect(await say(connection, stolen.token)).toMatchObject({ ok: false, error: { details: 'The call was not admitted' } })
    expect([at.handled.length, at.reason()]).toEqual([before, reason])
    // Eve, who is honest here: her hotkey is registered all along.
    const honest = at.connect()
    const token = await at.session(honest, at.cast.eve)
    expect(await say(honest, token)).toMatchObject({ ok: true })
  })

  it(`control: succeeds without ${protection}`, async () => {
    without.protection = protection
    const stolen = await victim()
    const { at, connection } = await use(stolen)
    const before = at.handled.length
    expect(await say(connection, stolen.token)).toMatchObject({ ok: true })
    expect(at.handled.slice(before)).toEqual([{ method: 'say', hotkey: at.cast.alice.address, text: 'hi' }])
  })
})

describe('attack: a token is used by whoever gets the address and port of a connection that was closed', () => {
  // Nobody else connects from here: of 127.0.0.1, any other connection of this machine might have been given the port meanwhile.
  const localAddress = '127.0.0.23'

  /** A connection of plain HTTP/2 from a port of one's choice. */
  const connectFrom = async (port: number, localPort: number | undefined) => {
    const socket = connectTcp({ host: '127.0.0.1', port, localAddress, ...(localPort && { localPort }) })
    await once(socket, 'connect')
    const session = connectHttp2('http://axon', { createConnection: () => socket })
    session.on('error', () => {})
    bench.keep({ close: () => session.destroy() })
    const call = async (path: string, body: Uint8Array, headers: Readonly<Record<string, string>>) => {
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers })
      let status: unknown
      const note = (received: IncomingHttpHeaders) => {
        status ??= received['grpc-status']
      }
      stream.on('response', note)
      stream.on('trailers', note)
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.end(frame(body))
      await once(stream, 'close')
      return { status, body: Buffer.concat(chunks).subarray(5) }
    }
    return { socket, call }
  }
  const takeOver = async () => {
    const ground = await bench.ground()
    const { alice, bob } = ground.cast
    const { port } = ground.axon.endpoint
    const first = await connectFrom(port, undefined)
    const { headers } = await signedOpen({ signer: alice, server: bob.address })
    const coded = Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]))
    const opened = await first.call(AxonService.openSession.path, new Uint8Array(), coded)
    const token = Buffer.from(AxonService.openSession.response.decode(opened.body).token).toString('hex')
    expect(await first.call(Echo.say.path, sayBody(), { 'tk-session': token })).toMatchObject({ status: '0' })
    const { localPort } = first.socket
    first.socket.resetAndDestroy()
    await once(first.socket, 'close')
    const second = await connectFrom(port, localPort)
    expect(second.socket.localPort).toBe(localPort)
    return { ground, outcome: await second.call(Echo.say.path, sayBody(), { 'tk-session': token }) }
  }

  it('is refused: the session ended with its connection', async () => {
    const { ground, outcome } = await takeOver()
    expect([outcome.status, ground.handled.length, ground.reason()]).toEqual(['16', 1, 'session_unknown'])
  })

  it('control: succeeds without sessions that die with their connection and axon', async () => {
    without.protection = 'sessions that die with their connection and axon'
    const { ground, outcome } = await takeOver()
    expect([outcome.status, ground.handled.length]).toEqual(['0', 2])
  })
})

describe('attack: an axon is cut off from the chain, so that it does not hear of a deregistration', () => {
  const cutOff = async (limits: Partial<AxonLimits>) => {
    const { ground, connection, token } = await victim({ limits })
    // An hour and more ago, when the hotkey was there.
    ground.directory.replace({ ...directoryOf(neuronsOf(ground.cast)), syncedAtMs: Date.now() - 3_700_000 })
    return { ground, outcome: await say(connection, token) }
  }

  it('is in vain: a directory that is over an hour old lets nobody in', async () => {
    const { ground, outcome } = await cutOff({})
    expect(outcome).toMatchObject({ ok: false, error: { details: 'The axon is not ready' } })
    expect([ground.handled.length, ground.reason()]).toEqual([1, 'directory_stale'])
  })

  it('control: succeeds without a bound on the age of the directory', async () => {
    const { ground, outcome } = await cutOff({ maxDirectoryAgeMs: 1e12 })
    expect(outcome).toMatchObject({ ok: true })
    expect(ground.handled).toHaveLength(2)
  })
})

describe('attack: tokens are guessed', () => {
  const numbered = (n: number) => n.toString(16).padStart(64, '0')
  const guess = async (ground: Ground, token: string) => {
    const thief = ground.connect()
    const nearby = token.slice(0, -1) + (token.at(-1) === '0' ? '1' : '0')
    const outcomes = await Promise.all(
      [1, 2, 3, 4]
        .map(numbered)
        .concat('f'.repeat(64), nearby)
        .map((one) => say(thief, one)),
    )
    return outcomes.filter(({ ok }) => ok).length
  }

  it('finds none, and costs no signature check', async () => {
    const { ground, connection, token } = await victim()
    const checks = ground.metrics.total('tensorkit_axon_signature_checks_total')
    expect(await guess(ground, token)).toBe(0)
    expect(ground.metrics.total('tensorkit_axon_signature_checks_total')).toBe(checks)
    expect(await say(connection, token)).toMatchObject({ ok: true })
    expect(ground.handled).toHaveLength(2)
  })

  it('control: succeeds without tokens that nobody can guess, bound to no connection', async () => {
    without.protection = 'tokens that nobody can guess'
    const { ground, token } = await victim()
    expect(await guess(ground, token)).toBeGreaterThan(0)
  })
})
