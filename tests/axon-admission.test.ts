import { createHash } from 'node:crypto'
import { status } from '@grpc/grpc-js'
import type { AdmitRequest, AxonOptions, PriorityRequest } from '@tensorkit/axon'
import {
  AxonService,
  createMemoryReplayStore,
  createNonceSource,
  decodeRefusalReason,
  type NeuronDirectory,
  signBtauthCall,
} from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { directoryOf, Echo, echo, echoAxon, type RawOutcome, recordingLogger, signers } from './axon-dendrite-support.js'
import {
  changingDirectory,
  countingMetrics,
  movableClock,
  openSession,
  type RawConnection,
  type RawHeaders,
  rawConnection,
  signedOpen,
} from './axon-session-support.js'

const body = Echo.say.request.encode({ text: 'hi', times: 1 })
const checksMade = 'tensorkit_axon_signature_checks_total'
const nextNonce = createNonceSource()
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

async function setUp(options: Partial<AxonOptions> = {}, handler: typeof echo.say = echo.say) {
  const logger = recordingLogger()
  const metrics = countingMetrics()
  const clock = movableClock()
  const directory = changingDirectory(
    directoryOf([
      { hotkey: alice.address, validatorPermit: true, stake: 1_000_000n },
      { hotkey: bob.address },
      { hotkey: charlie.address, validatorPermit: true, stake: 1n },
    ]),
  )
  const axon = await echoAxon({ signer: bob, directory, logger, metrics, clock, ...options }, { say: handler })
  closing.push(() => axon.close())
  const connect = () => {
    const connection = rawConnection(axon.endpoint)
    closing.push(() => connection.close())
    return connection
  }
  return { axon, logger, metrics, clock, directory, connect }
}

const signed = (signer: LocalSigner = alice, nonce = nextNonce()): Promise<RawHeaders> =>
  signBtauthCall({
    signer,
    receiver: bob.address,
    path: Echo.say.path,
    bodySha256: createHash('sha256').update(body).digest('hex'),
    nonce,
  })

function refusal(outcome: RawOutcome) {
  if (outcome.ok) throw new Error('the call was accepted')
  const { code, details, metadata } = outcome.error
  const info = metadata.get('grpc-status-details-bin')[0] as Buffer | undefined
  return {
    code: status[code],
    text: details,
    publicReason: info && decodeRefusalReason(info),
    retryAfterMs: metadata.get('grpc-retry-pushback-ms')[0],
  }
}

const count = (outcomes: readonly RawOutcome[]) => outcomes.filter(({ ok }) => ok).length

describe('profiles', () => {
  it('are told by Describe, with limits and protocols', async () => {
    for (const [profiles, told] of [
      [undefined, ['session/1', 'btauth/1']],
      [
        ['btauth', 'session'],
        ['session/1', 'btauth/1'],
      ],
      [['btauth'], ['btauth/1']],
      [['session'], ['session/1']],
    ] as const) {
      const { connect } = await setUp(profiles === undefined ? {} : { profiles })
      const outcome = await connect().call(AxonService.describe.path, AxonService.describe.request.encode({}))
      if (!outcome.ok) throw outcome.error
      const description = AxonService.describe.response.decode(outcome.body)
      expect(description).toMatchObject({ hotkey: bob.address, profiles: told, protocols: [{ service: Echo.$service, hash: Echo.$hash }] })
      expect(description.limits).toMatchObject({ maxMessageBytes: 4_194_304n, maxConcurrentStreams: 128 })
    }
  })

  it('of sessions alone refuse a signed call by name', async () => {
    const { connect } = await setUp({ profiles: ['session'] })
    const connection = connect()
    expect(refusal(await say(connection, await signed()))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: 'The call was not admitted',
      publicReason: 'SESSION_REQUIRED',
    })
    const { token } = await openSession(connection, { signer: alice, server: bob })
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
  })

  it('of btauth alone open no sessions', async () => {
    const { connect } = await setUp({ profiles: ['btauth'] })
    const connection = connect()
    const { headers } = await signedOpen({ signer: alice, server: bob.address })
    expect(refusal(await connection.open(headers))).toMatchObject({ code: 'UNAUTHENTICATED', publicReason: 'AUTH_REFUSED' })
    expect(refusal(await say(connection, { 'tk-session': '0'.repeat(64) }))).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await say(connection, await signed())).toMatchObject({ ok: true })
  })

  it.each([[[]], [['tls']], ['session'], [[undefined]]])('%j is no choice of profiles', async (profiles) => {
    await expect(setUp({ profiles: profiles as never })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })
})

