import { type Axon, type AxonOptions, createAxon, createTlsIdentity, type Handlers } from '@tensorkit/axon'
import { createMemoryReplayStore, verifyReceipt } from '@tensorkit/core'
import { verifySignature } from '@tensorkit/core/crypto'
import type { DendriteOptions, Target } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { directoryOf } from './axon-dendrite-support.js'
import { dendriteBench, errorOf, pushableClock, sleep, Talk } from './dendrite-support.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 3 }

const talk: Handlers<typeof Talk> = {
  say: (request) => request,
  async *tell({ text, count }) {
    for (let i = 0; i < count; i++) yield { text, count: i }
  },
  async collect(requests) {
    const texts: string[] = []
    for await (const { text } of requests) texts.push(text)
    return { texts }
  },
  async *chat(requests) {
    for await (const request of requests) yield { ...request, count: request.count + 1 }
  },
}

async function serve(
  options: Partial<AxonOptions> = {},
  handlers: Partial<Handlers<typeof Talk>> = {},
): Promise<Axon & { target: Target }> {
  const [alice, bob] = [await bench.signer('Alice'), await bench.signer('Bob')]
  const signer = options.signer ?? bob
  const axon = createAxon({
    signer,
    directory: directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 5n }]),
    port: 0,
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    ...options,
  })
  bench.keep(axon)
  axon.implement(Talk, { ...talk, ...handlers })
  await axon.listen()
  return Object.assign(axon, { target: { hotkey: signer.address, ...axon.endpoint } })
}

const ways: [string, Partial<DendriteOptions>][] = [
  ['session over http2', {}],
  ['session over grpc-js', { transport: 'grpc-js' }],
]

describe.each(ways)('an axon and a dendrite, by %s', (_name, options) => {
  it('speak all four kinds of method, each with its receipt', async () => {
    const axon = await serve()
    const dendrite = await bench.dendrite({ ...options, receipts: 'always' })
    const said = await dendrite.call(axon.target, Talk.say, hi)
    expect(said).toMatchObject({ ok: true, value: hi })
    const told = dendrite.stream(axon.target, Talk.tell, hi)
    const seen: number[] = []
    for await (const { count } of told) seen.push(count)
    expect(seen).toEqual([0, 1, 2])
    const collected = await dendrite.upload(axon.target, Talk.collect, [hi, { ...hi, text: 'ho' }])
    expect(collected).toMatchObject({ ok: true, value: { texts: ['hi', 'ho'] } })
    const chat = dendrite.open(axon.target, Talk.chat)
    await chat.send({ text: '', count: 0 })
    for await (const { count } of chat) {
      if (count === 5) chat.end()
      else await chat.send({ text: '', count })
    }
    const [toldEnd, chatEnd] = [await told.result, await chat.result]
    const receipts = [said, toldEnd, collected, chatEnd].map((end) => (end.ok ? end.receipt : undefined))
    const counts = []
    for (const receipt of receipts) {
      const checked = await verifyReceipt({ receipt, verify: verifySignature })
      if (!checked.ok) throw new Error(checked.detail)
      counts.push([checked.fields.requestCount, checked.fields.responseCount])
    }
    expect(counts).toEqual([
      [1, 1],
      [1, 3],
      [2, 1],
      [5, 5],
    ])
  })

  it('tell each other when they leave a stream', async () => {
    let isLeft = false
    const axon = await serve(
      {},
      {
        async *tell() {
          try {
            for (;;) {
              yield hi
              await sleep(1)
            }
          } finally {
            isLeft = true
          }
        },
      },
    )
    const dendrite = await bench.dendrite(options)
    for await (const _ of dendrite.stream(axon.target, Talk.tell, hi)) break
    await expect.poll(() => isLeft).toBe(true)
  })

  it('rotate the TLS key with 64 calls in flight, and lose none', async () => {
    const axon = await serve(
      {},
      {
        say: async (request) => {
          await sleep(300)
          return request
        },
      },
    )
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ ...options, clock })
    const before = await dendrite.call(axon.target, Talk.say, hi)
    expect(before.ok).toBe(true)
    const pending = Array.from({ length: 64 }, () => dendrite.call(axon.target, Talk.say, hi))
    await sleep(100)
    const identity = await createTlsIdentity()
    axon.rotateTls(identity)
    clock.push(10_000)
    expect((await Promise.all(pending)).filter(({ ok }) => ok)).toHaveLength(64)
    // Whatever became of the connection: calls go on, and a new connection is one to the new key.
    expect((await dendrite.call(axon.target, Talk.say, hi)).ok).toBe(true)
    const fresh = await bench.dendrite(options)
    expect((await fresh.call(axon.target, Talk.say, hi)).ok).toBe(true)
    expect(fresh.peers()).toMatchObject([{ spkiSha256: identity.spkiSha256 }])
  })

  it('find each other again after the axon has restarted with another key', async () => {
    const axon = await serve()
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ ...options, clock })
    expect((await dendrite.call(axon.target, Talk.say, hi)).ok).toBe(true)
    const { port } = axon.endpoint
    await axon.close()
    expect((await dendrite.call(axon.target, Talk.say, hi, { timeoutMs: 1_000 })).ok).toBe(false)
    await serve({ port })
    clock.push(10_000)
    expect(await dendrite.call(axon.target, Talk.say, hi)).toMatchObject({ ok: true })
  })
})

describe('an axon and a dendrite', () => {
  it('speak btauth over TLS, one request at a time', async () => {
    const axon = await serve()
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    const replies = await Promise.all(Array.from({ length: 100 }, () => dendrite.call(axon.target, Talk.say, hi)))
    expect(replies.filter(({ ok }) => ok)).toHaveLength(100)
    const told = dendrite.stream(axon.target, Talk.tell, hi)
    for await (const { text } of told) expect(text).toBe('hi')
    expect(await told.result).toMatchObject({ ok: true, messages: 3 })
  })

  it('with an ed25519 hotkey open sessions as well', async () => {
    const { signerFromUri } = await import('@tensorkit/core/crypto')
    const signer = await signerFromUri('//Edward', 'ed25519')
    const axon = await serve({ signer })
    const dendrite = await bench.dendrite()
    expect(await dendrite.call({ ...axon.target, scheme: 'ed25519' }, Talk.say, hi)).toMatchObject({ ok: true })
    const wrong = await bench.dendrite()
    expect(errorOf(await wrong.call(axon.target, Talk.say, hi)).code).toBe('DENDRITE_UNPROVED')
  })

  it('of different subnets open no session', async () => {
    const axon = await serve()
    const dendrite = await bench.dendrite({ directory: { genesisHash: '0'.repeat(64), netuid: 2 } })
    expect(errorOf(await dendrite.call(axon.target, Talk.say, hi)).code).toBe('DENDRITE_UNAUTHENTICATED')
  })

  it('meet on plain text only where both say so', async () => {
    const axon = await serve({ insecure: true })
    const dendrite = await bench.dendrite({ insecure: true })
    expect(await dendrite.call(axon.target, Talk.say, hi)).toMatchObject({ ok: true })
    const safe = await bench.dendrite()
    expect(errorOf(await safe.call(axon.target, Talk.say, hi)).code).toMatch(/^DENDRITE_/)
  })
})
