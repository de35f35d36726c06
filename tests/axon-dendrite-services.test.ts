import { connect } from 'node:net'
import { status } from '@grpc/grpc-js'
import { type Axon, createAxon } from '@tensorkit/axon'
import { AxonService, createNonceSource, HealthService, signBtauthCall } from '@tensorkit/core'
import { type LocalSigner, sha256 } from '@tensorkit/core/crypto'
import { createDendrite, type Dendrite } from '@tensorkit/dendrite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axonOptions, directoryOf, Echo, echo, echoAxon, rawClient, recordingLogger, signers } from './axon-dendrite-support.js'

let alice: LocalSigner
let bob: LocalSigner
const opened: { close(): unknown }[] = []
const keep = <T extends Axon | Dendrite | ReturnType<typeof rawClient>>(closable: T): T => {
  opened.push(closable)
  return closable
}
const directory = () => directoryOf([{ hotkey: alice.address }])
const serve = async (options: Partial<Parameters<typeof echoAxon>[0]> = {}, handlers: Parameters<typeof echoAxon>[1] = {}) =>
  keep(await echoAxon({ signer: bob, directory: directory(), ...options }, handlers))
const at = (axon: Axon) => ({ hotkey: bob.address, ...axon.endpoint })
const hi = { text: 'hi', times: 1 }

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()))
})

describe('Describe', () => {
  it('tells anyone who the axon is and what it takes', async () => {
    const axon = await serve()
    const reply = await keep(createDendrite({ signer: bob, profile: 'btauth', insecure: true })).describe(at(axon))
    expect(reply).toMatchObject({
      ok: true,
      value: {
        version: 1,
        hotkey: bob.address,
        profiles: ['session/1', 'btauth/1'],
        limits: {
          maxMessageBytes: 4_194_304n,
          maxMetadataBytes: 16_384n,
          maxConcurrentStreams: 128,
          maxAgeMs: 10_000n,
          maxAheadMs: 2_000n,
        },
        protocols: [{ service: 'test.v1.Echo', hash: Echo.$hash }],
      },
    })
    if (reply.ok) expect(Math.abs(Number(reply.value.serverTimeMs) - Date.now())).toBeLessThan(5_000)
  })

  it('gives no session to anyone who proves no hotkey', async () => {
    const axon = await serve()
    const outcome = await keep(rawClient(axon.endpoint)).call(AxonService.openSession.path, new Uint8Array())
    expect(outcome).toMatchObject({ ok: false, error: { code: status.UNAUTHENTICATED, details: 'The call was not admitted' } })
  })
})

describe('health', () => {
  const check = async (client: ReturnType<typeof rawClient>, service: string) => {
    const outcome = await client.call(HealthService.check.path, HealthService.check.request.encode({ service }))
    return outcome.ok ? HealthService.check.response.decode(outcome.body).status : outcome.error.code
  }

  it('is SERVING for the axon and its services, unknown for others, and NOT_SERVING while it drains', async () => {
    let finish: (() => void) | undefined
    const axon = await serve({}, { say: ({ text }) => new Promise((resolve) => (finish = () => resolve({ texts: [text] }))) })
    const client = keep(rawClient(axon.endpoint))
    expect(await check(client, '')).toBe('SERVING')
    expect(await check(client, 'test.v1.Echo')).toBe('SERVING')
    expect(await check(client, 'test.v1.Other')).toBe('SERVICE_UNKNOWN')
    const pending = keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true })).call(at(axon), Echo.say, hi)
    await expect.poll(() => typeof finish).toBe('function')
    const drained = axon.drain({ timeoutMs: 5_000 })
    expect(await check(client, '')).toBe('NOT_SERVING')
    finish?.()
    expect(await pending).toMatchObject({ ok: true })
    await drained
  })
})

