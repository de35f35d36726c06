import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as Http2Calls from '../../../packages/axon/src/transport/http2/http2-call.js'
import { Echo, echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { sayBody } from '../support/forged-credentials.js'
import { besideHonest } from '../support/honest-caller.js'
import { answerOf, callHeaders, framed } from '../support/http2-caller.js'

const off = vi.hoisted(() => ({ keepsPlace: false, deadline: false }))

vi.mock('../../../packages/axon/src/transport/http2/http2-call.js', async (original) => {
  const real = await original<typeof Http2Calls>()
  /** One that never looks at what is still unsent, or at the time. */
  class Careless extends real.Http2Call {
    override get isUnsent(): boolean {
      return off.keepsPlace ? false : super.isUnsent
    }
    override onDeadline(): void {
      if (!off.deadline) super.onDeadline()
    }
  }
  return { Http2Call: Careless }
})

const exhausted = 8
const cancelled = 8
const replyBytes = 256 * 1024

const bench = floodBench()

afterEach(() => {
  off.keepsPlace = false
  off.deadline = false
})

const large: typeof echo.say = (request, context) =>
  context.hotkey === bench.cast.charlie.address ? { texts: ['a'.repeat(replyBytes)] } : echo.say(request, context)

async function attacked(limits: NonNullable<Parameters<typeof bench.attacked>[0]>['limits']): Promise<AttackedAxon> {
  return bench.attacked({ ...(limits && { limits }) }, { say: large })
}

const runsOf = (target: AttackedAxon) => target.handled.filter((hotkey) => hotkey === bench.cast.charlie.address).length

/** A session of charlie's whose window is shut. */
async function shutWindow(target: AttackedAxon) {
  const caller = bench.from(target)
  const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
  await new Promise<void>((resolve) => caller.session.settings({ initialWindowSize: 0 }, () => resolve()))
  const ask = (more: Readonly<Record<string, string>> = {}) => {
    const stream = caller.stream(callHeaders(Echo.say.path, { 'tk-session': token, ...more }))
    stream?.end(framed(sayBody))
    return stream
  }
  return { caller, ask }
}

describe('attack: replies that are never taken, one after the other on one connection', () => {
  const attempts = 24

  async function pile(target: AttackedAxon) {
    const { ask } = await shutWindow(target)
    let reset = 0
    for (let i = 0; i < attempts; i++) {
      ask()?.once('close', () => reset++)
      while (runsOf(target) + reset <= i) await sleep(2)
      // So that the reply waits to be written before the next call comes.
      await sleep(5)
    }
    return runsOf(target)
  }

  it('are no more than the memory of one connection', async () => {
    const target = await attacked({ maxSessionMemoryBytes: 1_000_000 })
    const runs = await besideHonest(target, () => pile(target))
    // 1 MB of replies, and the one that goes over it.
    expect(runs).toBeLessThanOrEqual(1 + Math.ceil(1_000_000 / replyBytes))
    expect(runs).toBeGreaterThan(0)
  })

  it('control: succeed without that limit', async () => {
    expect(await pile(await attacked({ maxSessionMemoryBytes: 100_000_000 }))).toBe(attempts)
  })
})

describe('attack: replies that are never taken, on many connections', () => {
  const share = 6

  /** @returns How many replies wait on three connections, where each may have as many as it likes. */
  async function spread(target: AttackedAxon) {
    const statuses: (number | 'none')[] = []
    for (let connection = 0; connection < 3; connection++) {
      const { ask } = await shutWindow(target)
      for (let i = 0; i < share; i++) {
        const before = runsOf(target)
        const stream = ask()
        const answer = stream && answerOf(stream).then(({ status }) => statuses.push(status))
        while (runsOf(target) === before && statuses.length + runsOf(target) < connection * share + i + 1) await sleep(2)
        await sleep(5)
        void answer
      }
    }
    expect(new Set(statuses)).toEqual(new Set(statuses.length === 0 ? [] : [exhausted]))
    return runsOf(target)
  }

  it('are no more than the calls that a hotkey may have in flight', async () => {
    const target = await attacked({ maxConcurrentCallsPerHotkey: share })
    expect(await besideHonest(target, () => spread(target))).toBe(share)
  })

  it('control: succeed where a call is over when its handler is', async () => {
    off.keepsPlace = true
    expect(await spread(await attacked({ maxConcurrentCallsPerHotkey: share }))).toBe(3 * share)
  })
})

describe('attack: replies that are never taken, for ever', () => {
  /** One such reply. @returns Its caller, and how the axon ended it. */
  async function wait(target: AttackedAxon, deadline: Readonly<Record<string, string>>) {
    const { caller, ask } = await shutWindow(target)
    const stream = ask(deadline)
    const ended = new Promise<number | undefined>((resolve) => stream?.once('close', () => resolve(stream.rstCode)))
    while (runsOf(target) === 0) await sleep(2)
    return { caller, ended }
  }

  it.each([
    ['its caller’s deadline', { 'grpc-timeout': '300m' }],
    ['the axon’s own', {}],
  ])('are reset at %s, and other calls on their connection go on', async (_, deadline) => {
    const target = await attacked({ defaultDeadlineMs: 300 })
    await besideHonest(target, async () => {
      const { caller, ended } = await wait(target, deadline)
      expect(await ended).toBe(cancelled)
      expect(caller.isOpen).toBe(true)
    })
  })

  it('a caller that resets them keeps its connection, and its places', async () => {
    const target = await attacked({ defaultDeadlineMs: 300, maxConcurrentCallsPerHotkey: 1 })
    const { caller, ask } = await shutWindow(target)
    for (let i = 0; i < 8; i++) {
      const stream = ask(i % 2 === 0 ? { 'grpc-timeout': '50m' } : {})
      while (runsOf(target) <= i) await sleep(2)
      await sleep(60)
      stream?.close(8)
      await sleep(20)
    }
    await sleep(1_500)
    expect(caller.isOpen).toBe(true)
  })

  it('control: succeed where nobody looks at the time', async () => {
    off.deadline = true
    const { caller, ended } = await wait(await attacked({ defaultDeadlineMs: 300 }), {})
    await sleep(600)
    // What was said before it is here with its answer.
    await new Promise<void>((resolve) => caller.session.ping(() => resolve()))
    expect(await Promise.race([ended, Promise.resolve('open')])).toBe('open')
  })
})