describe('floods', () => {
  it('of openings and calls by strangers cost no signature check, and no line of the log after the first few', async () => {
    const { connect, metrics, logger } = await setUp()
    const connection = connect()
    const opening = await signedOpen({ signer: mallory, server: bob.address })
    const calls = Array.from({ length: 200 }, (_, i) =>
      i % 2 === 0 ? connection.open(opening.headers) : signed(mallory).then((headers) => say(connection, headers)),
    )
    for (const outcome of await Promise.all(calls)) expect(refusal(outcome).code).toBe('UNAUTHENTICATED')
    expect(metrics.total(checksMade)).toBe(0)
    // 20 a second and reason, over a second or two.
    expect(logger.entries.filter(({ message }) => message === 'call refused').length).toBeLessThanOrEqual(60)
    expect(metrics.total('tensorkit_axon_calls_total')).toBe(200)
  })

  it('of bad signatures under a registered name cost what the bucket of their source has, and that name nothing', async () => {
    const { connect, metrics, clock } = await setUp({ limits: { failedSignaturesPerSecond: 5 } })
    const connection = connect()
    const startedMs = clock.monotonicMs()
    const outcomes: RawOutcome[] = []
    for (let i = 0; i < 100; i++) {
      const { headers } = await signedOpen({ signer: alice, server: bob.address })
      outcomes.push(await connection.open({ ...headers, 'tk-open-sig-bin': new Uint8Array(64).fill(0xff) }))
    }
    const bucket = 10 + Math.ceil(((clock.monotonicMs() - startedMs) / 1000) * 5)
    expect(metrics.total(checksMade)).toBeGreaterThanOrEqual(10)
    expect(metrics.total(checksMade)).toBeLessThanOrEqual(bucket)
    const codes = outcomes.map((outcome) => refusal(outcome))
    expect(codes.filter(({ code }) => code === 'RESOURCE_EXHAUSTED').length).toBeGreaterThan(0)
    expect(codes.find(({ code }) => code === 'RESOURCE_EXHAUSTED')).toMatchObject({
      text: 'The call was not admitted',
      publicReason: 'RATE',
      retryAfterMs: '1000',
    })
    // A second later alice herself, from the same source even, opens as ever: nothing was charged to her.
    clock.pass(1_000)
    await openSession(connection, { signer: alice, server: bob })
  })

  it('of openings by a registered hotkey leave it its share of sessions, and cost no more checks than its source has', async () => {
    const { connect, metrics, clock } = await setUp({ limits: { failedSignaturesPerSecond: 5, maxSessionsPerHotkey: 4 } })
    const connection = connect()
    const startedMs = clock.monotonicMs()
    const outcomes: RawOutcome[] = []
    for (let i = 0; i < 60; i++) outcomes.push(await connection.open((await signedOpen({ signer: alice, server: bob.address })).headers))
    const seconds = (clock.monotonicMs() - startedMs) / 1000
    const opened = count(outcomes)
    expect(opened).toBeGreaterThanOrEqual(4)
    expect(opened).toBeLessThanOrEqual(4 + Math.ceil(seconds))
    expect(metrics.total('tensorkit_axon_signatures_made_total')).toBe(opened)
    expect(metrics.total(checksMade)).toBeLessThanOrEqual(opened + 10 + Math.ceil(seconds * 5))
    // The latest are open; those before them had to go.
    const tokens = outcomes.flatMap((outcome) => (outcome.ok ? [AxonService.openSession.response.decode(outcome.body).token] : []))
    const kept = await Promise.all(tokens.map((token) => say(connection, { 'tk-session': Buffer.from(token).toString('hex') })))
    expect(count(kept)).toBe(4)
    expect(count(kept.slice(-4))).toBe(4)
  })

  it('of valid signed calls over the rate of their hotkey cost no more checks than their source has', async () => {
    const { connect, metrics, clock } = await setUp({ limits: { failedSignaturesPerSecond: 5, callsPerSecondPerHotkey: 5 } })
    const connection = connect()
    const startedMs = clock.monotonicMs()
    const outcomes: RawOutcome[] = []
    for (let i = 0; i < 80; i++) outcomes.push(await say(connection, await signed()))
    const seconds = (clock.monotonicMs() - startedMs) / 1000
    expect(count(outcomes)).toBeGreaterThanOrEqual(10)
    expect(metrics.total(checksMade)).toBeLessThanOrEqual(count(outcomes) + 10 + Math.ceil(seconds * 5))
  })

  it('of sessions by many hotkeys end at the bound, and evict nobody', async () => {
    const { connect } = await setUp({ limits: { maxSessions: 2 } })
    const connection = connect()
    const first = await openSession(connection, { signer: alice, server: bob })
    await openSession(connection, { signer: charlie, server: bob })
    const { headers } = await signedOpen({ signer: alice, server: bob.address })
    expect(refusal(await connection.open(headers))).toEqual({
      code: 'RESOURCE_EXHAUSTED',
      text: 'The call was not admitted',
      publicReason: 'RATE',
      retryAfterMs: '10000',
    })
    expect(await say(connection, { 'tk-session': first.token })).toMatchObject({ ok: true })
  })
})