describe('drain', () => {
  it('refuses new calls, lets those in flight finish, then closes the port', async () => {
    const started: (() => void)[] = []
    const axon = await serve({}, { say: ({ text }) => new Promise((resolve) => started.push(() => resolve({ texts: [text] }))) })
    const dendrite = keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true }))
    const inFlight = [dendrite.call(at(axon), Echo.say, hi), dendrite.call(at(axon), Echo.say, hi)]
    await expect.poll(() => started.length).toBe(2)
    const drained = axon.drain({ timeoutMs: 5_000 })
    const late = await dendrite.call(at(axon), Echo.say, hi)
    expect(late).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNAVAILABLE', retryable: true, facts: { reason: 'DRAINING' } } })
    for (const finish of started) finish()
    expect(await Promise.all(inFlight)).toMatchObject([{ ok: true }, { ok: true }])
    await drained
    expect(await dendrite.call(at(axon), Echo.say, hi, { timeoutMs: 2_000 })).toMatchObject({
      ok: false,
      error: { code: 'DENDRITE_UNREACHABLE' },
    })
    await expect(axon.listen()).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })

  it('cuts what is in flight at its deadline', async () => {
    const axon = await serve({}, { say: () => new Promise(() => {}) })
    const dendrite = keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true }))
    const pending = dendrite.call(at(axon), Echo.say, hi)
    await new Promise((done) => setTimeout(done, 200))
    const started = performance.now()
    await axon.drain({ timeoutMs: 200 })
    expect(performance.now() - started).toBeLessThan(1_500)
    expect(await pending).toMatchObject({ ok: false })
  })
})

