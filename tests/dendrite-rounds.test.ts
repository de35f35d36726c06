import { createServer } from 'node:net'
import { createTlsIdentity } from '@tensorkit/axon'
import { AxonService, type Signer, signReceipt, verifyReceipt } from '@tensorkit/core'
import { createMessageDigest, verifySignature } from '@tensorkit/core/crypto'
import type { Dendrite, QueryOptions, Reply, Target } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { dendriteBench, domain, echo, encodeText, errorOf, pushableClock, sleep, Talk } from './dendrite-support.js'
import { type Behaviour, frame } from './support/test-peer.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 1 }
const head = { ':status': 200, 'content-type': 'application/grpc' }
const silent: Behaviour = () => {}
const after =
  (ms: number, behaviour: Behaviour): Behaviour =>
  async (call) => {
    await sleep(ms)
    await behaviour(call)
  }
const saying = (text: string, ms = 0): Behaviour => after(ms, ({ answer }) => answer([encodeText(text)]))

/** One peer for each behaviour, each with a hotkey of its own. */
async function peers(...behaviours: Behaviour[]) {
  const identity = await createTlsIdentity()
  return Promise.all(
    behaviours.map(async (behaviour, i) =>
      bench.peer({ [Talk.say.path]: behaviour }, { signer: await bench.signer(`Miner${i}`), identity }),
    ),
  )
}

async function round(dendrite: Dendrite, targets: Target[], options: QueryOptions<{ readonly text: string }> = {}) {
  const replies: Reply<{ readonly text: string }>[] = []
  for await (const reply of dendrite.query(targets, Talk.say, hi, options)) replies.push(reply)
  return replies
}

