import type { Method } from '@tensorkit/core'
import type { DendriteOptions, StreamOptions } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { StreamCall } from '../../../packages/dendrite/src/streams/stream-call.js'
import type { ClientCall } from '../../../packages/dendrite/src/transport/client-transport.js'
import { encodeText, errorOf, sleep, Talk } from '../../dendrite-support.js'
import { type Behaviour, frame, type TestCall } from '../../support/test-peer.js'
import { carelessTransport } from '../support/careless-transport.js'
import { endless, grpcHead, hi, honest, minersBench, transports } from '../support/hostile-miners.js'

type Protection = 'reading no further ahead' | 'sending no faster than is taken' | 'an answer ends the sending'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined }))
const isOff = vi.hoisted(() => (protection: Protection) => without.protection === protection)

vi.mock('../../../packages/dendrite/src/streams/inbox.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/streams/inbox.js')>()
  class Inbox<T> extends actual.Inbox<T> {
    #asked = 0
    #call: ClientCall | undefined
    override attach(call: ClientCall): void {
      this.#call = call
      const read = call.read.bind(call)
      call.read = () => {
        this.#asked++
        read()
      }
      super.attach(call)
    }
    override put(value: T, bytes: number): void {
      const asked = this.#asked
      super.put(value, bytes)
      if (isOff('reading no further ahead') && this.#asked === asked) this.#call?.read()
    }
  }
  return { ...actual, Inbox }
})

vi.mock('../../../packages/dendrite/src/streams/outbox.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/streams/outbox.js')>()
  class Outbox extends actual.Outbox {
    override attach(call: ClientCall): void {
      const send = call.send.bind(call)
      call.send = (message) => send(message) || isOff('sending no faster than is taken')
      super.attach(call)
    }
  }
  return { ...actual, Outbox }
})

vi.mock('../../../packages/dendrite/src/streams/upload.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/streams/upload.js')>()
  const upload = <M extends Method>(call: StreamCall<M>, requests: Iterable<never>) => {
    if (!isOff('an answer ends the sending')) return actual.upload(call, requests)
    let result = call.result
    const deaf = {
      // What there is to hear is heard when all is said.
      get result() {
        return result
      },
      send: (request: never) => call.send(request).then(() => true),
      end: () => call.end(),
      cancel: () => call.cancel(),
      [Symbol.asyncIterator]: () => call[Symbol.asyncIterator](),
    }
    const said = new Promise<void>((resolve) => {
      const all = requests
      requests = (function* () {
        try {
          yield* all
        } finally {
          resolve()
        }
      })()
    })
    result = said.then(() => call.result)
    // As much of a call as an upload uses.
    return actual.upload(deaf as unknown as StreamCall<M>, requests)
  }
  return { ...actual, upload }
})

const bench = minersBench()
const mebibyte = 1024 * 1024
const tell = { method: Talk.tell }
afterEach(() => {
  without.protection = undefined
})

