import { setTimeout as sleep } from 'node:timers/promises'
import { workerPool } from '@tensorkit/axon/workers'
import { AxonService, HealthService } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Priorities from '../../../packages/axon/src/admission/priority.js'
import type * as Gates from '../../../packages/axon/src/transport/anonymous-gate.js'
import { Echo, echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { think } from '../support/busy-model.mjs'
import { floodBench } from '../support/flood-bench.js'
import { sayBody } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { callHeaders, framed } from '../support/http2-caller.js'

const off = vi.hoisted(() => ({ shareOfSource: false, ageing: false }))

vi.mock('../../../packages/axon/src/transport/anonymous-gate.js', async (original) => {
  const real = await original<typeof Gates>()
  /** One that counts every call as another source's. */
  class Unshared extends real.AnonymousGate {
    #calls = 0
    override enter({ connection, headers }: Parameters<Gates.AnonymousGate['enter']>[0]) {
      const source: PropertyDescriptorMap = off.shareOfSource ? { source: { value: String(this.#calls++) } } : {}
      return super.enter({ headers, connection: connection && Object.create(connection, source) })
    }
  }
  return { AnonymousGate: Unshared }
})

vi.mock('../../../packages/axon/src/admission/priority.js', async (original) => {
  const real = await original<typeof Priorities>()
  return { ...real, leadOf: (priority: number | bigint) => real.leadOf(priority) * (off.ageing ? 1e9 : 1) }
})

const exhausted = 8
const deadlineExceeded = 4
const empty = framed(new Uint8Array())

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  off.shareOfSource = false
  off.ageing = false
})

/** Calls over a session of somebody. */
async function sessionOf(target: AttackedAxon, signer: LocalSigner, source?: string) {
  const caller = from(target, source)
  const token = await caller.open({ signer, server: bench.cast.bob })
  return async (headers: Readonly<Record<string, string>> = {}) =>
    (await caller.call(Echo.say.path, framed(sayBody), { 'tk-session': token, ...headers })).status
}

const countOf = (target: AttackedAxon, { address }: LocalSigner) => target.handled.filter((hotkey) => hotkey === address).length

/** A handler that waits at a gate, for some callers. */
function gated(isHeld: (hotkey: string) => boolean) {
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const say: typeof echo.say = async (request, context) => {
    if (isHeld(context.hotkey)) await gate
    return echo.say(request, context)
  }
  return { say, open: () => open() }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(2)
}

describe('attack: all places for calls without credentials, by one source', () => {
  const places = 8
  // On one connection: else it would take several.
  const limits = { maxAnonymousCalls: places, maxStrangerStreams: 64 }

  async function hold(target: AttackedAxon) {
    const caller = from(target)
    for (let i = 0; i < 2 * places; i++) caller.stream(callHeaders(AxonService.describe.path))?.write(empty.subarray(0, 2))
    // Answered behind the others of the same connection.
    expect((await caller.call(AxonService.describe.path, empty)).status).toBe(exhausted)
    const other = from(target, '127.0.0.3')
    return [(await other.call(HealthService.check.path, empty)).status, (await other.call(AxonService.describe.path, empty)).status]
  }

  it('is refused beyond half of them, and others ask for health', async () => {
    const target = await attacked({ limits })
    expect(await besideHonest(target, () => hold(target))).toEqual([0, 0])
  })

  it('control: succeeds without a share', async () => {
    off.shareOfSource = true
    expect(await hold(await attacked({ limits }))).toEqual([exhausted, exhausted])
  })
})

describe('attack: more calls than its rate, by a registered hotkey with a permit', () => {
  const attempts = 2_000

  async function flood(target: AttackedAxon) {
    const call = await sessionOf(target, bench.cast.charlie)
    const startedMs = target.clock.monotonicMs()
    for (let left = attempts; left > 0; left -= 100) await Promise.all(Array.from({ length: 100 }, () => call()))
    return { runs: countOf(target, bench.cast.charlie), seconds: Math.ceil((target.clock.monotonicMs() - startedMs) / 1000) }
  }

  it('run no more often than it', async () => {
    // The same rate is the honest caller's, who keeps to it.
    const target = await attacked({ limits: { callsPerSecondPerHotkey: 500 } })
    const { runs, seconds } = await besideHonest(target, () => flood(target))
    expect(runs).toBeLessThanOrEqual(1_000 + 500 * seconds)
  })

  it('control: all run without a rate', async () => {
    const { runs } = await flood(await attacked({ limits: { callsPerSecondPerHotkey: 1_000_000 } }))
    expect(runs).toBe(attempts)
  })
})

describe('attack: all turns, by calls of one hotkey that do not end', () => {
  const turns = 8

  async function hold(target: AttackedAxon) {
    const call = await sessionOf(target, bench.cast.charlie)
    const held = Array.from({ length: 2 * turns }, () => call())
    await until(() => countOf(target, bench.cast.charlie) >= turns / 2)
    return held
  }

  it('is refused beyond its share, and others have theirs', async () => {
    const { say, open } = gated((hotkey) => hotkey === bench.cast.charlie.address)
    const target = await attacked({ limits: { maxConcurrentCalls: turns, maxConcurrentCallsPerHotkey: turns / 2 } }, { say })
    const held = await besideHonest(target, () => hold(target))
    expect(countOf(target, bench.cast.charlie)).toBe(turns / 2)
    open()
    expect((await Promise.all(held)).filter((status) => status === exhausted)).toHaveLength(1.5 * turns)
  })

  it('control: succeeds without a share: an honest call gets no turn before its deadline', async () => {
    const { say, open } = gated((hotkey) => hotkey === bench.cast.charlie.address)
    const target = await attacked({ limits: { maxConcurrentCalls: turns, maxConcurrentCallsPerHotkey: 1_000 } }, { say })
    const held = await hold(target)
    await until(() => countOf(target, bench.cast.charlie) === turns)
    const honest = await sessionOf(target, bench.cast.alice, '127.0.0.1')
    expect(await honest({ 'grpc-timeout': '200m' })).toBe(deadlineExceeded)
    expect(countOf(target, bench.cast.alice)).toBe(0)
    open()
    await Promise.all(held)
  })
})

describe('attack: a queue full of calls with little stake', () => {
  const attempts = 40

  /** @returns How many of them run before the one with more stake that came last. */
  async function contend(options: Parameters<typeof bench.attacked>[0]) {
    let isFirst = true
    const { say, open } = gated(() => {
      const isHeld = isFirst
      isFirst = false
      return isHeld
    })
    const target = await attacked({ ...options, limits: { maxConcurrentCalls: 1 } }, { say })
    const poor = await sessionOf(target, bench.cast.charlie)
    const rich = await sessionOf(target, bench.cast.alice, '127.0.0.1')
    const calls = [poor()]
    await until(() => target.handled.length === 1)
    calls.push(...Array.from({ length: attempts - 1 }, () => poor()))
    // By then they are in the queue.
    await sleep(50)
    const honest = rich()
    await sleep(50)
    open()
    expect(await honest).toBe(0)
    expect(new Set(await Promise.all(calls))).toEqual(new Set([0]))
    return target.handled.indexOf(bench.cast.alice.address)
  }

  it('waits: more stake comes first', async () => {
    expect(await contend({})).toBe(1)
  })

  it('control: succeeds with priorities that say nothing, as in v10', async () => {
    expect(await contend({ priority: () => 1 })).toBe(attempts)
  })
})

describe('attack: calls with much stake without end, so that little stake never comes', () => {
  const most = 600

  /** @returns How many calls of much stake were handled before the one of little stake, or all if it never came. */
  async function starve() {
    const target = await attacked(
      { limits: { maxConcurrentCalls: 1, callsPerSecondPerHotkey: 100_000 } },
      { say: () => sleep(0, { texts: [] }) },
    )
    const rich = await sessionOf(target, bench.cast.alice)
    const poor = await sessionOf(target, bench.cast.charlie, '127.0.0.1')
    let isOver = false
    const flood = async () => {
      while (!isOver) await rich()
    }
    const flooding = Array.from({ length: 16 }, flood)
    await until(() => countOf(target, bench.cast.alice) > 20)
    const before = countOf(target, bench.cast.alice)
    const waiting = poor()
    await until(() => countOf(target, bench.cast.charlie) > 0 || countOf(target, bench.cast.alice) - before >= most)
    const between = countOf(target, bench.cast.charlie) > 0 ? target.handled.indexOf(bench.cast.charlie.address) - before : most
    isOver = true
    await Promise.all(flooding)
    expect(await waiting).toBe(0)
    return between
  }

  it('is served after as many turns as its stake is behind', async () => {
    // 16 turns for each doubling between 11 and 1,000,001; and what came while the call was on its way.
    expect(await starve()).toBeLessThan(16 * Math.log2(1_000_001 / 11) + 100)
  })

  it('control: succeeds without ageing', async () => {
    off.ageing = true
    expect(await starve()).toBe(most)
  })
})

describe('attack: work that nobody waits for any more', () => {
  const attempts = 20

  async function stale(headers: Readonly<Record<string, string>>) {
    let isFirst = true
    const { say, open } = gated(() => {
      const isHeld = isFirst
      isFirst = false
      return isHeld
    })
    const target = await attacked({ limits: { maxConcurrentCalls: 1 } }, { say })
    const blocker = await sessionOf(target, bench.cast.alice, '127.0.0.1')
    const first = blocker()
    await until(() => target.handled.length === 1)
    const call = await sessionOf(target, bench.cast.charlie)
    const calls = Array.from({ length: attempts }, () => call(headers))
    await sleep(400)
    open()
    expect(await first).toBe(0)
    return { statuses: new Set(await Promise.all(calls)), runs: countOf(target, bench.cast.charlie) }
  }

  it('is dropped at its deadline, and answered', async () => {
    expect(await stale({ 'grpc-timeout': '200m' })).toEqual({ statuses: new Set([deadlineExceeded]), runs: 0 })
  })

  it('control: runs all the same where deadlines are not told', async () => {
    expect(await stale({})).toEqual({ statuses: new Set([0]), runs: attempts })
  })
})

describe('attack: requests that keep a CPU busy', () => {
  const busyMs = 300
  const busyBody = framed(Echo.say.request.encode({ text: '', times: busyMs }))

  /** @returns What happened, in this order: the handler's start and end, and answers about health. */
  async function keepBusy(handler: typeof echo.say) {
    const events: string[] = []
    const target = await attacked(
      {},
      {
        say: async (request, context) => {
          events.push('start')
          const answer = await handler(request, context)
          events.push('end')
          return answer
        },
      },
    )
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    const busy = caller.call(Echo.say.path, busyBody, { 'tk-session': token })
    const other = from(target, '127.0.0.3')
    while (!events.includes('end')) {
      if ((await other.call(HealthService.check.path, empty)).status === 0) events.push('health')
      // Within what a source may cost that proves nothing.
      await sleep(20)
    }
    expect((await busy).status).toBe(0)
    return events.slice(events.indexOf('start'), events.indexOf('end') + 1)
  }

  it('run in a worker: health is answered meanwhile', async () => {
    const pool = workerPool({ module: new URL('../support/busy-model.mjs', import.meta.url), threads: 1 })
    bench.keep(pool)
    expect(await keepBusy(pool.handler('think'))).toContain('health')
  })

  it('control: on the main thread nothing is answered', async () => {
    expect(await keepBusy(think)).toEqual(['start', 'end'])
  })
})