describe('a round', () => {
  it('ends with the first n good replies, and cancels the rest on the wire', async () => {
    let cut = 0
    const waiting: Behaviour = ({ stream }) => void stream.on('close', () => cut++)
    const all = await peers(saying('a'), saying('b'), waiting, waiting, ({ refuse }) => refuse(13))
    const dendrite = await bench.dendrite()
    const targets = all.map(({ target }) => target)
    await dendrite.warmUp(targets)
    const replies = await round(dendrite, targets, { first: 2 })
    expect(replies.filter(({ ok }) => ok)).toHaveLength(2)
    await expect.poll(() => cut).toBe(2)
  })

  it('ends once a quorum agrees', async () => {
    const all = await peers(saying('yes'), saying('no', 50), saying('yes', 100), saying('yes', 5_000))
    const dendrite = await bench.dendrite()
    const replies = await round(
      dendrite,
      all.map(({ target }) => target),
      { quorum: { count: 2, agreeOn: ({ text }) => text } },
    )
    expect(replies.map((reply) => reply.ok && reply.value.text).sort()).toEqual(['no', 'yes', 'yes'])
  })

  it('ends at its own deadline, with an error for each that is late or was not asked', async () => {
    const all = await peers(saying('a'), silent, silent, silent)
    const dendrite = await bench.dendrite()
    const targets = all.map(({ target }) => target)
    await dendrite.warmUp(targets)
    const startedMs = performance.now()
    const replies = await round(dendrite, targets, { roundTimeoutMs: 300, concurrency: 2 })
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    expect(replies.map((reply) => (reply.ok ? 'ok' : reply.error.code)).sort()).toEqual([...Array(3).fill('DENDRITE_TIMEOUT'), 'ok'])
  })

  it('keeps to its bounds of calls in flight: in all, and to one axon', async () => {
    let [now, most] = [0, 0]
    const counting: Behaviour = async (call) => {
      most = Math.max(most, ++now)
      await sleep(10)
      now--
      await echo(call)
    }
    const [first, second] = await peers(counting, counting)
    if (first === undefined || second === undefined) throw new Error('no peers')
    const one = await bench.dendrite({ maxConcurrentCallsPerPeer: 3 })
    expect((await round(one, Array(20).fill(first.target))).every(({ ok }) => ok)).toBe(true)
    expect(most).toBe(3)
    most = 0
    const all = await bench.dendrite({ maxConcurrentCalls: 4 })
    const calls = Array.from({ length: 20 }, (_, i) => all.call([first, second][i % 2]?.target as Target, Talk.say, hi))
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true)
    expect(most).toBe(4)
  })

  it('holds no more reply bytes than its budget, however many send the most that they may', async () => {
    let [now, most] = [0, 0]
    const size = 1024 * 1024
    const large = encodeText('x'.repeat(size - 100))
    const sending: Behaviour = ({ answer, stream }) => {
      most = Math.max(most, ++now)
      stream.on('close', () => now--)
      answer([large])
    }
    const all = await peers(...Array<Behaviour>(32).fill(sending))
    const targets = all.map(({ target }) => target)
    const dendrite = await bench.dendrite({ maxMessageBytes: size, maxReplyBytesInFlight: 4 * size, timeoutMs: 20_000 })
    await dendrite.warmUp(targets)
    let replies = 0
    for await (const reply of dendrite.query(targets, Talk.say, hi)) {
      expect(reply.ok).toBe(true)
      replies++
      await sleep(2)
    }
    expect(replies).toBe(32)
    expect(most).toBeLessThanOrEqual(4)
    // Small replies expected: all of them may be in flight.
    most = 0
    await round(dendrite, targets, { maxReplyBytes: size / 16 })
    expect(most).toBeGreaterThan(4)
  })

  it('among miners of every bad kind loses no honest reply', async () => {
    const resetting: Behaviour = ({ stream }) => stream.close(2)
    const all = {
      honest0: saying('fine'),
      garbage: ({ answer }) => answer([Buffer.from('ffffffffff', 'hex')]),
      notGrpc: ({ stream }) => {
        stream.respond({ ':status': 200, 'content-type': 'text/html' })
        stream.end('<html>')
      },
      nothing: silent,
      headersAlone: ({ stream }) => stream.respond(head),
      halfMessage: ({ stream }) => {
        stream.respond(head)
        stream.write(frame(encodeText('x'.repeat(1_000))).subarray(0, 500))
      },
      cutConnection: ({ stream }) => stream.session?.destroy(),
      resetting,
      twoMessages: ({ answer }) => answer([encodeText('a'), encodeText('b')]),
      noMessage: ({ answer }) => answer([]),
      tooLarge: ({ answer }) => answer([encodeText('x'.repeat(100_000))]),
      bombedHeader: ({ stream }) => {
        stream.respond(head)
        stream.write(Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]))
      },
      hugePushback: ({ refuse }) => refuse(8, 'RATE', { 'grpc-retry-pushback-ms': '99999999999' }),
      negativePushback: ({ refuse }) => refuse(14, undefined, { 'grpc-retry-pushback-ms': '-1' }),
      oddStatus: ({ refuse }) => refuse(999),
      expiredForEver: ({ refuse }) => refuse(16, 'SESSION_EXPIRED'),
      longText: ({ refuse }) => refuse(13, undefined, { 'grpc-message': 'a'.repeat(9_000) }),
      honest1: saying('fine', 100),
    } satisfies Record<string, Behaviour>
    const started = await peers(...(Object.values(all) as Behaviour[]))
    const targets = started.map(({ target }) => target)
    const dendrite = await bench.dendrite({ maxMessageBytes: 50_000, timeoutMs: 1_500 })
    const names = new Map(Object.keys(all).map((name, i) => [targets[i]?.hotkey, name]))
    const codes: Record<string, string> = {}
    const replies = await round(dendrite, targets)
    for (const reply of replies) codes[names.get(reply.hotkey) as string] = reply.ok ? reply.value.text : reply.error.code
    expect(codes).toEqual({
      honest0: 'fine',
      garbage: 'DENDRITE_BAD_REPLY',
      notGrpc: expect.stringMatching(/^DENDRITE_(BAD_REPLY|REMOTE_ERROR)$/),
      nothing: 'DENDRITE_TIMEOUT',
      headersAlone: 'DENDRITE_TIMEOUT',
      halfMessage: 'DENDRITE_TIMEOUT',
      cutConnection: 'DENDRITE_UNREACHABLE',
      resetting: expect.stringMatching(/^DENDRITE_(UNREACHABLE|REMOTE_ERROR|BAD_REPLY)$/),
      twoMessages: 'DENDRITE_BAD_REPLY',
      noMessage: 'DENDRITE_BAD_REPLY',
      tooLarge: 'DENDRITE_BAD_REPLY',
      bombedHeader: 'DENDRITE_BAD_REPLY',
      hugePushback: 'DENDRITE_EXHAUSTED',
      negativePushback: 'DENDRITE_UNAVAILABLE',
      oddStatus: expect.stringMatching(/^DENDRITE_/),
      expiredForEver: expect.stringMatching(/^DENDRITE_(UNAVAILABLE|UNAUTHENTICATED)$/),
      longText: expect.stringMatching(/^DENDRITE_/),
      honest1: 'fine',
    })
    for (const reply of replies) if (!reply.ok) expect(reply.error.message.length).toBeLessThan(1_500)
  })
})

