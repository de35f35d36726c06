import { createServer } from 'node:net'
import { createTlsIdentity } from '@tensorkit/axon'
import { AxonService, type Signer, signReceipt, verifyReceipt } from '@tensorkit/core'
import { createMessageDigest, verifySignature } from '@tensorkit/core/crypto'
import type { Dendrite, QueryOptions, Reply, Target } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { dendriteBench, domain, echo, encodeText, errorOf, pushableClock, sleep, Talk } from './dendrite-support.js'
import type { Behaviour } from './support/test-peer.js'

const bench = dendriteBench()
const hi = { text: 'hi', count: 1 }
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
})

describe('an axon that', () => {
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
    // The clock runs on meanwhile; to the millisecond it is tested beside the circuit.
    clock.push(500)
    expect(await code()).toBe('DENDRITE_CIRCUIT_OPEN')
    const peer = await bench.peer({ [Talk.say.path]: echo }, { plaintext: true, port, checksTokens: false })
    clock.push(1_500)
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
    expect(await dendrite.warmUp([a, b])).toEqual({ opened: 2, kept: 0, closed: 0, skipped: 0, failed: [] })
    expect(await dendrite.warmUp([b, c])).toEqual({ opened: 1, kept: 1, closed: 1, skipped: 0, failed: [] })
    expect(all.map((peer) => peer.opens())).toEqual([1, 1, 1])
    await expect.poll(() => all[0]?.sessions.size).toBe(0)
    expect(await dendrite.call(b, Talk.say, hi)).toMatchObject({ ok: true, timings: { connectMs: expect.any(Number) } })
  })

  it('opens no more than there may be channels, and leaves them open: the surplus is skipped', async () => {
    const all = await peers(echo, echo, echo, echo)
    const targets = all.map(({ target }) => target)
    const [a, b, c, d] = targets as [Target, Target, Target, Target]
    const dendrite = await bench.dendrite({ maxChannels: 2 })
    expect(await dendrite.warmUp(targets)).toEqual({ opened: 2, kept: 0, closed: 0, skipped: 2, failed: [] })
    expect(await dendrite.warmUp(targets)).toEqual({ opened: 0, kept: 2, closed: 0, skipped: 2, failed: [] })
    expect(all.map((peer) => peer.opens())).toEqual([1, 1, 0, 0])
    // What is open stays so, whatever the order.
    expect(await dendrite.warmUp([d, c, b])).toEqual({ opened: 1, kept: 1, closed: 1, skipped: 1, failed: [] })
    expect(all.map((peer) => peer.opens())).toEqual([1, 1, 0, 1])
    expect(await dendrite.call(a, Talk.say, hi)).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNAVAILABLE' } })
    expect(await dendrite.call(c, Talk.say, hi)).toMatchObject({ ok: true })
  })

  it('and calls that share a signal raise no warning of Node’s', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    const all = await peers(...Array<Behaviour>(16).fill(silent))
    const dendrite = await bench.dendrite()
    const leaving = new AbortController()
    const { signal } = leaving
    await dendrite.warmUp(
      all.map(({ target }) => target),
      { signal },
    )
    const calls = all.flatMap(({ target }) => [
      dendrite.call(target, Talk.say, hi, { signal }),
      dendrite.call(target, Talk.say, hi, { signal }),
    ])
    await expect.poll(() => all.every(({ paths }) => paths.length === 3)).toBe(true)
    leaving.abort()
    expect((await Promise.all(calls)).every((reply) => !reply.ok && reply.error.code === 'CORE_ABORTED')).toBe(true)
    await sleep(10)
    process.off('warning', note)
    expect(warnings).toEqual([])
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
