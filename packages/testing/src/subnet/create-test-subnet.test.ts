import type { Handlers } from '@tensorkit/axon'
import {
  bidi,
  clientStreaming,
  defineProtocol,
  message,
  type NeuronEntry,
  serverStreaming,
  string,
  tao,
  uint32,
  unary,
} from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import {
  copycat,
  createFakeClock,
  createTestSubnet,
  flooding,
  lazy,
  type MinerProfile,
  malformed,
  slow,
  type TestSubnet,
} from '../index.js'

const Say = message('SayRequest', { text: string(1), times: uint32(2) })
const Said = message('SayResponse', { text: string(1) })

const Echo = defineProtocol('testing.v1.Echo', {
  say: unary({ request: Say, response: Said }),
  chant: serverStreaming({ request: Say, response: Said }),
  gather: clientStreaming({ request: Say, response: Said }),
  talk: bidi({ request: Say, response: Said }),
})

const echo: Handlers<typeof Echo> = {
  say: ({ text }) => ({ text }),
  async *chant({ text, times }) {
    for (let i = 0; i < times; i++) yield { text: `${text} ${i}` }
  },
  async gather(requests) {
    const texts: string[] = []
    for await (const { text } of requests) texts.push(text)
    return { text: texts.join(' ') }
  },
  async *talk(requests) {
    for await (const { text } of requests) yield { text: text.toUpperCase() }
  },
}

const mine = (subnet: TestSubnet, profile?: MinerProfile, name = 'miner') =>
  subnet.miner({ name, protocol: Echo, handlers: echo, ...(profile && { profile }) })

const say = (text: string) => ({ text, times: 3 })

describe('createTestSubnet', () => {
  it.each(['session', 'btauth'] as const)('carries a call of the profile %s', async (profile) => {
    await using subnet = await createTestSubnet()
    const miner = await mine(subnet)
    const validator = await subnet.validator('validator', { profile })
    expect(await validator.call(miner.target, Echo.say, say('hello'))).toMatchObject({ ok: true, value: { text: 'hello' } })
  })

  it('admits by the axon’s own rules, now and at each call', async () => {
    await using subnet = await createTestSubnet()
    const miner = await subnet.miner({ name: 'miner', protocol: Echo, handlers: echo, admit: { validatorPermit: true, minStake: tao(10) } })
    const stranger = await subnet.validator('stranger', {})
    await subnet.register('poor', { validatorPermit: true, stake: 1n })
    const poor = await subnet.validator('poor')
    expect(await poor.call(miner.target, Echo.say, say('hello'))).toMatchObject({
      ok: false,
      error: { code: 'DENDRITE_UNAUTHENTICATED' },
    })
    expect(await stranger.call(miner.target, Echo.say, say('hello'))).toMatchObject({ ok: true })
    await subnet.deregister('stranger')
    expect(await stranger.call(miner.target, Echo.say, say('hello'))).toMatchObject({ ok: false, error: { code: 'DENDRITE_DENIED' } })
  })

  it('is fast: 64 miners answer one round within the time that a socket would need to open', async () => {
    await using subnet = await createTestSubnet()
    for (let i = 0; i < 64; i++) await mine(subnet, undefined, `miner ${i}`)
    const validator = await subnet.validator()
    const texts: string[] = []
    for await (const reply of validator.query(subnet.miners(), Echo.say, say('all')))
      texts.push(reply.ok ? reply.value.text : reply.error.code)
    expect(texts).toEqual(Array(64).fill('all'))
  })
})