describe('an axon that', () => {
  it('expires every session gets two tries of a call, and one session in 10 s', async () => {
    const peer = await bench.peer({ [Talk.say.path]: ({ refuse }) => refuse(16, 'SESSION_EXPIRED') })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    const first = dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 20_000 })
    const error = errorOf(await first)
    expect(error).toMatchObject({ code: 'DENDRITE_UNAUTHENTICATED', facts: { reason: 'SESSION_EXPIRED' } })
    expect([peer.opens(), peer.paths.filter((path) => path === Talk.say.path).length]).toEqual([2, 2])
  })

  it('asks to be left alone is: calls wait if there is time, and fail at once if not', async () => {
    let isBusy = true
    const peer = await bench.peer({
      [Talk.say.path]: async (call) => {
        if (isBusy) call.refuse(8, 'RATE', { 'grpc-retry-pushback-ms': '400' })
        else await echo(call)
        isBusy = false
      },
    })
    const dendrite = await bench.dendrite()
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi))).toMatchObject({
      code: 'DENDRITE_EXHAUSTED',
      facts: { retryAfterMs: 400 },
    })
    const startedMs = performance.now()
    const [hasty, patient] = await Promise.all([
      dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 100 }),
      dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 5_000 }),
    ])
    expect(errorOf(hasty).code).toBe('DENDRITE_EXHAUSTED')
    expect(patient.ok).toBe(true)
    expect(performance.now() - startedMs).toBeGreaterThan(300)
    expect(peer.paths.filter((path) => path === Talk.say.path)).toHaveLength(2)
  })

  it('asks for more than 30 s gets 30 s', async () => {
    let calls = 0
    const peer = await bench.peer({
      [Talk.say.path]: async (call) => {
        if (calls++ === 0) call.refuse(8, 'RATE', { 'grpc-retry-pushback-ms': '86400000' })
        else await echo(call)
      },
    })
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(peer.target, Talk.say, hi)
    clock.push(29_000)
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi, { timeoutMs: 500 })).code).toBe('DENDRITE_EXHAUSTED')
    clock.push(1_000)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect(calls).toBe(2)
  })

  it('cannot be reached several times in a row is not tried for a while, and then once', async () => {
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as { port: number }
        server.close(() => resolve(port))
      })
    })
    const clock = pushableClock()
    const bob = await bench.signer('Bob')
    const dendrite = await bench.dendrite({ clock, profile: 'btauth', insecure: true })
    const target = { hotkey: bob.address, host: '127.0.0.1', port }
    const code = async () => errorOf(await dendrite.call(target, Talk.say, hi, { maxAttempts: 1 })).code
    for (let i = 0; i < 5; i++) expect(await code()).toBe('DENDRITE_UNREACHABLE')
    expect(await code()).toBe('DENDRITE_CIRCUIT_OPEN')
    expect(dendrite.peers()).toMatchObject([{ circuit: 'open', failures: 5 }])
    clock.push(1_000)
    const codes = await Promise.all([code(), code(), code()])
    expect(codes.sort()).toEqual(['DENDRITE_CIRCUIT_OPEN', 'DENDRITE_CIRCUIT_OPEN', 'DENDRITE_UNREACHABLE'])
    clock.push(1_999)
    expect(await code()).toBe('DENDRITE_CIRCUIT_OPEN')
    const peer = await bench.peer({ [Talk.say.path]: echo }, { plaintext: true, port, checksTokens: false })
    clock.push(1)
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect(dendrite.peers()).toMatchObject([{ circuit: 'closed', failures: 0 }])
  })

  it('refuses every call is there: its circuit stays closed', async () => {
    const peer = await bench.peer({ [Talk.say.path]: ({ refuse }) => refuse(13) })
    const dendrite = await bench.dendrite()
    for (let i = 0; i < 20; i++) expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_REMOTE_ERROR')
    expect(dendrite.peers()).toMatchObject([{ circuit: 'closed', failures: 0, latencyMs: expect.any(Number) }])
  })
})