/** Waits until a number does not grow any more. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ; await sleep(200)) {
    if (read() === last) return last
    last = read()
  }
}

describe('attack: an endless stream that nobody takes as fast', () => {
  const attack = async (transport: 'http2' | 'grpc-js') => {
    const source = endless(encodeText('x'.repeat(10_000)))
    const { attacker } = await bench.miners({ attacker: source.behaviour }, tell)
    const dendrite = await bench.dendrite({ transport })
    const slow = dendrite.stream(attacker.target, Talk.tell, hi, { timeoutMs: 60_000, maxMessages: 1e9, maxBytes: 1e12 })
    expect(await slow[Symbol.asyncIterator]().next()).toMatchObject({ done: false })
    return { source, dendrite, slow }
  }

  it.each(transports)('stands still within the windows, and an honest stream beside it is whole: %s', async (transport) => {
    const { source, dendrite, slow } = await attack(transport)
    // Of it the stream's window of 4 MiB at most is on this side; the rest waits in the peer's own buffers.
    expect(await settled(source.written)).toBeLessThan(16 * mebibyte)
    const few: Behaviour = ({ answer }) => answer(Array.from({ length: 50 }, () => encodeText('a')))
    const { quick } = await bench.miners({ quick: few }, tell)
    const whole = dendrite.stream(quick.target, Talk.tell, hi, { timeoutMs: 60_000 })
    for await (const { text } of whole) expect(text).toBe('a')
    expect(await whole.result).toMatchObject({ ok: true, messages: 50 })
    slow.cancel()
    expect(errorOf(await slow.result).code).toBe('CORE_ABORTED')
    await expect.poll(source.isCut, { timeout: 20_000 }).toBe(true)
  })

  it.each(transports)('control: who reads what comes holds more and more of it: %s', async (transport) => {
    without.protection = 'reading no further ahead'
    const { source, slow } = await attack(transport)
    await expect.poll(source.written, { timeout: 60_000 }).toBeGreaterThan(48 * mebibyte)
    slow.cancel()
    await slow.result
  })
})

describe('attack: an endless stream that is taken', () => {
  const attack = async (options: StreamOptions) => {
    const source = endless(encodeText('x'.repeat(1_000)))
    const { attacker } = await bench.miners({ attacker: source.behaviour }, tell)
    const dendrite = await bench.dendrite()
    await dendrite.warmUp([attacker.target])
    const stream = dendrite.stream(attacker.target, Talk.tell, hi, { timeoutMs: 60_000, ...options })
    return { source, stream }
  }

  it.each([
    ['count', { maxMessages: 10 }, 10],
    ['bytes', { maxBytes: 10_500 }, 10],
    ['the size of one', { maxReplyBytes: 500 }, 0],
  ] as const)('ends by its cap of %s', async (_name, options, messages) => {
    const { source, stream } = await attack(options)
    let count = 0
    for await (const _ of stream) count++
    const result = await stream.result
    expect([errorOf(result).code, count, result.messages]).toEqual(['DENDRITE_BAD_REPLY', messages, messages])
    await expect.poll(source.isCut, { timeout: 20_000 }).toBe(true)
  })

  it.each([
    ['count', { maxMessages: 1_000 }],
    ['bytes', { maxBytes: 1e12 }],
    ['the size of one', { maxReplyBytes: 2_000 }],
  ] as const)('control: with a higher cap of %s it goes on', async (_name, options) => {
    const { stream } = await attack(options)
    let count = 0
    for await (const _ of stream) if (++count === 500) break
    expect(count).toBe(500)
  })

  const lastMs = 1_000
  const timed = async (timeoutMs: number) => {
    const { stream } = await attack({ timeoutMs })
    const startedMs = performance.now()
    for await (const _ of stream) {
      if (performance.now() - startedMs > 2 * lastMs) break
      await sleep(5)
    }
    return errorOf(await stream.result).code
  }

  it('ends by its time', async () => expect(await timed(lastMs)).toBe('DENDRITE_TIMEOUT'))
  it('control: with more time it goes on until it is left', async () => expect(await timed(60_000)).toBe('CORE_ABORTED'))
})

describe('attack: half a stream', () => {
  /** Breaks off once the first message was taken. */
  const halves: readonly (readonly [string, (call: TestCall, taken: Promise<void>) => void])[] = [
    [
      'reset',
      ({ stream }, taken) => {
        stream.write(frame(encodeText('a')))
        void taken.then(() => stream.close(2))
      },
    ],
    [
      'cut within a message, with the connection',
      ({ stream }, taken) => {
        stream.write(Buffer.concat([frame(encodeText('a')), Buffer.from([0, 0, 0, 1, 0, 1, 2])]))
        void taken.then(() => stream.session?.destroy())
      },
    ],
    [
      'ended without a status',
      ({ stream }, taken) => {
        stream.write(frame(encodeText('a')))
        void taken.then(() => stream.end())
      },
    ],
  ]
  const cases = halves.flatMap(([name, breakOff]) => transports.map((transport) => [name, transport, breakOff] as const))
  const attack = async (breakOff: (call: TestCall, taken: Promise<void>) => void, transport: DendriteOptions['transport']) => {
    let onTaken = () => {}
    const taken = new Promise<void>((resolve) => {
      onTaken = resolve
    })
    const half: Behaviour = (call) => {
      call.stream.respond(grpcHead)
      breakOff(call, taken)
    }
    const { attacker } = await bench.miners({ attacker: half }, tell)
    const stream = (await bench.dendrite({ transport })).stream(attacker.target, Talk.tell, hi, { timeoutMs: 60_000 })
    let count = 0
    for await (const _ of stream) {
      count++
      onTaken()
    }
    return { count, result: await stream.result }
  }

  it.each(cases)('is never taken for a whole one: %s, over %s', async (_name, transport, breakOff) => {
    const { count, result } = await attack(breakOff, transport)
    expect(count).toBe(1)
    // Not by its time, which there was plenty of.
    expect(errorOf(result).code).toMatch(/^DENDRITE_(BAD_REPLY|REMOTE_ERROR|UNREACHABLE|UNAVAILABLE)$/)
  })

  it.each(cases)('control: where its status is not awaited, it is: %s, over %s', async (_name, transport, breakOff) => {
    expect(await attack(breakOff, carelessTransport(transport, { believesEnds: true }))).toMatchObject({ count: 1, result: { ok: true } })
  })
})