describe('streams in memory', () => {
  const open = async () => {
    const subnet = await createTestSubnet()
    const miner = await mine(subnet)
    return { subnet, target: miner.target, validator: await subnet.validator() }
  }

  it('server-streaming: each message, then the end', async () => {
    const { subnet, target, validator } = await open()
    const stream = validator.stream(target, Echo.chant, say('la'))
    const texts: string[] = []
    for await (const { text } of stream) texts.push(text)
    expect(texts).toEqual(['la 0', 'la 1', 'la 2'])
    expect(await stream.result).toMatchObject({ ok: true, messages: 3 })
    await subnet.close()
  })

  it('client-streaming and bidirectional', async () => {
    const { subnet, target, validator } = await open()
    expect(await validator.upload(target, Echo.gather, [say('a'), say('b')])).toMatchObject({ ok: true, value: { text: 'a b' } })
    const talk = validator.open(target, Echo.talk)
    await talk.send(say('one'))
    const heard: string[] = []
    for await (const { text } of talk) {
      heard.push(text)
      if (heard.length === 1) await talk.send(say('two'))
      else talk.end()
    }
    expect(heard).toEqual(['ONE', 'TWO'])
    expect(await talk.result).toMatchObject({ ok: true })
    await subnet.close()
  })

  it('a reader that stops taking stops the miner, and leaving ends its generator', async () => {
    await using subnet = await createTestSubnet()
    const produced = { count: 0, isEnded: false }
    const endless: Handlers<typeof Echo> = {
      ...echo,
      async *chant() {
        try {
          for (;;) {
            produced.count++
            yield { text: 'x'.repeat(10_000) }
          }
        } finally {
          produced.isEnded = true
        }
      },
    }
    const miner = await subnet.miner({ name: 'miner', protocol: Echo, handlers: endless })
    const validator = await subnet.validator()
    for await (const { text } of validator.stream(miner.target, Echo.chant, say('x'))) {
      expect(text).toHaveLength(10_000)
      await new Promise((resolve) => setTimeout(resolve, 50))
      break
    }
    // One window of 64 KiB, and what both ends hold.
    expect(produced.count).toBeLessThan(30)
    await expect.poll(() => produced.isEnded).toBe(true)
  })
})

describe('miner profiles', () => {
  const ask = async (profile: MinerProfile, text = 'one') => {
    const subnet = await createTestSubnet()
    const miner = await mine(subnet, profile)
    const validator = await subnet.validator('validator', { timeoutMs: 2_000 })
    const call = (words: string) => validator.call(miner.target, Echo.say, say(words))
    return { subnet, call, first: await call(text) }
  }

  it('lazy answers everything as it answered first', async () => {
    const { subnet, call, first } = await ask(lazy())
    expect(first).toMatchObject({ ok: true, value: { text: 'one' } })
    expect(await call('two')).toMatchObject({ ok: true, value: { text: 'one' } })
    await subnet.close()
  })

  it('malformed answers with bytes that are no reply', async () => {
    const { subnet, first } = await ask(malformed())
    expect(first).toMatchObject({ ok: false, error: { code: 'DENDRITE_BAD_REPLY' } })
    await subnet.close()
  })

  it('flooding answers with more than a dendrite takes', async () => {
    const { subnet, first } = await ask(flooding())
    expect(first).toMatchObject({ ok: false, error: { code: 'DENDRITE_BAD_REPLY' } })
    await subnet.close()
  })

  it('copycat answers as its victim does', async () => {
    await using subnet = await createTestSubnet()
    const victim = await subnet.miner({ name: 'victim', protocol: Echo, handlers: { ...echo, say: () => ({ text: 'the victim’s' }) } })
    const thief = await mine(subnet, copycat(victim), 'thief')
    const validator = await subnet.validator()
    expect(await validator.call(thief.target, Echo.say, say('own'))).toMatchObject({ ok: true, value: { text: 'the victim’s' } })
  })

  it('slow answers when its time has come, by the subnet’s clock', async () => {
    const clock = createFakeClock()
    await using subnet = await createTestSubnet({ clock })
    const miner = await mine(subnet, slow({ delayMs: 5_000 }))
    const validator = await subnet.validator()
    const call = (target: NeuronEntry, timeoutMs: number) => validator.call(target, Echo.say, say('late'), { timeoutMs })
    const [inTime, tooLate] = [call(miner.target, 6_000), call(miner.target, 4_000)]
    await clock.advance(4_500)
    expect(await tooLate).toMatchObject({ ok: false, error: { code: 'DENDRITE_TIMEOUT' } })
    await clock.advance(1_000)
    expect(await inTime).toMatchObject({ ok: true, value: { text: 'late' } })
  })
})