describe('a call that failed', () => {
  it('is made again only where the axon got nothing of it', async () => {
    let refused = 0
    const peer = await bench.peer({
      [Talk.say.path]: async (call) => {
        // HTTP/2's own word that the application saw nothing: REFUSED_STREAM.
        if (refused++ === 0) call.stream.close(7)
        else await echo(call)
      },
    })
    const dendrite = await bench.dendrite()
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect(refused).toBe(2)
    const failing = await bench.peer({ [Talk.say.path]: ({ refuse }) => refuse(14) })
    expect(errorOf(await dendrite.call(failing.target, Talk.say, hi, { maxAttempts: 5 })).code).toBe('DENDRITE_UNAVAILABLE')
    expect(failing.paths.filter((path) => path === Talk.say.path)).toHaveLength(1)
  })

  it('is not made more often than allowed', async () => {
    const peer = await bench.peer({ [Talk.say.path]: ({ stream }) => stream.close(7) })
    const dendrite = await bench.dendrite()
    for (const maxAttempts of [1, 4]) {
      const before = peer.paths.length
      expect(errorOf(await dendrite.call(peer.target, Talk.say, hi, { maxAttempts })).code).toBe('DENDRITE_UNAVAILABLE')
      expect(peer.paths.slice(before).filter((path) => path === Talk.say.path)).toHaveLength(maxAttempts)
    }
  })

  it('has a fresh nonce where it is signed', async () => {
    const nonces: unknown[] = []
    const peer = await bench.peer(
      {
        [Talk.say.path]: async (call) => {
          nonces.push(call.headers['x-bittensor-nonce'])
          if (nonces.length === 1) call.stream.close(7)
          else await echo(call)
        },
      },
      { checksTokens: false },
    )
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    expect(await dendrite.call(peer.target, Talk.say, hi)).toMatchObject({ ok: true })
    expect(new Set(nonces).size).toBe(2)
  })
})

