import { AxonService } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { endless } from './attacks/support/hostile-miners.js'
import { dendriteBench, echo, encodeText, errorOf, pushableClock, sleep, Talk } from './dendrite-support.js'
import type { Behaviour } from './support/test-peer.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 1 }
const head = { ':status': 200, 'content-type': 'application/grpc' }

/** Sends so many messages, then what else. */
const tell =
  (texts: readonly string[], trailers?: Record<string, string>): Behaviour =>
  ({ answer }) =>
    answer(
      texts.map((text) => encodeText(text)),
      trailers,
    )

describe('a stream of responses', () => {
  it('gives every message in order, and says how it ended', async () => {
    const texts = Array.from({ length: 500 }, (_, i) => `${i}`)
    const peer = await bench.peer({ [Talk.tell.path]: tell(texts) })
    const dendrite = await bench.dendrite()
    const stream = dendrite.stream(peer.target, Talk.tell, hi)
    const seen: string[] = []
    for await (const { text } of stream) seen.push(text)
    expect(seen).toEqual(texts)
    const result = await stream.result
    expect(result).toMatchObject({ ok: true, messages: 500, hotkey: stream.hotkey })
    const { queueMs, callMs, totalMs, firstByteMs, firstMessageMs } = result.timings
    expect(totalMs).toBeCloseTo(queueMs + callMs, 3)
    expect(firstMessageMs).toBeGreaterThanOrEqual(firstByteMs as number)
  })

  it('that breaks ends the loop without throwing: what came before is there, and the error too', async () => {
    const peer = await bench.peer({ [Talk.tell.path]: tell(['a', 'b'], { 'grpc-status': '13', 'grpc-message': 'boom' }) })
    const dendrite = await bench.dendrite()
    const stream = dendrite.stream(peer.target, Talk.tell, hi)
    const seen: string[] = []
    for await (const { text } of stream) seen.push(text)
    expect(seen).toEqual(['a', 'b'])
    expect(errorOf(await stream.result)).toMatchObject({ code: 'DENDRITE_REMOTE_ERROR', facts: { peerText: 'boom' } })
  })

  it('is ended by a signal, and by the user’s own exception, which is theirs', async () => {
    const source = endless(encodeText('x'.repeat(100)))
    const peer = await bench.peer({ [Talk.tell.path]: source.behaviour })
    const dendrite = await bench.dendrite()
    const aborted = dendrite.stream(peer.target, Talk.tell, hi, { signal: AbortSignal.timeout(100) })
    for await (const _ of aborted) await sleep(1)
    expect(errorOf(await aborted.result).code).toBe('CORE_ABORTED')
    const stream = dendrite.stream(peer.target, Talk.tell, hi)
    const mine = new Error('mine')
    const loop = async () => {
      for await (const _ of stream) throw mine
    }
    await expect(loop()).rejects.toBe(mine)
    expect(errorOf(await stream.result).code).toBe('CORE_ABORTED')
  })

  it('works over btauth: its one request is signed', async () => {
    const peer = await bench.peer({ [Talk.tell.path]: tell(['a']) }, { checksTokens: false })
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    const stream = dendrite.stream(peer.target, Talk.tell, hi)
    for await (const { text } of stream) expect(text).toBe('a')
    expect(await stream.result).toMatchObject({ ok: true, messages: 1 })
  })
})

