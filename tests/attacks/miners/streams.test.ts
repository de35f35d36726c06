import { describe, expect, it } from 'vitest'
import { encodeText, errorOf, sleep, Talk } from '../../dendrite-support.js'
import { type Behaviour, frame } from '../../support/test-peer.js'
import { endless, grpcHead, hi, honest, minersBench, transports } from '../support/hostile-miners.js'
import { naiveValidator } from '../support/naive-validator.js'

const bench = minersBench()
const mebibyte = 1024 * 1024
const tell = { method: Talk.tell }
const open = { plaintext: true, checksTokens: false }
const request = frame(Talk.tell.request.encode(hi))

/** Waits until a number does not grow any more. */
async function settled(read: () => number): Promise<number> {
  for (let last = -1; ; await sleep(200)) {
    if (read() === last) return last
    last = read()
  }
}

describe('attack: an endless stream that nobody takes as fast', () => {
  it.each(transports)('stands still within the windows, and an honest stream beside it is whole: %s', async (transport) => {
    const source = endless(encodeText('x'.repeat(10_000)))
    const { attacker } = await bench.miners({ attacker: source.behaviour }, tell)
    const few: Behaviour = ({ answer }) => answer(Array.from({ length: 50 }, () => encodeText('a')))
    const { quick } = await bench.miners({ quick: few }, tell)
    const dendrite = await bench.dendrite({ transport })
    const slow = dendrite.stream(attacker.target, Talk.tell, hi, { timeoutMs: 30_000 })
    expect(await slow[Symbol.asyncIterator]().next()).toMatchObject({ done: false })
    // Of it the stream's window of 4 MiB at most is on this side; the rest waits in the peer's own buffers.
    expect(await settled(source.written)).toBeLessThan(16 * mebibyte)
    const whole = dendrite.stream(quick.target, Talk.tell, hi)
    for await (const { text } of whole) expect(text).toBe('a')
    expect(await whole.result).toMatchObject({ ok: true, messages: 50 })
    slow.cancel()
    expect(errorOf(await slow.result).code).toBe('CORE_ABORTED')
    await expect.poll(source.isCut).toBe(true)
  })

  it('control: who reads what comes holds more and more of it', async () => {
    const source = endless(encodeText('x'.repeat(10_000)))
    const { attacker } = await bench.miners({ attacker: source.behaviour }, { ...tell, ...open })
    const validator = bench.keep(naiveValidator())
    void validator.ask(attacker.port, Talk.tell.path, request)
    await expect.poll(validator.held, { timeout: 20_000 }).toBeGreaterThan(64 * mebibyte)
  })
})

describe('attack: an endless stream that is taken', () => {
  it.each([
    ['count', { maxMessages: 10 }, 10],
    ['bytes', { maxBytes: 10_500 }, 10],
    ['the size of one', { maxReplyBytes: 500 }, 0],
  ] as const)('ends by its cap of %s', async (_name, options, messages) => {
    const source = endless(encodeText('x'.repeat(1_000)))
    const { attacker } = await bench.miners({ attacker: source.behaviour }, tell)
    const dendrite = await bench.dendrite()
    const stream = dendrite.stream(attacker.target, Talk.tell, hi, options)
    let count = 0
    for await (const _ of stream) count++
    const result = await stream.result
    expect([errorOf(result).code, count, result.messages]).toEqual(['DENDRITE_BAD_REPLY', messages, messages])
    await expect.poll(source.isCut).toBe(true)
  })

  it('ends by its time', async () => {
    const { attacker } = await bench.miners({ attacker: endless(encodeText('x'.repeat(1_000))).behaviour }, tell)
    const timed = (await bench.dendrite()).stream(attacker.target, Talk.tell, hi, { timeoutMs: 300 })
    for await (const _ of timed) await sleep(1)
    expect(errorOf(await timed.result).code).toBe('DENDRITE_TIMEOUT')
  })

  it('control: with higher caps it goes on past each of them', async () => {
    const { attacker } = await bench.miners({ attacker: endless(encodeText('x'.repeat(1_000))).behaviour }, tell)
    const stream = (await bench.dendrite()).stream(attacker.target, Talk.tell, hi, { maxMessages: 1e9, maxBytes: 1e12 })
    let count = 0
    for await (const _ of stream) if (++count === 2_000) break
    expect(count).toBe(2_000)
  })
})