describe('a hedged call', () => {
  it('takes the first good reply, and cancels the others', async () => {
    let isCut = false
    const waiting: Behaviour = ({ stream }) => void stream.on('close', () => (isCut = true))
    const [slow, fast, unasked] = await peers(waiting, saying('fast'), saying('unasked'))
    const dendrite = await bench.dendrite()
    const targets = [slow, slow, fast, unasked].map((peer) => peer?.target as Target)
    expect(await dendrite.hedge(targets, Talk.say, hi, { delayMs: 100 })).toMatchObject({ ok: true, value: { text: 'fast' } })
    await expect.poll(() => isCut).toBe(true)
    expect(slow?.paths.filter((path) => path === Talk.say.path)).toHaveLength(1)
    expect(unasked?.paths).toEqual([])
  })

  it('goes on at once when one fails, and ends with the last error', async () => {
    const failing: Behaviour = ({ refuse }) => refuse(13)
    const [a, b] = await peers(failing, failing)
    const dendrite = await bench.dendrite()
    const startedMs = performance.now()
    const targets = [a, b].map((peer) => peer?.target as Target)
    expect(errorOf(await dendrite.hedge(targets, Talk.say, hi, { delayMs: 60_000 })).code).toBe('DENDRITE_REMOTE_ERROR')
    expect(performance.now() - startedMs).toBeLessThan(5_000)
    await expect(dendrite.hedge([], Talk.say, hi, { delayMs: 1 })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })
})

describe('warming up', () => {
  it('connects to the new, keeps what is there, and closes what is gone', async () => {
    const all = await peers(echo, echo, echo)
    const [a, b, c] = all.map(({ target }) => target) as [Target, Target, Target]
    const dendrite = await bench.dendrite()
    expect(await dendrite.warmUp([a, b])).toEqual({ opened: 2, kept: 0, closed: 0, failed: [] })
    expect(await dendrite.warmUp([b, c])).toEqual({ opened: 1, kept: 1, closed: 1, failed: [] })
    expect(all.map((peer) => peer.opens())).toEqual([1, 1, 1])
    await expect.poll(() => all[0]?.sessions.size).toBe(0)
    expect(await dendrite.call(b, Talk.say, hi)).toMatchObject({ ok: true, timings: { connectMs: expect.any(Number) } })
  })

  it('makes no more connections at a time than it may, and says who failed', async () => {
    let [now, most] = [0, 0]
    const slow = createServer((socket) => {
      most = Math.max(most, ++now)
      socket.on('error', () => {})
      setTimeout(() => {
        now--
        socket.destroy()
      }, 50)
    })
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    bench.keep({ close: async () => void slow.close() })
    const { port } = slow.address() as { port: number }
    const targets = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => ({ hotkey: (await bench.signer(`Down${i}`)).address, host: '127.0.0.1', port })),
    )
    const dendrite = await bench.dendrite()
    const result = await dendrite.warmUp(targets, { concurrency: 3 })
    expect(result.opened).toBe(0)
    expect(new Set(result.failed.map(({ hotkey }) => hotkey)).size).toBe(12)
    expect(most).toBeLessThanOrEqual(3)
  })

  it('takes no longer than it may', async () => {
    const [mute] = await peers(echo)
    const stuck = await bench.peer({ [AxonService.openSession.path]: silent })
    const dendrite = await bench.dendrite()
    const startedMs = performance.now()
    const result = await dendrite.warmUp([mute?.target as Target, stuck.target], { timeoutMs: 700 })
    expect(performance.now() - startedMs).toBeLessThan(3_000)
    expect(result).toMatchObject({ opened: 1, failed: [{ error: { code: 'DENDRITE_TIMEOUT' } }] })
  })
})

describe('a channel', () => {
  it('is closed when there are too many, the longest unused first, and opened again when it is needed', async () => {
    const all = await peers(echo, echo, echo)
    const targets = all.map(({ target }) => target)
    const clock = pushableClock()
    const dendrite = await bench.dendrite({ maxChannels: 2, clock })
    for (const target of targets) expect((await dendrite.call(target, Talk.say, hi)).ok).toBe(true)
    expect(dendrite.peers().filter(({ isConnected }) => isConnected)).toHaveLength(2)
    await expect.poll(() => all[0]?.sessions.size).toBe(0)
    clock.push(10_000)
    expect((await dendrite.call(targets[0] as Target, Talk.say, hi)).ok).toBe(true)
    expect(all[0]?.opens()).toBe(2)
    await expect.poll(() => all[1]?.sessions.size).toBe(0)
  })

  it('is not taken from a call: with all in use a call fails at once, and leaves no trace', async () => {
    const [busy, other] = await peers(silent, echo)
    const dendrite = await bench.dendrite({ maxChannels: 1 })
    const controller = new AbortController()
    const pending = dendrite.call(busy?.target as Target, Talk.say, hi, { signal: controller.signal })
    await expect.poll(() => busy?.paths.includes(Talk.say.path)).toBe(true)
    expect(errorOf(await dendrite.call(other?.target as Target, Talk.say, hi))).toMatchObject({
      code: 'DENDRITE_EXHAUSTED',
      retryable: true,
    })
    controller.abort()
    await pending
    expect((await dendrite.call(other?.target as Target, Talk.say, hi)).ok).toBe(true)
  })
})

