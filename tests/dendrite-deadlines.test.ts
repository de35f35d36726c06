import { connect, createServer, type Socket } from 'node:net'
import { type Axon, type AxonOptions, type CallContext, createAxon } from '@tensorkit/axon'
import { createMemoryReplayStore, type Signer, staticDirectory } from '@tensorkit/core'
import type { CallOptions, Dendrite, DendriteOptions, Target } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { dendriteBench, domain, errorOf, pushableClock, Talk } from './dendrite-support.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 1 }
const hold = { text: 'hold', count: 0 }
type Messages = AsyncIterable<{ readonly text: string }>

/** An axon that answers at once, but for requests that say `hold`: these it keeps until they are let go. */
async function holdingAxon(name = 'Bob', limits: AxonOptions['limits'] = {}) {
  const [miner, validator] = await Promise.all([bench.signer(name), bench.signer('Alice')])
  const neurons = [{ uid: 0, hotkey: validator.address, validatorPermit: true }]
  const replayStore = createMemoryReplayStore({ completeSinceNs: 0n })
  const directory = staticDirectory({ ...domain, neurons })
  const axon: Axon = bench.keep(createAxon({ signer: miner, directory, port: 0, replayStore, limits }))
  const held: (() => void)[] = []
  /** What each call that arrived had left, in ms. */
  const lefts: number[] = []
  const answer = async ({ text }: { readonly text: string }, { deadline, signal }: CallContext) => {
    lefts.push(deadline - Date.now())
    if (text === hold.text) {
      await new Promise<void>((resolve) => {
        held.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return { text, count: 0 }
  }
  axon.implement(Talk, {
    say: answer,
    async *tell(request: { readonly text: string }, context: CallContext) {
      yield await answer(request, context)
    },
    async collect(requests: Messages) {
      const texts: string[] = []
      for await (const { text } of requests) texts.push(text)
      return { texts }
    },
    async *chat(requests: Messages) {
      for await (const { text } of requests) yield { text, count: 0 }
    },
  })
  await axon.listen()
  const target: Target = { hotkey: miner.address, ...axon.endpoint }
  const letGo = () => {
    for (const resolve of held.splice(0)) resolve()
  }
  return { target, lefts, letGo, held: () => held.length }
}

const codeAndWait = (outcome: Parameters<typeof errorOf>[0]) => {
  const { code, facts } = errorOf(outcome)
  return `${code} ${facts.waitedFor}`
}

// One call takes up all that there is.
const narrow: readonly (readonly [string, Partial<DendriteOptions>, CallOptions, string])[] = [
  ['to one axon', { maxConcurrentCallsPerPeer: 1 }, {}, 'place'],
  ['in all', { maxConcurrentCalls: 1 }, {}, 'place'],
  ['with room for a reply', { maxReplyBytesInFlight: 4096 }, { maxReplyBytes: 4096 }, 'room'],
]

describe.each(narrow)('a call that waits for a place among the calls in flight %s', (_name, limits, options, waitedFor) => {
  /** A dendrite whose only place is taken. */
  async function taken(given: Partial<DendriteOptions> = {}) {
    const axon = await holdingAxon()
    const dendrite = await bench.dendrite({ timeoutMs: 60_000, ...limits, ...given })
    const first = dendrite.call(axon.target, Talk.say, hold, options)
    await expect.poll(axon.held, { timeout: 10_000 }).toBe(1)
    const free = async () => {
      axon.letGo()
      return (await first).ok
    }
    return { ...axon, dendrite, free }
  }

  it('fails when its own time is over: nothing was sent, and nothing stays behind', async () => {
    const { dendrite, target, lefts, free } = await taken()
    const late = await Promise.all([
      dendrite.call(target, Talk.say, hi, { ...options, timeoutMs: 150 }),
      dendrite.call(target, Talk.say, hi, { ...options, timeoutMs: 200 }),
      dendrite.stream(target, Talk.tell, hi, { ...options, timeoutMs: 150 }).result,
      dendrite.upload(target, Talk.collect, [hi], { ...options, timeoutMs: 150 }),
      dendrite.open(target, Talk.chat, { ...options, timeoutMs: 150 }).result,
    ])
    for (const reply of late) {
      expect(errorOf(reply)).toMatchObject({ code: 'DENDRITE_TIMEOUT', facts: { waitedFor } })
      expect(reply.timings.queueMs).toBeCloseTo(reply.timings.totalMs, 3)
    }
    expect(lefts).toHaveLength(1)
    expect(dendrite.peers()).toMatchObject([{ inFlight: 1, failures: 0 }])
    expect(await free()).toBe(true)
    expect(dendrite.peers()).toMatchObject([{ inFlight: 0, circuit: 'closed' }])
    // The place is whole: one goes in at a time, as before.
    for (let i = 0; i < 3; i++) expect(await dendrite.call(target, Talk.say, hi, options)).toMatchObject({ ok: true })
  })

  it('has less time on the wire, and the axon is told how much', async () => {
    const { dendrite, target, lefts, free } = await taken()
    const timeoutMs = 30_000
    const pending = dendrite.call(target, Talk.say, hi, { ...options, timeoutMs })
    const stream = dendrite.stream(target, Talk.tell, hi, { ...options, timeoutMs })
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await free()).toBe(true)
    const replies = [await pending, await stream.result]
    for (const [i, reply] of replies.entries()) {
      expect(reply.ok).toBe(true)
      expect(reply.timings.queueMs).toBeGreaterThan(250)
      // Its header is in whole ms, rounded up, and so are the clocks that are compared.
      expect(lefts[i + 1]).toBeLessThanOrEqual(timeoutMs - reply.timings.queueMs + 3)
    }
  })

  it('does not go out where its time was over as it got the place; in a round its time begins there', async () => {
    const clock = pushableClock()
    const { dendrite, target, lefts, free } = await taken({ clock })
    const [single, streamed] = [
      dendrite.call(target, Talk.say, hi, { ...options, timeoutMs: 20_000 }),
      dendrite.stream(target, Talk.tell, hi, { ...options, timeoutMs: 20_000 }),
    ]
    const round = dendrite.query([target, target], Talk.say, hi, { ...options, timeoutMs: 20_000 })
    const rounded = round.next()
    // All of them wait.
    await new Promise((resolve) => setImmediate(resolve))
    clock.push(20_000)
    expect(await free()).toBe(true)
    const place = { code: 'DENDRITE_TIMEOUT', facts: { waitedFor: 'place' } }
    expect(errorOf(await single)).toMatchObject(place)
    expect(errorOf(await streamed.result)).toMatchObject(place)
    expect([await rounded, await round.next()]).toMatchObject([{ value: { ok: true } }, { value: { ok: true } }])
    expect(lefts).toHaveLength(3)
    expect(lefts[1]).toBeGreaterThan(10_000)
  })
})

describe('a round', () => {
  it('of more targets than go at a time fails nobody for a short time each, and ends at its own', async () => {
    const [quick, stuck] = [await holdingAxon('Bob'), await holdingAxon('Eve')]
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    const targets = Array.from({ length: 40 }, () => quick.target)
    let good = 0
    for await (const reply of dendrite.query(targets, Talk.say, hi, { concurrency: 2, timeoutMs: 10_000 })) {
      if (reply.ok) good++
      // The whole of it takes 40 s by the dendrite's clock.
      clock.push(1_000)
    }
    expect(good).toBe(40)
    const codes = new Set<string>()
    const round = dendrite.query([stuck.target, stuck.target, stuck.target], Talk.say, hold, { concurrency: 1, roundTimeoutMs: 500 })
    for await (const reply of round) codes.add(errorOf(reply).code)
    expect([...codes]).toEqual(['DENDRITE_TIMEOUT'])
  })
})

describe('a time-out of more than a timer holds', () => {
  it('does not end a wait at once', async () => {
    const axon = await holdingAxon()
    const timeoutMs = Number.MAX_SAFE_INTEGER
    const dendrite = await bench.dendrite({ maxConcurrentCalls: 1, timeoutMs })
    const first = dendrite.call(axon.target, Talk.say, hold)
    await expect.poll(axon.held, { timeout: 10_000 }).toBe(1)
    const round = dendrite.query([axon.target], Talk.say, hi, { roundTimeoutMs: timeoutMs })
    const waiting = [dendrite.call(axon.target, Talk.say, hi), round.next().then(({ value }) => value)]
    // What fires at once fires within this.
    await new Promise((resolve) => setTimeout(resolve, 50))
    axon.letGo()
    expect(await Promise.all([first, ...waiting])).toMatchObject(Array(3).fill({ ok: true }))
  })
})

describe('a hedged call', () => {
  it('has one time for all whom it asks', async () => {
    const [stuck, other] = [await holdingAxon('Bob'), await holdingAxon('Eve')]
    const dendrite = await bench.dendrite()
    await dendrite.warmUp([stuck.target, other.target])
    const asked = await dendrite.hedge([stuck.target, other.target], Talk.say, hold, { timeoutMs: 2_000, delayMs: 60_000 })
    expect(errorOf(asked).code).toBe('DENDRITE_TIMEOUT')
    expect([stuck.lefts.length, other.lefts.length]).toEqual([1, 0])
  })
})

describe('a call that never gets ready', () => {
  const silentSigner = (signer: Signer): Signer => ({
    address: signer.address,
    publicKey: signer.publicKey,
    scheme: signer.scheme,
    sign: () => new Promise(() => {}),
  })
  it.each(['btauth', 'session'] as const)('because its signer does not answer ends in time: %s', async (profile) => {
    const { target, lefts } = await holdingAxon()
    const dendrite = await bench.dendrite({ signer: silentSigner(await bench.signer('Alice')), profile })
    const waitedFor = profile === 'btauth' ? 'signature' : 'session'
    if (profile === 'btauth') await dendrite.warmUp([target])
    const single = dendrite.call(target, Talk.say, hi, { timeoutMs: 300 })
    const stream = dendrite.stream(target, Talk.tell, hi, { timeoutMs: 300 })
    expect([codeAndWait(await single), codeAndWait(await stream.result)]).toEqual(Array(2).fill(`DENDRITE_TIMEOUT ${waitedFor}`))
    expect(lefts).toEqual([])
    expect(dendrite.peers()).toMatchObject([{ inFlight: 0, circuit: 'closed', failures: 0 }])
  })

  it('because its connection has no room ends in time, and its axon is not taken for dead', async () => {
    const { target, lefts, held, letGo } = await holdingAxon('Bob', { maxStreamsPerConnection: 1 })
    const dendrite = await bench.dendrite({ timeoutMs: 60_000 })
    const first = dendrite.call(target, Talk.say, hold)
    await expect.poll(held, { timeout: 10_000 }).toBe(1)
    const late = await Promise.all(Array.from({ length: 6 }, () => dendrite.call(target, Talk.say, hi, { timeoutMs: 150 })))
    expect(late.map(codeAndWait)).toEqual(Array(6).fill('DENDRITE_TIMEOUT connection'))
    expect(dendrite.peers()).toMatchObject([{ inFlight: 1, circuit: 'closed', failures: 0 }])
    letGo()
    expect((await first).ok).toBe(true)
    expect(lefts).toHaveLength(1)
  })

  it('because whoever listens says nothing ends in time, as does describe()', async () => {
    const mute = createServer((socket) => void socket.on('error', () => {}))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const sockets = new Set<{ destroy(): void }>()
    mute.on('connection', (socket) => sockets.add(socket))
    bench.keep({
      async close() {
        for (const socket of sockets) socket.destroy()
        mute.close()
      },
    })
    const { port } = mute.address() as { port: number }
    const target = { hotkey: (await bench.signer('Bob')).address, host: '127.0.0.1', port }
    const dendrite: Dendrite = await bench.dendrite()
    const outcomes = await Promise.all([
      dendrite.call(target, Talk.say, hi, { timeoutMs: 200 }),
      dendrite.stream(target, Talk.tell, hi, { timeoutMs: 200 }).result,
      dendrite.describe(target, { timeoutMs: 200 }),
    ])
    expect(outcomes.map(codeAndWait)).toEqual(['DENDRITE_TIMEOUT session', 'DENDRITE_TIMEOUT session', 'DENDRITE_TIMEOUT certificate'])
  })
})

describe('an axon that answered, and then takes connections and says nothing', () => {
  /** One behind a door that falls shut. */
  async function door() {
    const { target } = await holdingAxon()
    const sockets = new Set<Socket>()
    let isShut = false
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}))
      if (isShut) return
      const behind = connect({ host: target.host, port: target.port }).on('error', () => {})
      sockets.add(behind)
      socket.pipe(behind).pipe(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const cut = () => {
      for (const socket of sockets) socket.destroy()
    }
    bench.keep({
      async close() {
        cut()
        server.close()
      },
    })
    const { port } = server.address() as { port: number }
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    const behindDoor: Target = { hotkey: target.hotkey, host: '127.0.0.1', port }
    expect((await dendrite.call(behindDoor, Talk.say, hi)).ok).toBe(true)
    isShut = true
    cut()
    await expect.poll(() => dendrite.peers()[0]?.isConnected).toBe(false)
    /** Calls at once that all are late. @returns What is thought of the axon then. */
    return async (timeoutMs: number) => {
      const replies = await Promise.all(Array.from({ length: 5 }, () => dendrite.call(behindDoor, Talk.say, hi, { timeoutMs })))
      expect(replies.map((reply) => errorOf(reply).code)).toEqual(Array(5).fill('DENDRITE_TIMEOUT'))
      return dendrite.peers()[0]
    }
  }

  it('is not held to be down by calls with little time, but by those that waited for a second', async () => {
    const late = await door()
    expect(await late(300)).toMatchObject({ circuit: 'closed', failures: 0 })
    expect(await late(1_500)).toMatchObject({ circuit: 'open', failures: 5 })
  })
})
