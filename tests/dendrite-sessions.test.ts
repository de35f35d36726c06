import { createServer } from 'node:net'
import { inspect } from 'node:util'
import { createTlsIdentity } from '@tensorkit/axon'
import { AxonService, type Logger, systemClock } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { dendriteBench, domain, echo, encodeText, errorOf, pushableClock, skippingClock, sleep, Talk } from './dendrite-support.js'
import { noLimits } from './support/test-peer.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 1 }
const say = { [Talk.say.path]: echo }

describe('a session', () => {
  it('is opened once for many calls at once, before anything else goes over the channel', async () => {
    const peer = await bench.peer(say)
    const dendrite = await bench.dendrite()
    const replies = await Promise.all(Array.from({ length: 64 }, () => dendrite.call(peer.target, Talk.say, hi)))
    expect(replies.every(({ ok }) => ok)).toBe(true)
    expect(peer.opens()).toBe(1)
    expect(peer.paths[0]).toBe(AxonService.openSession.path)
    expect(peer.paths).toHaveLength(65)
    // The probe, and the channel.
    expect(peer.connections()).toBe(2)
    expect(dendrite.peers()).toMatchObject([
      { isConnected: true, hasSession: true, spkiSha256: peer.identity.spkiSha256, circuit: 'closed' },
    ])
  })

  it('works over grpc-js as well', async () => {
    const peer = await bench.peer(say)
    const dendrite = await bench.dendrite({ transport: 'grpc-js' })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true, value: hi })
    expect(peer.opens()).toBe(1)
  })

  it('works on plain text where the configuration says so, for a loopback literal', async () => {
    const peer = await bench.peer(say, { plaintext: true })
    const dendrite = await bench.dendrite()
    expect(await dendrite.call({ ...peer.target, plaintext: true }, Talk.say, hi)).toMatchObject({ ok: true })
    const elsewhere = { ...peer.target, host: 'localhost', plaintext: true } as never
    expect(errorOf(await dendrite.call(elsewhere, Talk.say, hi)).code).toBe('DENDRITE_INSECURE_REFUSED')
  })

  it('is not opened with an axon that holds another hotkey than the one that was meant', async () => {
    const [bob, eve] = [await bench.signer('Bob'), await bench.signer('Eve')]
    const peer = await bench.peer(say, { signer: eve })
    const dendrite = await bench.dendrite()
    const error = errorOf(await dendrite.call({ ...peer.target, hotkey: bob.address }, Talk.say, hi))
    expect(error.code).toBe('DENDRITE_UNAUTHENTICATED')
    expect(peer.paths).not.toContain(Talk.say.path)
  })

  it.each([
    ['a token that it did not sign', (answer: Answer) => ({ ...answer, token: new Uint8Array(32) })],
    ['a signature of somebody else', (answer: Answer) => ({ ...answer, signature: new Uint8Array(64) })],
    ['no signature', (answer: Answer) => ({ ...answer, signature: new Uint8Array() })],
    ['an empty token', (answer: Answer) => ({ ...answer, token: new Uint8Array() })],
    ['an empty text', (answer: Answer) => ({ ...answer, text: new Uint8Array() })],
  ])('is refused where the axon answers with %s, and no call goes out', async (_name, change) => {
    // An honest axon, and a man in the middle of its answer.
    const bob = await bench.signer('Bob')
    const { answerSession } = await import('@tensorkit/core')
    const peer = await bench.peer({
      ...say,
      [AxonService.openSession.path]: async ({ headers, answer }) => {
        const clientText = Buffer.from(String(headers['tk-open-bin']), 'base64')
        const token = new Uint8Array(32).fill(7)
        const expiresAtS = Math.floor(Date.now() / 1000) + 100
        const signed = await answerSession({ signer: bob, domain, clientText, token, expiresAtS })
        answer([AxonService.openSession.response.encode(change({ token, ...signed, limits: noLimits }))])
      },
    })
    const dendrite = await bench.dendrite()
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_UNPROVED')
    expect(peer.paths).toEqual([AxonService.openSession.path])
    expect(dendrite.peers()).toMatchObject([{ isConnected: false, hasSession: false }])
  })

  it('must be with the TLS key that the neuron published on chain, if it is one of ours', async () => {
    const [identity, other] = await Promise.all([createTlsIdentity(), createTlsIdentity()])
    const peer = await bench.peer(say, { identity })
    const bob = await bench.signer('Bob')
    const entry = (certificate: unknown) => ({
      uid: 0,
      hotkey: bob.address,
      coldkey: bob.address,
      scheme: 'sr25519',
      validatorPermit: false,
      stake: 0n,
      axon: { host: '127.0.0.1', port: peer.port },
      certificate,
    })
    const code = async (certificate: unknown) => {
      const dendrite = await bench.dendrite({ allowPrivateAddresses: true })
      const reply = await dendrite.call(entry(certificate) as never, Talk.say, hi)
      return reply.ok ? 'ok' : reply.error.code
    }
    expect(await code(identity.certificate)).toBe('ok')
    expect(await code(other.certificate)).toBe('DENDRITE_TLS_REFUSED')
    expect(await code({ algorithm: 0x54, publicKey: new Uint8Array() })).toBe('DENDRITE_TLS_REFUSED')
    expect(await code({ ...other.certificate, algorithm: 1 })).toBe('ok')
    expect(await code(undefined)).toBe('ok')
    // From the directory, for an address that the configuration gave.
    const directory = { ...domain, get: () => entry(other.certificate) as never }
    const dendrite = await bench.dendrite({ directory })
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_TLS_REFUSED')
  })

  it('and its channel end when the chain names another key than the one in use', async () => {
    const [identity, other] = await Promise.all([createTlsIdentity(), createTlsIdentity()])
    const peer = await bench.peer(say, { identity })
    const bob = await bench.signer('Bob')
    let certificate = identity.certificate
    const directory = { ...domain, get: () => ({ hotkey: bob.address, certificate }) as never }
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ directory, clock })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    certificate = other.certificate
    clock.push(10_000)
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_TLS_REFUSED')
    expect(dendrite.peers()).toMatchObject([{ isConnected: false, spkiSha256: undefined }])
  })

  it('dies with its connection: its token goes over no other, and another one is opened', async () => {
    const peer = await bench.peer(say)
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    for (const session of peer.sessions) session.destroy()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    clock.push(10_000)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect([peer.opens(), peer.tokens.size]).toEqual([2, 2])
    // The same certificate: no second probe.
    expect(peer.connections()).toBe(3)
  })

  it('is renewed before its end, while the old one still serves', async () => {
    const peer = await bench.peer(say, { lifeS: 100 })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(peer.target, Talk.say, hi)
    clock.push(85_000)
    await dendrite.call(peer.target, Talk.say, hi)
    expect(peer.opens()).toBe(1)
    clock.push(6_000)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    await expect.poll(() => peer.opens()).toBe(2)
    clock.push(20_000)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect([peer.opens(), peer.connections()]).toEqual([2, 2])
  })

  it('that the axon has forgotten is replaced, and the call made again', async () => {
    let isForgetful = false
    const peer = await bench.peer({
      [Talk.say.path]: async (call) => {
        if (isForgetful) call.refuse(16, 'SESSION_EXPIRED')
        else await echo(call)
        isForgetful = false
      },
    })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(peer.target, Talk.say, hi)
    isForgetful = true
    clock.push(10_000)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect(peer.opens()).toBe(2)
  })

  it('is asked for once in 10 s: after a failure calls fail at once, with what is known', async () => {
    const peer = await bench.peer({ [AxonService.openSession.path]: ({ refuse }) => refuse(7, 'DENIED') })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    for (let i = 0; i < 20; i++) expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_DENIED')
    expect([peer.paths.length, peer.connections()]).toEqual([1, 2])
    clock.push(10_000)
    for (let i = 0; i < 20; i++) await dendrite.call(peer.target, Talk.say, hi)
    expect([peer.paths.length, peer.connections()]).toEqual([2, 4])
  })

  it('is asked for once in an attempt, also by who had one before: a refusal there is not asked again over another channel', async () => {
    let isForgetful = false
    const peer = await bench.peer({
      [Talk.say.path]: (call) => (isForgetful ? call.refuse(16, 'SESSION_EXPIRED') : echo(call)),
      [AxonService.openSession.path]: (call) => (isForgetful ? call.refuse(7, 'DENIED') : peer.grant(call)),
    })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    isForgetful = true
    clock.push(10_000)
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_DENIED')
    const openings = () => peer.paths.filter((path) => path === AxonService.openSession.path).length
    expect([openings(), peer.connections()]).toEqual([2, 2])
    expect(dendrite.peers()).toMatchObject([{ hasSession: false }])
  })

  it('that was lost a moment after it was opened is waited for, if there is time: 10 s from the last attempt', async () => {
    const peer = await bench.peer(say)
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(peer.target, Talk.say, hi)
    clock.push(4_000)
    for (const session of peer.sessions) session.destroy()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 1_000 }))).toMatchObject({
      code: 'DENDRITE_UNAVAILABLE',
      retryable: true,
      facts: { retryAfterMs: expect.closeTo(6_000, -3) },
    })
    expect([clock.sleeps, peer.opens()]).toEqual([[], 1])
    const waiting = Array.from({ length: 8 }, () => dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 15_000 }))
    for (const reply of await Promise.all(waiting)) expect(reply.ok).toBe(true)
    expect(clock.sleeps).toEqual([expect.closeTo(6_000, -3)])
    expect(peer.opens()).toBe(2)
  })

  it('is opened again with an axon that restarted with another TLS key, in the call that waited for its turn', async () => {
    const first = await bench.peer(say)
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(first.target, Talk.say, hi)
    await first.close()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    const second = await bench.peer(say, { port: first.port })
    expect(second.identity.spkiSha256).not.toBe(first.identity.spkiSha256)
    expect(await dendrite.call(first.target, Talk.say, hi, { timeoutMs: 15_000 })).toMatchObject({ ok: true })
    expect(clock.sleeps).toHaveLength(1)
    expect(dendrite.peers()).toMatchObject([{ spkiSha256: second.identity.spkiSha256 }])
  })

  it('is tried once in 10 s while its axon is down: from the last attempt, whether that one worked or not', async () => {
    const first = await bench.peer(say)
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ clock })
    const ask = () => dendrite.call(first.target, Talk.say, hi, { timeoutMs: 15_000 })
    await ask()
    await first.close()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    clock.push(12_000)
    expect(errorOf(await ask()).code).toBe('DENDRITE_UNREACHABLE')
    const second = await bench.peer(say, { port: first.port, identity: first.identity })
    clock.push(9_000)
    expect(errorOf(await ask()).code).toBe('DENDRITE_UNREACHABLE')
    expect(second.connections()).toBe(0)
    clock.push(1_000)
    expect(await ask()).toMatchObject({ ok: true })
    expect(clock.sleeps).toEqual([])
  })

  it('is not asked for where nobody listens, and the attempt outlives who waited for it', async () => {
    // Accepts, and says nothing.
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    bench.keep({ close: async () => void silent.close() })
    const { port } = silent.address() as { port: number }
    const { address: hotkey } = await bench.signer('Bob')
    const dendrite = await bench.dendrite()
    const startedMs = performance.now()
    expect(errorOf(await dendrite.call({ hotkey, host: '127.0.0.1', port }, Talk.say, hi, { timeoutMs: 200 })).code).toBe(
      'DENDRITE_TIMEOUT',
    )
    expect(performance.now() - startedMs).toBeLessThan(1_500)
  })

  it('leaves its token in no error, log, metric, snapshot or inspection', async () => {
    const seen: unknown[] = []
    const note = (...values: unknown[]) => void seen.push(values)
    const logger: Logger = { debug: note, info: note, warn: note, error: note }
    const metrics = { count: note, gauge: note, observe: note }
    let isForgetful = false
    const peer = await bench.peer({
      [Talk.say.path]: async (call) => {
        if (isForgetful) call.refuse(16, 'SESSION_EXPIRED', { 'grpc-message': String(call.headers['tk-session']) })
        else await echo(call)
      },
    })
    const dendrite = await bench.dendrite({ logger, metrics, clock: systemClock })
    note(await dendrite.call(peer.target, Talk.say, hi))
    note(dendrite.peers(), inspect(dendrite, { depth: 20, showHidden: true }), JSON.stringify(dendrite))
    isForgetful = true
    const failed = await dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 500 })
    note(failed, inspect(failed, { depth: 20 }), errorOf(failed).message, errorOf(failed).stack)
    const all = inspect(seen, { depth: 20, maxStringLength: null, maxArrayLength: null })
    expect(peer.tokens.size).toBe(1)
    for (const token of peer.tokens) expect(all).not.toContain(token)
    expect(all).toContain('DENDRITE_')
  })

  it('is closed with the dendrite, and so are calls in flight', async () => {
    const peer = await bench.peer({ [Talk.say.path]: () => {} })
    const dendrite = await bench.dendrite()
    const pending = dendrite.call(peer.target, Talk.say, hi)
    await expect.poll(() => peer.paths.includes(Talk.say.path)).toBe(true)
    await dendrite.close()
    expect(errorOf(await pending).code).toBe('CORE_CLOSED')
    await expect.poll(() => peer.sessions.size).toBe(0)
    await expect(dendrite.call(peer.target, Talk.say, hi)).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })

  it('is not needed to ask an axon what it is, and stays clean of it', async () => {
    const peer = await bench.peer(say)
    const dendrite = await bench.dendrite()
    expect(await dendrite.describe(peer.target)).toMatchObject({ ok: true, value: { version: 1 } })
    expect(peer.paths).toEqual([AxonService.describe.path])
    await expect.poll(() => peer.sessions.size).toBe(0)
    await dendrite.call(peer.target, Talk.say, hi)
    expect(peer.paths).toEqual([AxonService.describe.path, AxonService.openSession.path, Talk.say.path])
  })

  it('says how far the clock is off, where that is why it was refused', async () => {
    const peer = await bench.peer(say)
    const clock = { ...systemClock, nowMs: () => Date.now() + 14_000, nowNs: () => BigInt(Date.now() + 14_000) * 1_000_000n }
    const dendrite = await bench.dendrite({ clock })
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi))).toMatchObject({
      code: 'AUTH_STALE',
      shortMessage: 'Your clock is 14 s ahead of the axon’s',
    })
  })
})

