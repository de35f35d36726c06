import { status } from '@grpc/grpc-js'
import type { Axon, AxonOptions } from '@tensorkit/axon'
import { decodeRefusalReason } from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { clockAhead, directoryOf, Echo, echo, echoAxon, type RawOutcome, recordingLogger, signers } from './axon-dendrite-support.js'
import {
  changingDirectory,
  countingMetrics,
  domain,
  movableClock,
  openSession,
  type Pin,
  pinOf,
  type RawConnection,
  type RawHeaders,
  rawConnection,
  signedOpen,
} from './axon-session-support.js'

const constantText = 'The call was not admitted'
const body = Echo.say.request.encode({ text: 'hi', times: 1 })
const say = (connection: RawConnection, headers: RawHeaders) => connection.call(Echo.say.path, body, headers)

let alice: LocalSigner
let bob: LocalSigner
let charlie: LocalSigner
let mallory: LocalSigner
const closing: (() => unknown)[] = []

beforeAll(async () => {
  ;[alice, bob, charlie, mallory] = (await signers('Alice', 'Bob', 'Charlie', 'Mallory')) as [
    LocalSigner,
    LocalSigner,
    LocalSigner,
    LocalSigner,
  ]
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const neurons = () => [
  { hotkey: alice.address, validatorPermit: true, stake: 100n },
  { hotkey: bob.address },
  { hotkey: charlie.address, validatorPermit: true, stake: 1n },
]

/** An axon of bob's, or another's, and what it saw. */
async function setUp(options: Partial<AxonOptions> = {}) {
  const logger = recordingLogger()
  const metrics = countingMetrics()
  const clock = movableClock()
  const directory = changingDirectory(directoryOf(neurons()))
  const handled: string[] = []
  const handler: typeof echo.say = (request, context) => {
    handled.push(context.hotkey)
    return echo.say(request, context)
  }
  const axon = await echoAxon(
    { signer: bob, directory, logger, metrics, clock, admit: { validatorPermit: true, minStake: 10n }, ...options },
    { say: handler, shout: handler },
  )
  closing.push(() => axon.close())
  const pin = options.insecure === false ? await pinOf(axon) : undefined
  const connect = (to: Axon = axon, by: Pin | undefined = pin) => {
    const connection = rawConnection(to.endpoint, by)
    closing.push(() => connection.close())
    return connection
  }
  return { axon, logger, metrics, clock, directory, handled, connect, pin }
}

type Ground = Awaited<ReturnType<typeof setUp>>

/** What both sides learn of a refusal. */
function refusalIn({ logger }: Ground, outcome: RawOutcome) {
  if (outcome.ok) throw new Error('the call was accepted')
  const details = outcome.error.metadata.get('grpc-status-details-bin')[0] as Buffer | undefined
  return {
    code: status[outcome.error.code],
    text: outcome.error.details,
    publicReason: details && decodeRefusalReason(details),
    logged: logger.entries.findLast(({ message }) => message === 'call refused')?.fields.reason,
  }
}

const unauthenticated = (logged: string, publicReason = 'AUTH_REFUSED') => ({
  code: 'UNAUTHENTICATED',
  text: constantText,
  publicReason,
  logged,
})

// Plain text and TLS go through the same admission; what differs is the key that the texts name.
describe.each(['plain text', 'TLS'] as const)('a session over %s', (transport) => {
  const start = (options: Partial<AxonOptions> = {}) => setUp({ insecure: transport === 'plain text', ...options })
  const spki = ({ pin }: Ground) => ({ spkiSha256: pin?.spkiSha256 ?? '-' })

  it('is opened by a signature, answered by one, and carries calls by its token alone', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token, answer, expiresAtS } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    expect(token).toMatch(/^[0-9a-f]{64}$/)
    expect(expiresAtS * 1000 - Date.now()).toBeGreaterThan(3_590_000)
    expect(answer.limits?.maxMessageBytes).toBe(4_194_304n)
    for (let i = 0; i < 3; i++) {
      const outcome = await say(connection, { 'tk-session': token })
      expect(outcome).toMatchObject({ ok: true })
      if (outcome.ok) expect(Echo.say.response.decode(outcome.body)).toEqual({ texts: ['hi'] })
    }
    expect(ground.handled).toEqual([alice.address, alice.address, alice.address])
    // One check for the session, one signature for the answer, none for the calls.
    expect(ground.metrics.total('tensorkit_axon_signature_checks_total')).toBe(1)
    expect(ground.metrics.total('tensorkit_axon_signatures_made_total')).toBe(1)
  })

  describe('an opening that was tampered with is refused, and the same untampered is accepted', () => {
    type Opening = Awaited<ReturnType<typeof signedOpen>>['headers']
    const cases: Record<
      string,
      { tamper: (ground: Ground, headers: Opening) => RawHeaders | Promise<RawHeaders>; logged: string; publicReason?: string }
    > = {
      'empty signature': { tamper: (_, headers) => ({ ...headers, 'tk-open-sig-bin': new Uint8Array(0) }), logged: 'malformed' },
      'wrong receiver': {
        tamper: async (ground) => (await signedOpen({ signer: alice, server: charlie.address, ...spki(ground) })).headers,
        logged: 'wrong_receiver',
      },
      'wrong domain': {
        tamper: async (ground) =>
          (await signedOpen({ signer: alice, server: bob.address, ...spki(ground), domain: { ...domain, netuid: 2 } })).headers,
        logged: 'wrong_domain',
      },
      'wrong genesis': {
        tamper: async (ground) =>
          (await signedOpen({ signer: alice, server: bob.address, ...spki(ground), domain: { ...domain, genesisHash: 'f'.repeat(64) } }))
            .headers,
        logged: 'wrong_domain',
      },
      'wrong TLS key': {
        tamper: async () => (await signedOpen({ signer: alice, server: bob.address, spkiSha256: 'ab'.repeat(32) })).headers,
        logged: 'wrong_tls_key',
      },
      "the other transport's TLS key": {
        tamper: async () =>
          (await signedOpen({ signer: alice, server: bob.address, spkiSha256: transport === 'TLS' ? '-' : '0'.repeat(64) })).headers,
        logged: 'wrong_tls_key',
      },
      'changed text': {
        tamper: (_, headers) => {
          const text = Buffer.from(headers['tk-open-bin'])
          // The last digit of the time, in ns: as fresh as before.
          text[text.length - 1] = text.at(-1) === 0x31 ? 0x32 : 0x31
          return { ...headers, 'tk-open-bin': text }
        },
        logged: 'signature_invalid',
      },
      'signature of another': {
        tamper: async (ground, headers) => {
          const other = await signedOpen({ signer: charlie, server: bob.address, ...spki(ground) })
          return { ...headers, 'tk-open-sig-bin': other.headers['tk-open-sig-bin'] }
        },
        logged: 'signature_invalid',
      },
      replay: {
        tamper: async (ground, headers) => {
          expect(await ground.connect().open(headers)).toMatchObject({ ok: true })
          return headers
        },
        logged: 'replayed',
      },
      stale: {
        tamper: async (ground) =>
          (await signedOpen({ signer: alice, server: bob.address, ...spki(ground), clock: clockAhead(-12_000) })).headers,
        logged: 'stale',
        publicReason: 'AUTH_STALE',
      },
      future: {
        tamper: async (ground) =>
          (await signedOpen({ signer: alice, server: bob.address, ...spki(ground), clock: clockAhead(4_000) })).headers,
        logged: 'future',
        publicReason: 'AUTH_STALE',
      },
      'unknown hotkey': {
        tamper: async (ground) => (await signedOpen({ signer: mallory, server: bob.address, ...spki(ground) })).headers,
        logged: 'unknown_hotkey',
      },
      'no permit': {
        tamper: async (ground) => (await signedOpen({ signer: bob, server: bob.address, ...spki(ground) })).headers,
        logged: 'no_permit',
      },
      'too little stake': {
        tamper: async (ground) => (await signedOpen({ signer: charlie, server: bob.address, ...spki(ground) })).headers,
        logged: 'low_stake',
      },
      'no text': { tamper: (_, headers) => ({ 'tk-open-sig-bin': headers['tk-open-sig-bin'] }), logged: 'malformed' },
      'a text twice': {
        tamper: (_, headers) => ({ ...headers, 'tk-open-bin': [headers['tk-open-bin'], headers['tk-open-bin']] }),
        logged: 'malformed',
      },
      'a key of btauth beside it': { tamper: (_, headers) => ({ ...headers, 'x-bittensor-version': '1' }), logged: 'two_profiles' },
      'a token beside it': { tamper: (_, headers) => ({ ...headers, 'tk-session': '0'.repeat(64) }), logged: 'two_profiles' },
      '16 KiB of metadata': { tamper: (_, headers) => ({ ...headers, 'x-padding': 'x'.repeat(16 * 1024) }), logged: 'metadata_too_large' },
    }

    it.each(Object.entries(cases))('%s', async (_name, { tamper, logged, publicReason }) => {
      const ground = await start()
      const connection = ground.connect()
      const { headers } = await signedOpen({ signer: alice, server: bob.address, ...spki(ground) })
      const outcome = await connection.open(await tamper(ground, headers))
      expect(refusalIn(ground, outcome)).toEqual(unauthenticated(logged, publicReason))
      const fresh = await signedOpen({ signer: alice, server: bob.address, ...spki(ground) })
      expect(await connection.open(fresh.headers)).toMatchObject({ ok: true })
    })
  })

  it('is opened by the scheme that the directory has, and by no other', async () => {
    const ed25519 = await signerFromUri('//Alice', 'ed25519')
    const ground = await start({ directory: directoryOf([{ hotkey: ed25519.address, scheme: 'ed25519' }]), admit: {} })
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: ed25519, server: bob, ...spki(ground) })
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
    const other = await start({ directory: directoryOf([{ hotkey: ed25519.address }]), admit: {} })
    const { headers } = await signedOpen({ signer: ed25519, server: bob.address, ...spki(other) })
    expect(refusalIn(other, await other.connect().open(headers))).toEqual(unauthenticated('wrong_scheme'))
    expect(other.metrics.total('tensorkit_axon_signature_checks_total')).toBe(0)
  })

  it('is good on its own connection alone', async () => {
    const ground = await start()
    const [here, there] = [ground.connect(), ground.connect()]
    const { token } = await openSession(here, { signer: alice, server: bob, ...spki(ground) })
    expect(refusalIn(ground, await say(there, { 'tk-session': token }))).toEqual(unauthenticated('session_elsewhere', 'SESSION_EXPIRED'))
    expect(await say(here, { 'tk-session': token })).toMatchObject({ ok: true })
    expect(ground.handled).toHaveLength(1)
  })

  it('ends with its connection', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    connection.close()
    const later = ground.connect()
    await expect
      .poll(async () => refusalIn(ground, await say(later, { 'tk-session': token })))
      .toEqual(unauthenticated('session_unknown', 'SESSION_EXPIRED'))
  })

  it('ends after its time', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    ground.clock.pass(3_590_000)
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
    ground.clock.pass(10_000)
    expect(refusalIn(ground, await say(connection, { 'tk-session': token }))).toEqual(unauthenticated('session_expired', 'SESSION_EXPIRED'))
    expect(refusalIn(ground, await say(connection, { 'tk-session': token }))).toEqual(unauthenticated('session_unknown', 'SESSION_EXPIRED'))
  })

  it('ends with its axon', async () => {
    const ground = await start()
    const { token } = await openSession(ground.connect(), { signer: alice, server: bob, ...spki(ground) })
    const { port } = ground.axon.endpoint
    await ground.axon.close()
    const restarted = await start({ port })
    expect(refusalIn(restarted, await say(restarted.connect(), { 'tk-session': token }))).toEqual(
      unauthenticated('session_unknown', 'SESSION_EXPIRED'),
    )
  })

  it('is nothing to another axon, of the same hotkey or of another', async () => {
    const ground = await start()
    const { token } = await openSession(ground.connect(), { signer: alice, server: bob, ...spki(ground) })
    for (const signer of [bob, charlie]) {
      const other = await start({ signer })
      expect(refusalIn(other, await say(other.connect(), { 'tk-session': token }))).toEqual(
        unauthenticated('session_unknown', 'SESSION_EXPIRED'),
      )
    }
  })

  it('dies at the next call of a hotkey that is deregistered, on all its connections, and does not come back', async () => {
    const ground = await start()
    const connections = [ground.connect(), ground.connect()] as const
    const tokens = await Promise.all(
      connections.map(async (connection) => (await openSession(connection, { signer: alice, server: bob, ...spki(ground) })).token),
    )
    ground.directory.replace(directoryOf(neurons().slice(1)))
    expect(refusalIn(ground, await say(connections[0], { 'tk-session': tokens[0] as string }))).toEqual({
      code: 'PERMISSION_DENIED',
      text: constantText,
      publicReason: 'DENIED',
      logged: 'deregistered',
    })
    ground.directory.replace(directoryOf(neurons()))
    for (const [index, connection] of connections.entries()) {
      expect(refusalIn(ground, await say(connection, { 'tk-session': tokens[index] as string }))).toEqual(
        unauthenticated('session_unknown', 'SESSION_EXPIRED'),
      )
    }
    expect(ground.handled).toEqual([])
  })

  it.each([
    ['permit', { validatorPermit: false, stake: 100n }, 'permit_lost'],
    ['stake', { validatorPermit: true, stake: 9n }, 'stake_lost'],
  ] as const)('carries nothing while its hotkey lacks %s', async (_what, now, logged) => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    ground.directory.replace(directoryOf([{ hotkey: alice.address, ...now }]))
    expect(refusalIn(ground, await say(connection, { 'tk-session': token }))).toMatchObject({ code: 'PERMISSION_DENIED', logged })
    ground.directory.replace(directoryOf(neurons()))
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
  })

  it('dies when its hotkey has another scheme than it was proved by', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    ground.directory.replace(directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 100n, scheme: 'ed25519' }]))
    expect(refusalIn(ground, await say(connection, { 'tk-session': token }))).toMatchObject({ logged: 'deregistered' })
    expect(refusalIn(ground, await say(connection, { 'tk-session': token }))).toMatchObject({ logged: 'session_unknown' })
  })

  it('is refused in any other form than its own', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    const malformed = ['', token.toUpperCase(), token.slice(1), `${token}0`, `0x${token}`, [token, token], `${token}, ${token}`]
    // A token of digits alone has no upper case.
    for (const value of malformed.filter((form) => form !== token)) {
      expect(refusalIn(ground, await say(connection, { 'tk-session': value }))).toEqual(unauthenticated('malformed'))
    }
    for (const beside of ['x-bittensor-hotkey', 'x-bittensor-version', 'x-bittensor-anything', 'x-tk-body-sha256']) {
      expect(refusalIn(ground, await say(connection, { 'tk-session': token, [beside]: alice.address }))).toEqual(
        unauthenticated('two_profiles'),
      )
    }
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
  })

  it('is in no line of the log, and neither is its text or signature', async () => {
    const ground = await start()
    const connection = ground.connect()
    const { token } = await openSession(connection, { signer: alice, server: bob, ...spki(ground) })
    const { headers, nonce } = await signedOpen({ signer: alice, server: bob.address, ...spki(ground) })
    await ground.connect().open(headers)
    await connection.open(headers)
    await say(ground.connect(), { 'tk-session': token })
    await say(connection, { 'tk-session': [token, token] })
    ground.directory.replace(directoryOf([]))
    await say(connection, { 'tk-session': token })
    const lines = JSON.stringify(ground.logger.entries, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    expect(ground.logger.entries.length).toBeGreaterThanOrEqual(4)
    const signature = Buffer.from(headers['tk-open-sig-bin'])
    for (const secret of [
      token,
      Buffer.from(token, 'hex').toString('base64'),
      nonce,
      signature.toString('hex'),
      signature.toString('base64'),
    ]) {
      expect(lines).not.toContain(secret)
    }
  })
})