describe('fails closed', () => {
  it('with a directory that is too old, in both profiles and for openings', async () => {
    const clock = movableClock()
    const fresh = directoryOf([{ hotkey: alice.address }])
    const directory: NeuronDirectory = { ...fresh, syncedAtMs: Date.now(), get: (hotkey) => fresh.get(hotkey), all: () => fresh.all() }
    const { connect } = await setUp({ directory, clock, limits: { maxDirectoryAgeMs: 60_000 } })
    const connection = connect()
    const { token } = await openSession(connection, { signer: alice, server: bob })
    clock.pass(50_000)
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
    clock.pass(11_000)
    const { headers } = await signedOpen({ signer: alice, server: bob.address, clock })
    const later = createNonceSource({ clock })
    const outcomes = [
      await say(connection, { 'tk-session': token }),
      await say(connection, await signed(alice, later())),
      await connection.open(headers),
    ]
    for (const outcome of outcomes) expect(refusal(outcome)).toMatchObject({ code: 'UNAVAILABLE', text: 'The axon is not ready' })
  })

  it('with a replay store that fails or is full', async () => {
    const broken = {
      retentionMs: 60_000,
      checkAndStore: () => Promise.reject(new Error('no connection')),
    }
    const full = createMemoryReplayStore({ maxEntries: 1, completeSinceNs: 0n })
    void full.checkAndStore({ profile: 'session/1', hotkey: alice.address, nonce: '0' })
    for (const replayStore of [broken, full]) {
      const { connect } = await setUp({ replayStore })
      const connection = connect()
      const { headers } = await signedOpen({ signer: alice, server: bob.address })
      for (const outcome of [await connection.open(headers), await say(connection, await signed())]) {
        expect(refusal(outcome)).toMatchObject({ code: 'UNAVAILABLE', text: 'The axon is not ready' })
      }
    }
  })

  it('with a signer that fails: no session, and nothing of it to the caller', async () => {
    const signer = {
      ...bob,
      address: bob.address,
      publicKey: bob.publicKey,
      scheme: bob.scheme,
      sign: () => Promise.reject(new Error('secret')),
    }
    const { connect } = await setUp({ signer })
    const { headers } = await signedOpen({ signer: alice, server: bob.address })
    expect(refusal(await connect().open(headers))).toMatchObject({ code: 'INTERNAL', text: 'The call failed' })
  })
})

describe('the hook', () => {
  it('is asked about sessions too, and is told who calls what', async () => {
    const asked: AdmitRequest[] = []
    let answer: boolean | Promise<boolean> = true
    const { connect } = await setUp({
      admit: (request) => {
        asked.push(request)
        return answer
      },
    })
    const connection = connect()
    const { token } = await openSession(connection, { signer: alice, server: bob })
    expect(asked).toHaveLength(0)
    expect(await say(connection, { 'tk-session': token })).toMatchObject({ ok: true })
    answer = Promise.resolve(false)
    expect(refusal(await say(connection, { 'tk-session': token }))).toMatchObject({ code: 'PERMISSION_DENIED', publicReason: 'DENIED' })
    expect(asked.map(({ caller, path }) => [caller.hotkey, path])).toEqual([
      [alice.address, Echo.say.path],
      [alice.address, Echo.say.path],
    ])
  })

  it('that never answers refuses after its time, and gives back what the call held', async () => {
    const { connect } = await setUp({ admit: () => new Promise(() => {}), limits: { admitHookMs: 20, maxConcurrentCallsPerHotkey: 1 } })
    const connection = connect()
    const { token } = await openSession(connection, { signer: alice, server: bob })
    for (let i = 0; i < 2; i++) {
      expect(refusal(await say(connection, { 'tk-session': token }))).toMatchObject({ code: 'PERMISSION_DENIED' })
    }
  })
})