describe('a receipt', () => {
  const receipted =
    (signer: Signer, change: (fields: ReceiptParts) => ReceiptParts | undefined): Behaviour =>
    async ({ headers, messages, answer }) => {
      const requests = createMessageDigest()
      for (const message of await messages) requests.add(message)
      const reply = encodeText('hi')
      const responses = createMessageDigest()
      responses.add(reply)
      const fields = change({
        domain,
        caller: (await bench.signer('Alice')).address,
        requestId: String(headers['tk-request-id']),
        path: Talk.say.path,
        requestCount: requests.count,
        requestHash: requests.hex(),
        responseCount: responses.count,
        responseHash: responses.hex(),
        status: 0,
        unixNs: BigInt(Date.now()) * 1_000_000n,
      })
      const receipt = fields && Buffer.from(await signReceipt({ signer, ...fields })).toString('base64')
      answer([reply], { 'grpc-status': '0', ...(receipt !== undefined && { 'tk-receipt-bin': receipt }) })
    }

  it('comes with every reply, where it is asked for, and verifies from its bytes alone', async () => {
    const bob = await bench.signer('Bob')
    const peer = await bench.peer({ [Talk.say.path]: receipted(bob, (fields) => fields) })
    const dendrite = await bench.dendrite({ receipts: 'always' })
    const reply = await dendrite.call(peer.target, Talk.say, hi)
    if (!reply.ok) throw reply.error
    const checked = await verifyReceipt({ receipt: reply.receipt, verify: verifySignature })
    expect(checked).toMatchObject({
      ok: true,
      fields: { axon: bob.address, path: Talk.say.path, requestCount: 1, responseCount: 1, status: 0 },
    })
    const asked: unknown[] = []
    const other = await bench.peer({
      [Talk.say.path]: async (call) => {
        asked.push(call.headers['tk-receipt'], call.headers['tk-request-id'])
        await echo(call)
      },
    })
    const plain = await bench.dendrite()
    expect(await plain.call(other.target, Talk.say, hi)).not.toHaveProperty('receipt')
    expect(asked).toEqual([undefined, undefined])
  })

  it.each([
    ['is missing', () => undefined],
    ['counts another request', (fields: ReceiptParts) => ({ ...fields, requestHash: '0'.repeat(64) })],
    ['counts more requests than were sent', (fields: ReceiptParts) => ({ ...fields, requestCount: 2 })],
    ['is about another response', (fields: ReceiptParts) => ({ ...fields, responseHash: '0'.repeat(64) })],
    ['is about another method', (fields: ReceiptParts) => ({ ...fields, path: Talk.tell.path })],
    ['is about another call', (fields: ReceiptParts) => ({ ...fields, requestId: '0'.repeat(32) })],
    ['is about another status', (fields: ReceiptParts) => ({ ...fields, status: 13 })],
    ['is of another subnet', (fields: ReceiptParts) => ({ ...fields, domain: { ...domain, netuid: 2 } })],
  ])('that %s makes the reply an error', async (_name, change) => {
    const bob = await bench.signer('Bob')
    const peer = await bench.peer({ [Talk.say.path]: receipted(bob, change) })
    const dendrite = await bench.dendrite({ receipts: 'always' })
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_RECEIPT_INVALID')
  })

  it('signed by another hotkey makes the reply an error', async () => {
    const eve = await bench.signer('Eve')
    const peer = await bench.peer({ [Talk.say.path]: receipted(eve, (fields) => fields) })
    const dendrite = await bench.dendrite({ receipts: 'always' })
    expect(errorOf(await dendrite.call(peer.target, Talk.say, hi)).code).toBe('DENDRITE_RECEIPT_INVALID')
  })
})

type ReceiptParts = Omit<Parameters<typeof signReceipt>[0], 'signer'>
