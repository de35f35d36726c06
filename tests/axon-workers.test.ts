import type { AxonOptions, Handlers } from '@tensorkit/axon'
import { workerPool } from '@tensorkit/axon/workers'
import { HealthService } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { createDendrite } from '@tensorkit/dendrite'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { framed, Http2Caller } from './attacks/support/http2-caller.js'
import { directoryOf, Echo, echo, echoAxon, signers } from './axon-dendrite-support.js'
import { countingMetrics, domain, movableClock } from './axon-session-support.js'

let alice: LocalSigner
let bob: LocalSigner
let charlie: LocalSigner
const closing: (() => unknown)[] = []

beforeAll(async () => {
  ;[alice, bob, charlie] = (await signers('Alice', 'Bob', 'Charlie')) as [LocalSigner, LocalSigner, LocalSigner]
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const keep = <T extends { close(): unknown }>(opened: T): T => {
  closing.push(() => opened.close())
  return opened
}

/** Longer than any of these tests may take: what waits for it hangs. */
const foreverMs = 600_000
const waitMs = 60_000
const poll = { timeout: waitMs }

async function setUp(options: Partial<AxonOptions>, handlers: Partial<Handlers<typeof Echo>>) {
  const neurons = [alice, bob, charlie].map(({ address }) => ({ hotkey: address, validatorPermit: true, stake: 1_000n }))
  const axon = keep(await echoAxon({ signer: bob, directory: directoryOf(neurons), ...options }, handlers))
  const callerOf = (signer: LocalSigner) => {
    const dendrite = keep(createDendrite({ signer, directory: domain, insecure: true, timeoutMs: waitMs }))
    const target = { hotkey: bob.address, ...axon.endpoint }
    return (method: 'say' | 'shout', times: number, given: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}) =>
      dendrite.call(target, Echo[method], { text: 'hi', times }, given)
  }
  return { axon, callerOf }
}

describe.each(['http2', 'grpc-js'] as const)('an axon over %s', (transport) => {
  describe('whose model runs in a worker', () => {
    /** The model is busy for as many ms as it is asked for, in the only thread that there is. */
    async function busyAxon() {
      const pool = keep(workerPool({ module: new URL('./attacks/support/busy-model.mjs', import.meta.url), threads: 1 }))
      const think = pool.handler<Parameters<typeof echo.say>[0], ReturnType<typeof echo.say> & object>('think')
      const events: string[] = []
      const set = await setUp(
        { transport },
        {
          say: async (request, context) => {
            const name = `${context.hotkey === alice.address ? 'alice' : 'charlie'} ${request.times}`
            events.push(`${name} starts`)
            try {
              return await think(request, context)
            } finally {
              events.push(`${name} ends`)
            }
          },
        },
      )
      const [ofAlice, ofCharlie] = [set.callerOf(alice), set.callerOf(charlie)]
      // The thread is there.
      expect(await ofAlice('say', 1)).toMatchObject({ ok: true })
      return { ...set, pool, events, ofAlice, ofCharlie }
    }

    it('answers health and others meanwhile, and has the thread back when the caller leaves', async () => {
      const { axon, events, ofAlice, ofCharlie } = await busyAxon()
      const leaving = new AbortController()
      const busy = ofAlice('say', foreverMs, { signal: leaving.signal, timeoutMs: foreverMs })
      await expect.poll(() => events, poll).toContain(`alice ${foreverMs} starts`)
      const stranger = keep(new Http2Caller(axon.endpoint))
      const health = await stranger.call(HealthService.check.path, framed(new Uint8Array()))
      expect(HealthService.check.response.decode(health.body.subarray(5))).toEqual({ status: 'SERVING' })
      expect(await ofCharlie('shout', 1)).toMatchObject({ ok: true, value: { texts: ['HI'] } })
      expect(events).not.toContain(`alice ${foreverMs} ends`)

      const next = ofCharlie('say', 2)
      await expect.poll(() => events, poll).toContain('charlie 2 starts')
      leaving.abort()
      expect(await busy).toMatchObject({ ok: false, error: { code: 'CORE_ABORTED' } })
      // It waited for the only thread.
      expect(await next).toMatchObject({ ok: true })
      expect(events.indexOf(`alice ${foreverMs} ends`)).toBeLessThan(events.indexOf('charlie 2 ends'))
    })

    it('ends what the model does when the deadline passes, though its caller stays', async () => {
      const { axon, ofCharlie } = await busyAxon()
      const caller = keep(new Http2Caller(axon.endpoint))
      const token = await caller.open({ signer: alice, server: bob, domain })
      const body = framed(Echo.say.request.encode({ text: '', times: foreverMs }))
      const { status } = await caller.call(Echo.say.path, body, { 'tk-session': token, 'grpc-timeout': '500m' })
      expect(status).toBe(4)
      expect(await ofCharlie('say', 1)).toMatchObject({ ok: true })
    })

    it('forgets calls that left while they waited for a thread', async () => {
      const { events, pool, ofAlice, ofCharlie } = await busyAxon()
      const [first, second] = [new AbortController(), new AbortController()]
      const busy = ofAlice('say', foreverMs, { signal: first.signal, timeoutMs: foreverMs })
      await expect.poll(() => events, poll).toContain(`alice ${foreverMs} starts`)
      const waiting = ofCharlie('say', foreverMs, { signal: second.signal, timeoutMs: foreverMs })
      await expect.poll(() => pool.queued, poll).toBe(1)
      second.abort()
      expect(await waiting).toMatchObject({ ok: false, error: { code: 'CORE_ABORTED' } })
      await expect.poll(() => pool.queued, poll).toBe(0)
      expect(events).not.toContain(`alice ${foreverMs} ends`)
      first.abort()
      expect(await busy).toMatchObject({ ok: false })
      expect(await ofCharlie('say', 1)).toMatchObject({ ok: true })
    })
  })

  it('tells a handler its deadline less the time that the call waited for its turn', async () => {
    const clock = movableClock()
    const timeoutMs = 90_000
    const waitedMs = 30_000
    const leftMs: number[] = []
    const admitted: string[] = []
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const { callerOf } = await setUp(
      {
        transport,
        clock,
        metrics: countingMetrics(),
        limits: { maxConcurrentCalls: 1 },
        // Asked before a call waits for its turn.
        admit: {
          hook: ({ caller }) => {
            admitted.push(caller.hotkey)
            return true
          },
        },
      },
      {
        say: async (request, context) => {
          leftMs.push(context.deadline - clock.nowMs())
          if (leftMs.length === 1) await gate
          return echo.say(request, context)
        },
      },
    )
    const [ofAlice, ofCharlie] = [callerOf(alice), callerOf(charlie)]
    const first = ofAlice('say', 1, { timeoutMs: 2 * timeoutMs })
    await expect.poll(() => leftMs.length, poll).toBe(1)
    const second = ofCharlie('say', 1, { timeoutMs })
    await expect.poll(() => admitted, poll).toEqual([alice.address, charlie.address])
    clock.pass(waitedMs)
    expect(leftMs).toHaveLength(1)
    open()
    for (const reply of await Promise.all([first, second])) expect(reply).toMatchObject({ ok: true })
    expect(leftMs[0]).toBeGreaterThan(timeoutMs)
    expect(leftMs[1]).toBeLessThanOrEqual(timeoutMs - waitedMs)
    expect(leftMs[1]).toBeGreaterThan(0)
  })
})