describe('when more call than can run', () => {
  async function contend(options: Partial<AxonOptions>) {
    const order: string[] = []
    const gate: { open: () => void } = { open: () => {} }
    const held = new Promise<void>((resolve) => {
      gate.open = resolve
    })
    const ground = await setUp({ ...options, limits: { maxConcurrentCalls: 1, ...options.limits } }, async (request, context) => {
      if (request.text === 'first') await held
      order.push(request.text)
      return echo.say(request, context)
    })
    const connection = ground.connect()
    const rich = (await openSession(connection, { signer: alice, server: bob })).token
    const poor = (await openSession(connection, { signer: charlie, server: bob })).token
    const ask = async (token: string, text: string) => {
      const outcome = connection.call(Echo.say.path, Echo.say.request.encode({ text, times: 1 }), { 'tk-session': token })
      // So that they arrive in this order.
      await new Promise((resolve) => setTimeout(resolve, 30))
      return { outcome }
    }
    return { ...ground, order, gate, ask, rich, poor }
  }

  it('the one with more stake comes first', async () => {
    const { order, gate, ask, rich, poor } = await contend({})
    const asked = [await ask(poor, 'first'), await ask(poor, 'poor'), await ask(rich, 'rich')]
    gate.open()
    expect(count(await Promise.all(asked.map(({ outcome }) => outcome)))).toBe(3)
    expect(order).toEqual(['first', 'rich', 'poor'])
  })

  it('the one that the priority hook prefers comes first, and one for which it throws last', async () => {
    const asked: PriorityRequest[] = []
    const { order, gate, ask, rich, poor } = await contend({
      priority: (request) => {
        asked.push(request)
        if (request.caller.hotkey === alice.address) throw new Error('x')
        return 7
      },
    })
    const outcomes = [await ask(poor, 'first'), await ask(rich, 'rich'), await ask(poor, 'poor')]
    gate.open()
    expect(count(await Promise.all(outcomes.map(({ outcome }) => outcome)))).toBe(3)
    expect(order).toEqual(['first', 'poor', 'rich'])
    // Only those that had to wait were asked about.
    expect(asked.map(({ caller, path }) => [caller.hotkey, path])).toEqual([
      [alice.address, Echo.say.path],
      [charlie.address, Echo.say.path],
    ])
  })

  it('the lowest is shed when the queue is full, and told when to come back', async () => {
    const { order, gate, ask, rich, poor } = await contend({ limits: { maxQueuedCalls: 1 } })
    const asked = [await ask(poor, 'first'), await ask(poor, 'poor'), await ask(rich, 'rich'), await ask(poor, 'poor, later')]
    for (const index of [1, 3]) {
      expect(refusal(await (asked[index] as (typeof asked)[number]).outcome)).toMatchObject({
        code: 'RESOURCE_EXHAUSTED',
        publicReason: 'RATE',
        retryAfterMs: '1000',
      })
    }
    gate.open()
    await Promise.all(asked.map(({ outcome }) => outcome))
    expect(order).toEqual(['first', 'rich'])
  })
})

describe('trusted proxies', () => {
  const forged = async (connection: RawConnection, forwarded: string) => {
    const { headers } = await signedOpen({ signer: alice, server: bob.address })
    return refusal(await connection.open({ ...headers, 'tk-open-sig-bin': new Uint8Array(64).fill(0xff), 'x-forwarded-for': forwarded }))
      .code
  }

  it('name the source that pays for unproved calls', async () => {
    const { connect } = await setUp({ trustedProxies: ['127.0.0.0/8'], limits: { failedSignaturesPerSecond: 1 } })
    const connection = connect()
    const from = (address: string) => forged(connection, address)
    expect([await from('203.0.113.1'), await from('203.0.113.1'), await from('203.0.113.1')]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'RESOURCE_EXHAUSTED',
    ])
    expect(await from('203.0.113.2')).toBe('UNAUTHENTICATED')
    expect(await from('203.0.113.2, 203.0.113.1')).toBe('RESOURCE_EXHAUSTED')
  })

  it('are nobody by default: a header changes nothing', async () => {
    const { connect } = await setUp({ limits: { failedSignaturesPerSecond: 1 } })
    const connection = connect()
    const codes = [
      await forged(connection, '203.0.113.1'),
      await forged(connection, '203.0.113.2'),
      await forged(connection, '203.0.113.3'),
    ]
    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'RESOURCE_EXHAUSTED'])
  })

  it('must be addresses or ranges', async () => {
    await expect(setUp({ trustedProxies: ['proxy.example'] })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })
})