interface Answer {
  token: Uint8Array
  text: Uint8Array
  signature: Uint8Array
  limits: typeof noLimits
}

describe('nothing that fails makes a call less safe', () => {
  it('neither plain text nor btauth is tried where a session was meant', async () => {
    const plain = await bench.peer(say, { plaintext: true, checksTokens: false })
    const dendrite = await bench.dendrite()
    expect(errorOf(await dendrite.call(plain.target, Talk.say, hi)).code).toMatch(/DENDRITE_(TLS_REFUSED|UNREACHABLE)/)
    expect(plain.paths).toEqual([])
    const refusing = await bench.peer({ ...say, [AxonService.openSession.path]: ({ refuse }) => refuse(12) }, { checksTokens: false })
    expect(errorOf(await dendrite.call(refusing.target, Talk.say, hi)).code).toBe('DENDRITE_UNIMPLEMENTED')
    expect(refusing.paths).toEqual([AxonService.openSession.path])
  })

  it('another key at the old address gets neither token nor call', async () => {
    const first = await bench.peer(say)
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    expect(await dendrite.call(first.target, Talk.say, hi)).toMatchObject({ ok: true })
    await first.close()
    const eve = await bench.signer('Eve')
    const second = await bench.peer(say, { signer: eve, port: first.port, checksTokens: false })
    await sleep(50)
    clock.push(10_000)
    expect(errorOf(await dendrite.call(first.target, Talk.say, hi)).code).toBe('DENDRITE_UNAUTHENTICATED')
    expect(second.paths).toEqual([AxonService.openSession.path])
    expect(second.tokens.size).toBe(0)
  })

  it('a signed call works without a session where it is meant, for one request and no stream of them', async () => {
    const peer = await bench.peer({ [Talk.say.path]: echo, [Talk.chat.path]: echo }, { checksTokens: false })
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true, value: hi })
    expect(peer.opens()).toBe(0)
    const chat = dendrite.open(peer.target, Talk.chat)
    expect(errorOf(await chat.result).code).toBe('DENDRITE_SESSION_REQUIRED')
    expect(await chat.send(hi)).toBe(false)
    expect(peer.paths).toEqual([Talk.say.path])
    expect(encodeText('hi', 1)).toEqual(Talk.say.request.encode(hi))
  })
})