describe('attack: half a stream', () => {
  it.each<[string, Behaviour]>([
    [
      'reset',
      ({ stream }) => {
        stream.respond(grpcHead)
        stream.write(frame(encodeText('a')), () => stream.close(2))
      },
    ],
    [
      'cut within a message, with the connection',
      ({ stream }) => {
        stream.respond(grpcHead)
        stream.write(Buffer.concat([frame(encodeText('a')), Buffer.from([0, 0, 0, 1, 0, 1, 2])]), () => stream.session?.destroy())
      },
    ],
    [
      'ended without a status',
      ({ stream }) => {
        stream.respond(grpcHead)
        stream.end(frame(encodeText('a')))
      },
    ],
  ])('is never taken for a whole one: %s', async (_name, behaviour) => {
    const { attacker } = await bench.miners({ attacker: behaviour }, tell)
    for (const transport of transports) {
      const stream = (await bench.dendrite({ transport })).stream(attacker.target, Talk.tell, hi)
      let count = 0
      for await (const _ of stream) count++
      expect(count).toBeLessThanOrEqual(1)
      expect(errorOf(await stream.result).code).toMatch(/^DENDRITE_/)
    }
  })

  it('control: where its status is not awaited, it is', async () => {
    const ended: Behaviour = ({ stream }) => {
      stream.respond(grpcHead)
      stream.end(frame(encodeText('a')))
    }
    const { attacker } = await bench.miners({ attacker: ended }, { ...tell, ...open })
    const validator = bench.keep(naiveValidator())
    expect(await validator.ask(attacker.port, Talk.tell.path, request)).toEqual(frame(encodeText('a')))
  })
})

describe('attack: a stream with garbage in it', () => {
  const garbage: Behaviour = ({ answer }) => answer([encodeText('a'), Buffer.from('ffffffff', 'hex'), encodeText('b')])

  it('ends with the first message that does not fit, and throws nothing', async () => {
    const { attacker } = await bench.miners({ attacker: garbage }, tell)
    const stream = (await bench.dendrite()).stream(attacker.target, Talk.tell, hi)
    const seen: string[] = []
    for await (const { text } of stream) seen.push(text)
    expect([seen, errorOf(await stream.result).code]).toEqual([['a'], 'DENDRITE_BAD_REPLY'])
  })

  it('control: where messages are decoded in the loop, it throws there', async () => {
    const { attacker } = await bench.miners({ attacker: garbage }, { ...tell, ...open })
    const reply = await bench.keep(naiveValidator()).ask(attacker.port, Talk.tell.path, request)
    expect(() => Talk.tell.response.decode(reply.subarray(5 + encodeText('a').length + 5))).toThrow()
  })
})

describe.each<[string, Behaviour, RegExp]>([
  ['answers before it has read the requests', ({ answer }) => answer([Talk.collect.response.encode({ texts: ['enough'] })]), /^ok$/],
  ['reads nothing, and says nothing', ({ stream }) => void stream.pause(), /^DENDRITE_TIMEOUT$/],
])('attack: a miner that %s', (_name, behaviour, code) => {
  const text = 'x'.repeat(100_000)
  const count = 1_000

  it.each(transports)('is sent no more than the windows take, and the honest get all: %s', async (transport) => {
    const { attacker } = await bench.miners({ attacker: behaviour }, { method: Talk.collect })
    const { quick } = await bench.miners({ quick: honest })
    const dendrite = await bench.dendrite({ transport })
    let [made, isReleased] = [0, false]
    function* requests() {
      try {
        for (; made < count; made++) yield { text, count: 0 }
      } finally {
        isReleased = true
      }
    }
    const upload = dendrite.upload(attacker.target, Talk.collect, requests(), { timeoutMs: 700 })
    expect(await dendrite.call(quick.target, Talk.say, hi)).toMatchObject({ ok: true })
    const reply = await upload
    expect(reply.ok ? 'ok' : reply.error.code).toMatch(code)
    expect(made).toBeLessThan(count / 5)
    await expect.poll(() => isReleased).toBe(true)
  })

  it('control: who sends without looking keeps all of it in memory', async () => {
    const { attacker } = await bench.miners({ attacker: behaviour }, { method: Talk.collect, ...open })
    const message = frame(Talk.collect.request.encode({ text, count: 0 }))
    const queued = await bench.keep(naiveValidator()).pour(attacker.port, Talk.collect.path, message, count)
    expect(queued).toBeGreaterThan((count / 2) * text.length)
  })
})
