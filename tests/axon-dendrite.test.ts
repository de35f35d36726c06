import { type AddressInfo, createServer } from 'node:net'
import { type Axon, createAxon } from '@tensorkit/axon'
import {
  createMemoryReplayStore,
  defineProtocol,
  message,
  serverStreaming,
  string,
  type TensorKitError,
  uint32,
  unary,
} from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { createDendrite, type Dendrite, type Reply } from '@tensorkit/dendrite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { axonOptions, clockAhead, directoryOf, Echo, echo, echoAxon, rawClient, recordingLogger, signers } from './axon-dendrite-support.js'

let alice: LocalSigner
let bob: LocalSigner
const opened: (Axon | Dendrite)[] = []
const keep = <T extends Axon | Dendrite>(closable: T): T => {
  opened.push(closable)
  return closable
}
const directory = () => directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 5n }])
const serve = async (...[options, handlers]: [Partial<Parameters<typeof echoAxon>[0]>?, Parameters<typeof echoAxon>[1]?]) =>
  keep(await echoAxon({ signer: bob, directory: directory(), ...options }, handlers))
const ask = (options: Partial<Parameters<typeof createDendrite>[0]> = {}) =>
  keep(createDendrite({ signer: alice, profile: 'btauth', ...options }))
const at = (axon: Axon) => ({ hotkey: bob.address, ...axon.endpoint, plaintext: true })
const hi = { text: 'hi', times: 1 }

function errorOf(reply: Reply<unknown>): TensorKitError {
  if (reply.ok) throw new Error('the reply is ok')
  return reply.error
}

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()))
})

describe('a call', () => {
  it('is answered, with the caller proved', async () => {
    let seen: unknown
    const axon = await serve(
      { admit: { validatorPermit: true, minStake: 5n } },
      {
        say: (request, { caller, hotkey, path, deadline }) => {
          seen = { uid: caller.uid, hotkey, path, inTime: deadline > Date.now() && deadline <= Date.now() + 3_000 }
          return { texts: [request.text] }
        },
      },
    )
    const reply = await ask().call(at(axon), Echo.say, hi, { timeoutMs: 3_000 })
    expect(reply).toMatchObject({ ok: true, hotkey: bob.address, value: { texts: ['hi'] } })
    expect(seen).toEqual({ uid: 0, hotkey: alice.address, path: '/test.v1.Echo/Say', inTime: true })
    expect(reply.timings.totalMs).toBeGreaterThan(0)
    expect(reply.timings.totalMs).toBeCloseTo(reply.timings.queueMs + reply.timings.callMs, 3)
  })

  it('by an ed25519 hotkey is answered', async () => {
    const { signerFromUri } = await import('@tensorkit/core/crypto')
    const signer = await signerFromUri('//Alice', 'ed25519')
    const axon = await serve({ directory: directoryOf([{ hotkey: signer.address, scheme: 'ed25519' }]) })
    expect(await ask({ signer }).call(at(axon), Echo.say, hi)).toMatchObject({ ok: true })
  })

  it('carries megabytes both ways, and no more than the limit', async () => {
    const axon = await serve()
    const dendrite = ask()
    const text = 'x'.repeat(4_000_000)
    expect(await dendrite.call(at(axon), Echo.say, { text, times: 1 })).toMatchObject({ ok: true, value: { texts: [text] } })
    expect(errorOf(await dendrite.call(at(axon), Echo.say, { text, times: 2 })).code).toBe('DENDRITE_REMOTE_ERROR')
    expect(errorOf(await dendrite.call(at(axon), Echo.say, { text: 'x'.repeat(4_200_000), times: 1 })).code).toBe('DENDRITE_EXHAUSTED')
    const small = ask({ maxMessageBytes: 1000 })
    expect(errorOf(await small.call(at(axon), Echo.say, { text: 'x'.repeat(600), times: 2 })).code).toBe('DENDRITE_BAD_REPLY')
  })

  it('to a hotkey that does not live there is refused', async () => {
    const axon = await serve()
    const reply = await ask().call({ ...at(axon), hotkey: alice.address }, Echo.say, hi)
    expect(errorOf(reply).code).toBe('DENDRITE_UNAUTHENTICATED')
  })

  it('of a caller whom the hook refuses is denied, also when the hook throws', async () => {
    const refusing = await serve({ admit: () => false })
    expect(errorOf(await ask().call(at(refusing), Echo.say, hi))).toMatchObject({ code: 'DENDRITE_DENIED', facts: { reason: 'DENIED' } })
    const throwing = await serve({ admit: { hook: () => Promise.reject(new Error('boom')) } })
    expect(errorOf(await ask().call(at(throwing), Echo.say, hi)).code).toBe('DENDRITE_DENIED')
  })

  it('while the directory is over 1 h old is not served', async () => {
    const stale = { ...directory(), syncedAtMs: Date.now() - 3_700_000 }
    const axon = await serve({ directory: stale })
    expect(errorOf(await ask().call(at(axon), Echo.say, hi))).toMatchObject({ code: 'DENDRITE_UNAVAILABLE', retryable: true })
  })

  it('from before the replay memory began, plus the skew, is not served; listen() waits for it', async () => {
    const axon = keep(
      createAxon(axonOptions({ signer: bob, directory: directory(), replayStore: createMemoryReplayStore(), limits: { maxAheadMs: 700 } })),
    )
    axon.implement(Echo, echo)
    const listening = axon.listen()
    await expect.poll(() => axon.endpoint.port).toBeGreaterThan(0)
    const dendrite = ask()
    expect(errorOf(await dendrite.call(at(axon), Echo.say, hi)).code).toBe('DENDRITE_UNAVAILABLE')
    await listening
    expect(await dendrite.call(at(axon), Echo.say, hi)).toMatchObject({ ok: true })
  })

  it('cannot be made when listening is aborted, or the axon closed, before it began', async () => {
    const aborted = keep(createAxon({ signer: bob, directory: directory(), port: 0 }))
    await expect(aborted.listen({ signal: AbortSignal.timeout(100) })).rejects.toMatchObject({ code: 'CORE_ABORTED' })
    const closed = keep(createAxon({ signer: bob, directory: directory(), port: 0 }))
    const listening = expect(closed.listen()).rejects.toMatchObject({ code: 'CORE_CLOSED' })
    await closed.close()
    await listening
  })

  it('while the replay store fails is not served', async () => {
    const axon = await serve({ replayStore: { retentionMs: 60_000, checkAndStore: () => Promise.reject(new Error('down')) } })
    expect(errorOf(await ask().call(at(axon), Echo.say, hi)).code).toBe('DENDRITE_UNAVAILABLE')
  })
})