describe('limits', () => {
  it('refuse the connections of one source beyond its cap', async () => {
    const logger = recordingLogger()
    const axon = await serve({ logger, limits: { maxConnectionsPerSource: 2 } })
    const clients = [1, 2, 3].map(() => keep(rawClient(axon.endpoint)))
    const outcomes = await Promise.all(clients.map((client) => client.call(HealthService.check.path, new Uint8Array(), {}, 2_000)))
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(2)
    expect(logger.entries.some(({ fields }) => fields.reason === 'connections_per_source')).toBe(true)
  })

  it('end a connection that proves nobody', async () => {
    const axon = await serve({ limits: { firstCallMs: 100 } })
    const { host, port } = axon.endpoint
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, host)
      socket.setTimeout(3_000, () => reject(new Error('still open')))
      socket.resume()
      socket.on('error', () => {})
      socket.on('close', () => resolve())
    })
    expect(await keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true })).call(at(axon), Echo.say, hi)).toMatchObject({
      ok: true,
    })
  })

  it('survive bytes that are no HTTP/2', async () => {
    const axon = await serve()
    const { host, port } = axon.endpoint
    for (const bytes of ['GET / HTTP/1.1\r\nhost: x\r\n\r\n', '\0\0\0\0'.repeat(1000), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff']) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, host, () => socket.end(bytes, 'latin1'))
        socket.resume()
        socket.on('error', () => {})
        socket.on('close', () => resolve())
      })
    }
    expect(await keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true })).call(at(axon), Echo.say, hi)).toMatchObject({
      ok: true,
    })
  })

  it('charge a source for signatures that fail, not for those that hold', async () => {
    const logger = recordingLogger()
    const axon = await serve({ logger, limits: { failedSignaturesPerSecond: 1 } })
    const forged = { ...alice, sign: () => new Uint8Array(64).fill(0x80) }
    const [honest, forger] = [
      keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true })),
      keep(createDendrite({ signer: forged, profile: 'btauth', insecure: true })),
    ]
    for (let i = 0; i < 10; i++) expect(await honest.call(at(axon), Echo.say, hi)).toMatchObject({ ok: true })
    for (let i = 0; i < 3; i++) await forger.call(at(axon), Echo.say, hi)
    const reasons = logger.entries.map(({ fields }) => fields.reason)
    expect(reasons).toEqual(['signature_invalid', 'signature_invalid', 'source_rate'])
  })

  it('charge a source for replays, which prove nothing about who sends them', async () => {
    const logger = recordingLogger()
    const axon = await serve({ logger, limits: { failedSignaturesPerSecond: 1 } })
    const client = keep(rawClient(axon.endpoint))
    const body = Echo.say.request.encode(hi)
    const { path } = Echo.say
    const headers = await signBtauthCall({
      signer: alice,
      receiver: bob.address,
      path,
      bodySha256: Buffer.from(sha256(body)).toString('hex'),
      nonce: createNonceSource()(),
    })
    expect(await client.call(path, body, headers)).toMatchObject({ ok: true })
    for (let i = 0; i < 4; i++) await client.call(path, body, headers)
    const reasons = logger.entries.map(({ fields }) => fields.reason)
    expect(reasons).toEqual(['replayed', 'replayed', 'source_rate', 'source_rate'])
  })

  it('hold for one proved hotkey: its rate and its calls in flight', async () => {
    const waits = await serve({ limits: { maxConcurrentCallsPerHotkey: 1 } }, { say: () => new Promise(() => {}) })
    const dendrite = keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true }))
    const first = dendrite.call(at(waits), Echo.say, hi, { timeoutMs: 500 })
    await new Promise((done) => setTimeout(done, 100))
    expect(await dendrite.call(at(waits), Echo.say, hi)).toMatchObject({
      ok: false,
      error: { code: 'DENDRITE_EXHAUSTED', facts: { reason: 'RATE' } },
    })
    await first
    const rated = await serve({ limits: { callsPerSecondPerHotkey: 1 } })
    const codes = []
    for (let i = 0; i < 3; i++) codes.push((await dendrite.call(at(rated), Echo.say, hi)).ok)
    expect(codes).toEqual([true, true, false])
  })

  it('bound calls without credentials', async () => {
    const axon = await serve({ limits: { maxAnonymousCalls: 1, anonymousCallMs: 300 } })
    const client = keep(rawClient(axon.endpoint))
    const { Client, credentials, Metadata } = await import('@grpc/grpc-js')
    const holding = new Client(`${axon.endpoint.host}:${axon.endpoint.port}`, credentials.createInsecure())
    // Describe, opened and not ended: it holds the one place until its time is up.
    const held = new Promise<number>((resolve) => {
      holding
        .makeClientStreamRequest(
          AxonService.describe.path,
          (b: Buffer) => b,
          (b: Buffer) => b,
          new Metadata(),
          (error) => resolve(error?.code ?? 0),
        )
        .write(Buffer.alloc(0))
    })
    await new Promise((done) => setTimeout(done, 100))
    expect(await client.call(HealthService.check.path, new Uint8Array())).toMatchObject({
      ok: false,
      error: { code: status.RESOURCE_EXHAUSTED },
    })
    expect(await held).toBe(status.DEADLINE_EXCEEDED)
    expect(await client.call(HealthService.check.path, new Uint8Array())).toMatchObject({ ok: true })
    holding.close()
  })

  it('queue calls that have no turn yet, the greater stake first', async () => {
    const order: string[] = []
    const release: (() => void)[] = []
    const both = directoryOf([
      { hotkey: alice.address, stake: 1n },
      { hotkey: bob.address, stake: 2n },
    ])
    const axon = await serve(
      { directory: both, limits: { maxConcurrentCalls: 1, maxQueuedCalls: 2 } },
      {
        say: ({ text }) =>
          new Promise((resolve) => {
            order.push(text)
            release.push(() => resolve({ texts: [text] }))
          }),
      },
    )
    const [poor, rich] = [
      keep(createDendrite({ signer: alice, profile: 'btauth', insecure: true })),
      keep(createDendrite({ signer: bob, profile: 'btauth', insecure: true })),
    ]
    const first = poor.call(at(axon), Echo.say, { text: 'first', times: 1 })
    await expect.poll(() => order.length).toBe(1)
    const second = poor.call(at(axon), Echo.say, { text: 'poor', times: 1 })
    await new Promise((done) => setTimeout(done, 100))
    const third = rich.call(at(axon), Echo.say, { text: 'rich', times: 1 })
    await new Promise((done) => setTimeout(done, 100))
    expect(await poor.call(at(axon), Echo.say, hi)).toMatchObject({ ok: false, error: { code: 'DENDRITE_EXHAUSTED' } })
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => release.length).toBe(i + 1)
      release[i]?.()
    }
    expect(await Promise.all([first, second, third])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }])
    expect(order).toEqual(['first', 'rich', 'poor'])
  })

  it('give a call without a deadline one', async () => {
    let reason: unknown
    const axon = await serve(
      { limits: { defaultDeadlineMs: 150 } },
      {
        say: (_request, { signal }) =>
          new Promise(() =>
            signal.addEventListener('abort', () => {
              reason = signal.reason
            }),
          ),
      },
    )
    const body = Echo.say.request.encode(hi)
    const bodySha256 = Buffer.from(sha256(body)).toString('hex')
    const headers = await signBtauthCall({
      signer: alice,
      receiver: bob.address,
      path: Echo.say.path,
      bodySha256,
      nonce: createNonceSource()(),
    })
    const outcome = await keep(rawClient(axon.endpoint)).call(Echo.say.path, body, headers, Number.POSITIVE_INFINITY)
    expect(outcome).toMatchObject({ ok: false, error: { code: status.DEADLINE_EXCEEDED } })
    expect(reason).toMatchObject({ code: 'CORE_TIMEOUT' })
  })

  it('refuse two messages in one unary call, and none', async () => {
    const axon = await serve()
    const { Client, credentials, Metadata } = await import('@grpc/grpc-js')
    const client = new Client(`${axon.endpoint.host}:${axon.endpoint.port}`, credentials.createInsecure())
    const send = (count: number) =>
      new Promise<number>((resolve) => {
        const call = client.makeClientStreamRequest(
          HealthService.check.path,
          (b: Buffer) => b,
          (b: Buffer) => b,
          new Metadata(),
          (error) => resolve(error?.code ?? 0),
        )
        for (let i = 0; i < count; i++) call.write(Buffer.alloc(0))
        call.end()
      })
    expect([await send(0), await send(1), await send(2)]).toEqual([status.INVALID_ARGUMENT, status.OK, status.INVALID_ARGUMENT])
    client.close()
  })
})

