import { systemClock } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { skippingClock, sleep, Talk } from '../../dendrite-support.js'
import type { Behaviour } from '../../support/test-peer.js'
import { codeOf, hi, honest, minersBench, outcomes, transports } from '../support/hostile-miners.js'

const without = vi.hoisted(() => ({ protection: undefined as 'one renewal a call' | 'the cap of a pushback' | undefined }))

vi.mock('../../../packages/dendrite/src/call/retry-policy.js', async (importActual) => {
  const { RetryPolicy: Actual } = await importActual<typeof import('../../../packages/dendrite/src/call/retry-policy.js')>()
  class RetryPolicy extends Actual {
    override delayAfter(...[end, isExpired]: Parameters<InstanceType<typeof Actual>['delayAfter']>) {
      return without.protection === 'one renewal a call' && isExpired ? 0 : super.delayAfter(end, isExpired)
    }
  }
  return { RetryPolicy }
})

vi.mock('../../../packages/dendrite/src/call/launcher.js', async (importActual) => {
  const { Launcher: Actual } = await importActual<typeof import('../../../packages/dendrite/src/call/launcher.js')>()
  class Launcher extends Actual {
    override settle(...[peer, launch, end]: Parameters<InstanceType<typeof Actual>['settle']>) {
      super.settle(peer, launch, end)
      // As long as it says.
      const said = Number(end.trailers.text('grpc-retry-pushback-ms') ?? 0)
      if (without.protection === 'the cap of a pushback' && said > 0) peer.pushbackUntilMs += said
    }
  }
  return { Launcher }
})

const bench = minersBench()
afterEach(() => {
  without.protection = undefined
})

describe('attack: SESSION_EXPIRED for ever', () => {
  const expired: Behaviour = ({ refuse }) => refuse(16, 'SESSION_EXPIRED')

  it.each(transports)('is refused after one more session, opened 10 s later, and the honest are heard: %s', async (transport) => {
    const miners = await bench.miners({ quick: honest, attacker: expired })
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ transport, clock, timeoutMs: 1_000_000 })
    expect(await outcomes(dendrite, miners)).toEqual({ quick: 'ok', attacker: 'DENDRITE_UNAUTHENTICATED' })
    expect([miners.attacker.opens(), miners.attacker.calls()]).toEqual([2, 2])
    expect(clock.sleeps).toEqual([expect.closeTo(10_000, -4)])
  })

  it('control: where each expiry is a reason to try again, the call goes on until its time is over', async () => {
    without.protection = 'one renewal a call'
    const { attacker } = await bench.miners({ attacker: expired })
    const dendrite = await bench.dendrite({ clock: skippingClock() })
    expect(codeOf(await dendrite.call(attacker.target, Talk.say, hi, { timeoutMs: 205_000 }))).not.toBe('ok')
    expect(attacker.opens()).toBeGreaterThanOrEqual(20)
  })
})

describe('attack: a pushback of three years', () => {
  const greedy = (): Behaviour => {
    let calls = 0
    return (call) => (calls++ === 0 ? call.refuse(8, 'RATE', { 'grpc-retry-pushback-ms': '99999999999' }) : honest(call))
  }
  const dayMs = 86_400_000

  it.each(transports)('gets 30 s, and the honest are heard meanwhile: %s', async (transport) => {
    const miners = await bench.miners({ quick: honest, attacker: greedy() })
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ transport, clock })
    expect(await outcomes(dendrite, miners)).toEqual({ quick: 'ok', attacker: 'DENDRITE_EXHAUSTED' })
    clock.push(20_000)
    // What is left of it is more than this round would wait for.
    expect(await outcomes(dendrite, miners, { timeoutMs: 4_000 })).toEqual({ quick: 'ok', attacker: 'DENDRITE_EXHAUSTED' })
    clock.push(10_000)
    expect(await outcomes(dendrite, miners)).toEqual({ quick: 'ok', attacker: 'ok' })
    expect(miners.attacker.calls()).toBe(2)
  })

  it('control: where it is believed, the miner has itself left out of every round of the next day', async () => {
    without.protection = 'the cap of a pushback'
    const { attacker } = await bench.miners({ attacker: greedy() })
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ clock })
    await dendrite.call(attacker.target, Talk.say, hi)
    clock.push(dayMs)
    expect(codeOf(await dendrite.call(attacker.target, Talk.say, hi))).toBe('DENDRITE_EXHAUSTED')
    expect(attacker.calls()).toBe(1)
  })
})

describe('attack: a miner that resets every call as if it had not seen it', () => {
  const resetting: Behaviour = ({ stream }) => stream.close(7)

  it.each(transports)('is asked twice a call, and the honest are heard: %s', async (transport) => {
    const miners = await bench.miners({ quick: honest, attacker: resetting })
    const dendrite = await bench.dendrite({ transport })
    expect(await outcomes(dendrite, miners)).toEqual({ quick: 'ok', attacker: 'DENDRITE_UNAVAILABLE' })
    expect(miners.attacker.calls()).toBe(2)
  })

  it('control: with many attempts allowed it is asked as often', async () => {
    const { attacker } = await bench.miners({ attacker: resetting })
    const dendrite = await bench.dendrite()
    await dendrite.call(attacker.target, Talk.say, hi, { maxAttempts: 100 })
    expect(attacker.calls()).toBe(100)
  })
})

describe('attack: a miner that closes the connection after each call', () => {
  const closing: Behaviour = async (call) => {
    const { session } = call.stream
    await honest(call)
    await sleep(5)
    session?.destroy()
  }
  const rounds = 12

  it.each(transports)('costs one probe and one session in 10 s, and the honest are heard: %s', async (transport) => {
    const miners = await bench.miners({ quick: honest, attacker: closing })
    // All of it within 10 s, whatever it takes.
    const atMs = systemClock.monotonicMs()
    const dendrite = await bench.dendrite({ transport, clock: { ...systemClock, monotonicMs: () => atMs } })
    for (let i = 0; i < rounds; i++) {
      const { quick } = await outcomes(dendrite, miners)
      expect(quick).toBe('ok')
      await sleep(10)
    }
    expect([miners.attacker.opens(), miners.attacker.connections(), miners.attacker.calls()]).toEqual([1, 2, 1])
    expect(miners.quick.calls()).toBe(rounds)
  })

  it('control: where 10 s are over each time, it gets a signature and a handshake for each call', async () => {
    const { attacker } = await bench.miners({ attacker: closing })
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ clock })
    for (let i = 0; i < rounds; i++) {
      await dendrite.call(attacker.target, Talk.say, hi)
      await expect.poll(() => attacker.sessions.size).toBe(0)
      clock.push(10_000)
    }
    expect(attacker.opens()).toBe(rounds)
  })
})