describe('a stream of requests', () => {
  /** Takes all, answers the texts. */
  const collect: Behaviour = async ({ messages, answer }) => {
    const texts = (await messages).map((message) => Talk.collect.request.decode(message).text)
    answer([Talk.collect.response.encode({ texts })])
  }

  it('is sent whole, from a list or a generator', async () => {
    const peer = await bench.peer({ [Talk.collect.path]: collect })
    const dendrite = await bench.dendrite()
    const list = ['a', 'b', 'c'].map((text) => ({ text, count: 0 }))
    async function* later() {
      for (const item of list) {
        await sleep(5)
        yield item
      }
    }
    expect(await dendrite.upload(peer.target, Talk.collect, list)).toMatchObject({ ok: true, value: { texts: ['a', 'b', 'c'] } })
    expect(await dendrite.upload(peer.target, Talk.collect, later())).toMatchObject({ ok: true, value: { texts: ['a', 'b', 'c'] } })
    expect(await dendrite.upload(peer.target, Talk.collect, [])).toMatchObject({ ok: true, value: { texts: [] } })
  })

  it('stops when the axon has answered, and lets go of its source', async () => {
    const peer = await bench.peer({ [Talk.collect.path]: ({ answer }) => answer([Talk.collect.response.encode({ texts: ['enough'] })]) })
    const dendrite = await bench.dendrite()
    let isReleased = false
    async function* forever() {
      try {
        for (;;) {
          yield hi
          await sleep(1)
        }
      } finally {
        isReleased = true
      }
    }
    expect(await dendrite.upload(peer.target, Talk.collect, forever())).toMatchObject({ ok: true, value: { texts: ['enough'] } })
    await expect.poll(() => isReleased).toBe(true)
  })

  it('passes on what its source throws, and cancels the call', async () => {
    let isCut = false
    const peer = await bench.peer({ [Talk.collect.path]: ({ stream }) => void stream.on('close', () => (isCut = true)) })
    const dendrite = await bench.dendrite()
    const mine = new Error('mine')
    async function* failing() {
      yield hi
      await sleep(20)
      throw mine
    }
    await expect(dendrite.upload(peer.target, Talk.collect, failing())).rejects.toBe(mine)
    await expect.poll(() => isCut).toBe(true)
    await expect(dendrite.upload(peer.target, Talk.collect, [{ text: 3 }] as never)).rejects.toMatchObject({
      code: 'PROTOCOL_ENCODE_FAILED',
    })
  })

  it('is made again over a new session only while all of it can be sent again', async () => {
    let isForgetful = false
    const peer = await bench.peer({
      [Talk.say.path]: echo,
      [Talk.collect.path]: (call) => {
        if (!isForgetful) return collect(call)
        isForgetful = false
        call.refuse(16, 'SESSION_EXPIRED')
      },
    })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    const list = ['a', 'b'].map((text) => ({ text, count: 0 }))
    await dendrite.call(peer.target, Talk.say, hi)
    isForgetful = true
    clock.push(10_000)
    expect(await dendrite.upload(peer.target, Talk.collect, list)).toMatchObject({ ok: true, value: { texts: ['a', 'b'] } })
    expect(peer.opens()).toBe(2)
  })

  it('that is answered twice, or not at all, has no reply', async () => {
    const twice: Behaviour = ({ answer }) =>
      answer([Talk.collect.response.encode({ texts: [] }), Talk.collect.response.encode({ texts: [] })])
    const [two, none] = await Promise.all([
      bench.peer({ [Talk.collect.path]: twice }),
      bench.peer({ [Talk.collect.path]: ({ answer }) => answer([]) }),
    ])
    const dendrite = await bench.dendrite()
    for (const peer of [two, none]) expect(errorOf(await dendrite.upload(peer.target, Talk.collect, [hi])).code).toBe('DENDRITE_BAD_REPLY')
  })
})

describe('a stream both ways', () => {
  /** Echoes each message as it comes. */
  const chat: Behaviour = ({ stream }) => {
    stream.respond(head, { waitForTrailers: true })
    stream.on('data', (chunk: Buffer) => void stream.write(chunk))
    stream.on('end', () => stream.end())
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  }

  it('is steered by what comes back', async () => {
    const peer = await bench.peer({ [Talk.chat.path]: chat })
    const dendrite = await bench.dendrite()
    const stream = dendrite.open(peer.target, Talk.chat)
    await stream.send({ text: '', count: 0 })
    for await (const { count } of stream) {
      if (count === 20) stream.end()
      else expect(await stream.send({ text: '', count: count + 1 })).toBe(true)
    }
    expect(await stream.result).toMatchObject({ ok: true, messages: 21 })
    expect(await stream.send(hi)).toBe(false)
  })

  it('sends in the order of the calls, awaited or not', async () => {
    const peer = await bench.peer({ [Talk.chat.path]: chat })
    const dendrite = await bench.dendrite()
    const stream = dendrite.open(peer.target, Talk.chat)
    const sent = Array.from({ length: 200 }, (_, count) => stream.send({ text: 'x'.repeat(1_000), count }))
    stream.end()
    const seen: number[] = []
    for await (const { count } of stream) seen.push(count)
    expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i))
    await Promise.all(sent)
    expect((await stream.result).ok).toBe(true)
  })

  it('is cancelled on the wire, and nothing of it hangs', async () => {
    let isCut = false
    const peer = await bench.peer({ [Talk.chat.path]: ({ stream }) => void stream.on('close', () => (isCut = true)) })
    const dendrite = await bench.dendrite()
    const stream = dendrite.open(peer.target, Talk.chat)
    await stream.send(hi)
    const next = stream[Symbol.asyncIterator]().next()
    stream.cancel()
    expect(await next).toMatchObject({ done: true })
    expect(errorOf(await stream.result).code).toBe('CORE_ABORTED')
    await expect.poll(() => isCut).toBe(true)
    expect(dendrite.peers()).toMatchObject([{ inFlight: 0 }])
  })

  it('is refused by name where it is no such method', async () => {
    const peer = await bench.peer({})
    const dendrite = await bench.dendrite()
    expect(() => dendrite.open(peer.target, Talk.say as never)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
    expect(() => dendrite.stream(peer.target, Talk.chat as never, hi as never)).toThrow(/open\(\)/)
    await expect(dendrite.call(peer.target, Talk.tell as never, hi as never)).rejects.toThrow(/stream\(\)/)
    expect(errorOf(await dendrite.open(peer.target, Talk.chat).result).code).toBe('DENDRITE_UNIMPLEMENTED')
    expect(peer.paths).toEqual([AxonService.openSession.path, Talk.chat.path])
  })
})