describe('attack: a stream with garbage in it', () => {
  const garbage: Behaviour = ({ answer }) => answer([encodeText('a'), Buffer.from('ffffffff', 'hex'), encodeText('b')])
  const attack = async (method: typeof Talk.tell) => {
    const { attacker } = await bench.miners({ attacker: garbage }, tell)
    const stream = (await bench.dendrite()).stream(attacker.target, method, hi, { timeoutMs: 60_000 })
    const seen: (string | undefined)[] = []
    for await (const { text } of stream) seen.push(text)
    return { seen, result: await stream.result }
  }

  it('ends with the first message that does not fit, and throws nothing', async () => {
    const { seen, result } = await attack(Talk.tell)
    expect([seen, errorOf(result).code]).toEqual([['a'], 'DENDRITE_BAD_REPLY'])
  })

  it('control: where what does not fit is no fault, it counts as whole', async () => {
    const { response } = Talk.tell
    const decode: typeof response.decode = (bytes) => {
      try {
        return response.decode(bytes)
      } catch {
        return { text: 'whatever', count: 0 }
      }
    }
    const { seen, result } = await attack({ ...Talk.tell, response: { ...response, decode } })
    expect([seen, result.ok]).toEqual([['a', 'whatever', 'b'], true])
  })
})

describe.each<[string, Behaviour, RegExp, { timeoutMs: number; protection: Protection }]>([
  [
    'a miner that answers before it has read the requests',
    ({ answer }) => answer([Talk.collect.response.encode({ texts: ['enough'] })]),
    /^ok$/,
    { timeoutMs: 60_000, protection: 'an answer ends the sending' },
  ],
  [
    'a miner that reads nothing, and says nothing',
    ({ stream }) => void stream.pause(),
    /^DENDRITE_TIMEOUT$/,
    { timeoutMs: 2_000, protection: 'sending no faster than is taken' },
  ],
])('attack: %s', (_name, behaviour, code, { timeoutMs, protection }) => {
  const text = 'x'.repeat(100_000)
  const count = 200
  const attack = async (transport: 'http2' | 'grpc-js') => {
    const { attacker } = await bench.miners({ attacker: behaviour }, { method: Talk.collect })
    const { quick } = await bench.miners({ quick: honest })
    const dendrite = await bench.dendrite({ transport, timeoutMs: 60_000 })
    await dendrite.warmUp([attacker.target, quick.target])
    const source = { made: 0, isReleased: false }
    function* requests() {
      try {
        for (; source.made < count; source.made++) yield { text, count: 0 }
      } finally {
        source.isReleased = true
      }
    }
    const upload = dendrite.upload(attacker.target, Talk.collect, requests(), { timeoutMs })
    const beside = await dendrite.call(quick.target, Talk.say, hi)
    const reply = await upload
    return { source, beside, code: reply.ok ? 'ok' : reply.error.code }
  }

  it.each(transports)('is sent no more than the windows take, and the honest get all: %s', async (transport) => {
    const { source, beside, code: ended } = await attack(transport)
    expect(beside).toMatchObject({ ok: true })
    expect(ended).toMatch(code)
    expect(source.made).toBeLessThan(count / 4)
    await expect.poll(() => source.isReleased, { timeout: 20_000 }).toBe(true)
  })

  it.each(transports)(`control: is made all of it, where ${protection} is left out: %s`, async (transport) => {
    without.protection = protection
    expect((await attack(transport)).source.made).toBe(count)
  })
})