describe('a handler', () => {
  it.each([
    ['throws', () => Promise.reject(new Error('secret path /etc/passwd'))],
    [
      'throws at once',
      () => {
        throw new Error('secret path /etc/passwd')
      },
    ],
    ['answers what does not fit the protocol', () => ({ texts: 3 }) as never],
    ['answers nothing', () => undefined as never],
  ] as const)('that %s tells the caller nothing of it, and the axon lives', async (_name, say) => {
    const logger = recordingLogger()
    const axon = await serve({ logger }, { say })
    const dendrite = ask()
    const error = errorOf(await dendrite.call(at(axon), Echo.say, hi))
    expect(error.code).toBe('DENDRITE_REMOTE_ERROR')
    expect(error.message).not.toContain('secret')
    expect(logger.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(await dendrite.call(at(axon), Echo.shout, hi)).toMatchObject({ ok: true, value: { texts: ['HI'] } })
  })

  it('is told when the deadline passes, and may throw then', async () => {
    let aborted: unknown
    const axon = await serve(
      {},
      {
        say: (_request, { signal }) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => {
              aborted = signal.reason
              reject(new Error('late'))
            }),
          ),
      },
    )
    const dendrite = ask()
    const started = performance.now()
    const error = errorOf(await dendrite.call(at(axon), Echo.say, hi, { timeoutMs: 150 }))
    expect(error.code).toBe('DENDRITE_TIMEOUT')
    expect(performance.now() - started).toBeLessThan(2_000)
    await expect.poll(() => (aborted as TensorKitError | undefined)?.code).toMatch(/CORE_TIMEOUT|CORE_ABORTED/)
    expect(await dendrite.call(at(axon), Echo.shout, hi)).toMatchObject({ ok: true })
  })

  it('is told when the caller cancels', async () => {
    let aborted: unknown
    const entered = deferred()
    const axon = await serve(
      {},
      {
        say: (_request, { signal }) =>
          new Promise(() => {
            entered.resolve()
            signal.addEventListener('abort', () => {
              aborted = signal.reason
            })
          }),
      },
    )
    const controller = new AbortController()
    const pending = ask().call(at(axon), Echo.say, hi, { signal: controller.signal })
    await entered.promise
    controller.abort()
    expect(errorOf(await pending).code).toBe('CORE_ABORTED')
    await expect.poll(() => (aborted as TensorKitError | undefined)?.code).toBe('CORE_ABORTED')
  })

  it('of a call without a deadline gets the axon’s own', async () => {
    let reason: unknown
    const axon = await serve(
      { limits: { maxDeadlineMs: 100 } },
      {
        say: (_request, { signal }) =>
          new Promise(() =>
            signal.addEventListener('abort', () => {
              reason = signal.reason
            }),
          ),
      },
    )
    expect(errorOf(await ask().call(at(axon), Echo.say, hi, { timeoutMs: 5_000 })).code).toBe('DENDRITE_TIMEOUT')
    expect((reason as TensorKitError).code).toBe('CORE_TIMEOUT')
  })
})

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('a query', () => {
  it('yields replies as they land, and what goes wrong with one miner is its own reply', async () => {
    const delayed = (ms: number): Parameters<typeof echoAxon>[1] => ({
      say: async ({ text }) => {
        await new Promise((done) => setTimeout(done, ms))
        return { texts: [text] }
      },
    })
    const [fast, slow, broken] = await Promise.all([
      serve({}, delayed(0)),
      serve({}, delayed(300)),
      serve(
        {},
        {
          say: () => {
            throw new Error('broken')
          },
        },
      ),
    ])
    const closed = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        server.close(() => resolve(port))
      })
    })
    const dendrite = ask()
    const targets = [
      at(slow),
      at(fast),
      at(broken),
      { hotkey: bob.address, host: '127.0.0.1', port: closed },
      { hotkey: 'nobody', host: '127.0.0.1', port: 1 },
      { hotkey: bob.address, host: '10.0.0.1', port: 8091, plaintext: true },
    ]
    const seen: string[] = []
    for await (const reply of dendrite.query(targets, Echo.say, hi, { timeoutMs: 5_000 }))
      seen.push(reply.ok ? (reply.value.texts[0] as string) : reply.error.code)
    expect(seen.sort()).toEqual(
      ['CORE_ADDRESS_INVALID', 'DENDRITE_INSECURE_REFUSED', 'DENDRITE_REMOTE_ERROR', 'DENDRITE_UNREACHABLE', 'hi', 'hi'].sort(),
    )
    const order: number[] = []
    for await (const reply of dendrite.query([at(slow), at(fast)], Echo.say, hi)) order.push(reply.timings.callMs)
    expect(order).toHaveLength(2)
    expect(order[1]).toBeGreaterThan(order[0] as number)
  })

  it('takes a request for each target', async () => {
    const axon = await serve()
    const targets = [1, 2, 3].map((n) => ({ ...at(axon), n }))
    const texts: string[] = []
    for await (const reply of ask().query(targets, Echo.say, (target) => ({
      text: `for ${(target as { n: number } & typeof target).n}`,
      times: 1,
    }))) {
      if (reply.ok) texts.push(...reply.value.texts)
    }
    expect(texts.sort()).toEqual(['for 1', 'for 2', 'for 3'])
  })

  it('keeps to its concurrency', async () => {
    let running = 0
    let most = 0
    const axon = await serve(
      {},
      {
        say: async ({ text }) => {
          most = Math.max(most, ++running)
          await new Promise((done) => setTimeout(done, 10))
          running--
          return { texts: [text] }
        },
      },
    )
    let replies = 0
    for await (const reply of ask().query(Array(20).fill(at(axon)), Echo.say, hi, { concurrency: 3 })) if (reply.ok) replies++
    expect({ replies, most }).toEqual({ replies: 20, most: 3 })
  })

  it('asks a hundred at once without a warning from Node', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error) => warnings.push(warning)
    process.on('warning', onWarning)
    const axon = await serve()
    let replies = 0
    for await (const reply of ask().query(Array(100).fill(at(axon)), Echo.say, hi)) if (reply.ok) replies++
    await new Promise((done) => setTimeout(done, 10))
    process.off('warning', onWarning)
    expect({ replies, warnings }).toEqual({ replies: 100, warnings: [] })
  })

  it('ends the calls in flight when its loop is left', async () => {
    let cancelled = 0
    const axon = await serve(
      {},
      {
        say: ({ text }, { signal }) =>
          text === 'hi' ? { texts: [text] } : new Promise(() => signal.addEventListener('abort', () => cancelled++)),
      },
    )
    const dendrite = ask()
    const texts = ['wait', 'hi', 'wait']
    for await (const reply of dendrite.query(
      texts.map(() => at(axon)),
      Echo.say,
      () => ({ text: texts.shift() as string, times: 1 }),
    )) {
      expect(reply.ok).toBe(true)
      break
    }
    await expect.poll(() => cancelled).toBe(2)
    expect(await dendrite.call(at(axon), Echo.say, hi)).toMatchObject({ ok: true })
  })

  it('ends for all that is left when its signal is aborted', async () => {
    const axon = await serve({}, { say: () => new Promise(() => {}) })
    const signal = AbortSignal.timeout(100)
    const codes: string[] = []
    for await (const reply of ask().query(Array(5).fill(at(axon)), Echo.say, hi, { signal, concurrency: 2 }))
      codes.push(errorOf(reply).code)
    expect(codes).toEqual(Array(5).fill('CORE_ABORTED'))
  })

  it('throws for what is wrong with the question itself', async () => {
    const axon = await serve()
    const dendrite = ask()
    await expect(dendrite.query([at(axon)], Echo.say, { text: 3 } as never).next()).rejects.toMatchObject({
      code: 'PROTOCOL_ENCODE_FAILED',
    })
    await expect(dendrite.query([at(axon)], Echo.say, hi, { timeoutMs: 0 }).next()).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    const Streaming = defineProtocol('test.v1.Streaming', {
      follow: serverStreaming({ request: message({ a: uint32(1) }), response: message({ b: string(1) }) }),
    })
    await expect(dendrite.call(at(axon), Streaming.follow as never, { a: 1 } as never)).rejects.toMatchObject({
      code: 'CORE_INVALID_ARGUMENT',
    })
    await dendrite.close()
    await expect(dendrite.call(at(axon), Echo.say, hi)).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })
})

