import { createServer } from 'node:net'
import { cpus } from 'node:os'
import type { Ss58Address } from '@tensorkit/core'
import type { AttackerTasks } from '../attacker.js'
import type { AttackTarget } from '../attacks/attack.js'
import { attacks } from '../attacks/attacks.js'
import { startPair } from '../harness/pairs.js'
import { canPin, startPeer } from '../harness/peer.js'
import { estimate, pooledRatio, quantile } from '../harness/statistics.js'
import { clientSigner, subnet } from '../peers/keys.js'
import type { Bar, BenchOptions, BenchResult } from '../result.js'

const host = '127.0.0.1'
// Its own source, as an attacker has; all of 127.0.0.0/8 is this machine on Linux.
const attackerSource = process.platform === 'linux' ? '127.0.0.2' : host
const callsPerSecond = 200
// Before calls are timed, so that the attack is on its way.
const headStartMs = 300
// Each attack once before it is measured: code that it is the first to run is compiled then. What strangers may cost a second is little, hence so long.
const warmUpMs = 6_000

/** A port that nothing listens on. */
async function deadPort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, host, resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/**
 * What an honest caller notices of an attack: the p99 of all its calls beside the same attacker against a dead port.
 *
 * Of the calls of all runs together: the ten worst of one run's thousand are one or two collections of garbage, or none.
 *
 * The attacker is pinned to one core, the server and the honest caller to the other.
 */
export async function benchAttack({ quick, pairs, progress }: BenchOptions): Promise<BenchResult> {
  const [times, forMs, chosen] = quick ? [1, 200, attacks.slice(0, 3)] : [pairs ?? 9, 5_000, attacks]
  const isPinned = cpus().length >= 2 && canPin()
  const [ours, theirs] = isPinned ? [0, 1] : [undefined, undefined]
  const attacker = await startPeer<AttackerTasks>({ program: 'attacker', config: {}, ...(theirs !== undefined && { core: theirs }) })
  const figures: Record<string, number> = { 'pinned to cores of their own': isPinned ? 1 : 0 }
  const bars: Bar[] = []
  try {
    const pair = await startPair({ kind: 'http2', ...(ours !== undefined && { core: ours }) })
    try {
      const [address] = await pair.server.ask('addresses', undefined)
      const target: AttackTarget = {
        host,
        port: address?.port ?? 0,
        source: attackerSource,
        server: address?.hotkey as Ss58Address,
        claimed: (await clientSigner(1)).address,
        ...subnet,
      }
      const dead = { ...target, port: await deadPort() }
      await pair.client.ask('run', { method: 'say', sizeBytes: 128, calls: quick ? 50 : 5_000, inFlight: 8 })
      /** Honest calls beside one attack. */
      const meet = async ({
        name,
        target: at,
        forMs: ms,
      }: {
        readonly name: string
        readonly target: AttackTarget
        readonly forMs: number
      }) => {
        await attacker.ask('start', { attack: name, target: at })
        await new Promise((resolve) => setTimeout(resolve, headStartMs))
        const honest = await pair.client.ask('pace', { callsPerSecond, forMs: ms })
        return { honest, count: await attacker.ask('stop', undefined) }
      }
      for (const { name } of chosen) {
        const ms: Record<'live' | 'dead', (readonly number[])[]> = { live: [], dead: [] }
        const attempts: number[] = []
        let failed = 0
        if (!quick) await meet({ name, target, forMs: warmUpMs })
        for (let time = 0; time < times; time++) {
          progress(`${name}, ${time + 1} of ${times}`)
          for (const port of time % 2 === 0 ? (['live', 'dead'] as const) : (['dead', 'live'] as const)) {
            const { honest, count } = await meet({ name, target: port === 'live' ? target : dead, forMs })
            ms[port].push(honest.ms)
            failed += honest.failed
            if (port === 'live') attempts.push((1000 * count.attempts) / (forMs + headStartMs))
          }
        }
        figures[`${name}: attempts per second`] = estimate(attempts).median
        figures[`${name}: honest p99, ms`] = quantile(ms.live.flat(), 0.99)
        figures[`${name}: honest p99 beside a dead port, ms`] = quantile(ms.dead.flat(), 0.99)
        figures[`${name}: median of the p99 of single runs, ms`] = estimate(ms.live.map((run) => quantile(run, 0.99))).median
        figures[`${name}: the same beside a dead port, ms`] = estimate(ms.dead.map((run) => quantile(run, 0.99))).median
        bars.push({
          what: `${name}: honest p99, times that beside a dead port`,
          demand: 'at most',
          limit: 3,
          measured: pooledRatio(ms.live, ms.dead, 0.99),
        })
        bars.push({
          what: `${name}: honest calls lost`,
          demand: 'at most',
          limit: 0,
          measured: { median: failed, low: failed, high: failed },
        })
      }
    } finally {
      await pair.close()
    }
  } finally {
    await attacker.close()
  }
  return { name: 'attack', figures, bars, method: `${times} pairs of ${forMs} ms, ${callsPerSecond} honest calls a second` }
}