describe('reflection', () => {
  it('is off unless asked for', async () => {
    const axon = await serve()
    const outcome = await keep(rawClient(axon.endpoint)).call('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', new Uint8Array())
    expect(outcome).toMatchObject({ ok: false, error: { code: status.UNIMPLEMENTED } })
  })

  it('answers when asked for', async () => {
    const axon = keep(createAxon(axonOptions({ signer: bob, directory: directory(), reflection: true })))
    axon.implement(Echo, echo)
    await axon.listen()
    const { Client, credentials } = await import('@grpc/grpc-js')
    const client = new Client(`${axon.endpoint.host}:${axon.endpoint.port}`, credentials.createInsecure())
    const identity = (bytes: Buffer) => bytes
    // list_services is field 7 of ServerReflectionRequest; the answer names the services in plain text.
    const answer = await new Promise<string>((resolve, reject) => {
      const call = client.makeBidiStreamRequest('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', identity, identity)
      call.on('data', (bytes: Buffer) => resolve(bytes.toString('latin1')))
      call.on('error', reject)
      call.write(Buffer.from([0x3a, 0x01, 0x2a]))
    })
    client.close()
    for (const service of ['test.v1.Echo', 'tensorkit.axon.v1.AxonService', 'grpc.health.v1.Health']) expect(answer).toContain(service)
  })
})