async function rawCall(endpoint: { readonly host: string; readonly port: number }) {
  const client = rawClient(endpoint)
  try {
    const outcome = await client.call(Echo.say.path, new Uint8Array())
    return { error: outcome.ok ? undefined : outcome.error }
  } finally {
    client.close()
  }
}

describe('what a user gets wrong ends in one clear message', () => {
  it('a clock that is off', async () => {
    const axon = await serve()
    const ahead = errorOf(await ask({ clock: clockAhead(14_000) }).call(at(axon), Echo.say, hi))
    expect(ahead).toMatchObject({ code: 'AUTH_STALE', shortMessage: 'Your clock is 14 s ahead of the axon’s' })
    expect(ahead.remedy).toContain('NTP')
    const behind = errorOf(await ask({ clock: clockAhead(-60_000) }).call(at(axon), Echo.say, hi))
    expect(behind.shortMessage).toBe('Your clock is 60 s behind the axon’s')
  })

  it('a taken port', async () => {
    const first = await serve()
    const second = keep(createAxon(axonOptions({ signer: bob, directory: directory(), port: first.endpoint.port })))
    await expect(second.listen()).rejects.toMatchObject({ code: 'AXON_ADDRESS_IN_USE', facts: { port: first.endpoint.port } })
  })

  it('plain text to other machines', async () => {
    const { insecure: _, ...secure } = axonOptions({ signer: bob, directory: directory() })
    const axon = keep(createAxon(secure))
    axon.implement(Echo, echo)
    await axon.listen()
    // Not even on loopback is plain text answered by an axon that was not told so.
    expect((await rawCall(axon.endpoint)).error?.code).toBe(14)
    const open = await serve({ host: '0.0.0.0', insecure: true })
    expect((await rawCall({ host: '127.0.0.1', port: open.endpoint.port })).error?.code).toBe(16)
    expect(() => createAxon({ ...secure, insecure: true, tls: {} as never })).toThrowError(/exclude each other/)
  })

  it('a miner that published a private address', async () => {
    const axon = await serve()
    const [miner] = directoryOf([{ hotkey: bob.address, axon: axon.endpoint }]).all()
    if (miner === undefined) throw new Error('no miner')
    expect(errorOf(await ask().call(miner, Echo.say, hi)).code).toBe('DENDRITE_ADDRESS_REFUSED')
    expect(errorOf(await ask({ allowPrivateAddresses: true }).call(miner, Echo.say, hi)).code).toBe('DENDRITE_TLS_REFUSED')
    expect(await ask({ allowPrivateAddresses: true, insecure: true }).call(miner, Echo.say, hi)).toMatchObject({ ok: true, uid: 0 })
  })

  it('another version of the protocol', async () => {
    const axon = await serve()
    const Other = defineProtocol('test.v1.Echo', {
      say: unary({ request: message({ text: uint32(1) }), response: message({}) }),
      sing: unary({ request: message({}), response: message({}) }),
    })
    expect(errorOf(await ask().call(at(axon), Other.say, { text: 1 })).code).toBe('PROTOCOL_MISMATCH')
    expect(errorOf(await ask().call(at(axon), Other.sing, {})).code).toBe('DENDRITE_UNIMPLEMENTED')
  })

  it('a protocol that is not wholly implemented, or twice', () => {
    const axon = keep(createAxon(axonOptions({ signer: bob, directory: directory() })))
    expect(() => axon.implement(Echo, { say: echo.say } as never)).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    axon.implement(Echo, echo)
    expect(() => axon.implement(Echo, echo)).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    expect(() => createAxon(axonOptions({ signer: bob, directory: directory(), limits: { maxConnections: -1 } }))).toThrowError(
      /maxConnections/,
    )
  })
})
