import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchOptions, BenchResult } from './result.js'
import { startPair } from './unary/peer.js'
import { profileShares } from './unary/profile.js'
import { median, medianInterval } from './unary/statistics.js'

// What a profile must account for, so that its shares say something.
const leastCovered = 0.9

/**
 * An authenticated unary call, 128 B each way, 64 in flight, beside plain grpc-js with protobufjs.
 *
 * CPU time per call on both sides, server and client in processes of their own; pairs of runs alternate, so that a slow
 * moment of the machine meets both. The shares of the steps are of a further, profiled run.
 */
export async function benchUnary({ quick }: BenchOptions): Promise<BenchResult> {
  const [pairs, calls, warmUp] = quick ? [2, 300, 200] : [15, 2_000, 3_000]
  const sides = ['client', 'server'] as const
  const plain = await startPair('plain')
  const tensorkit = await startPair('tensorkit')
  const runs = { plain: [] as Awaited<ReturnType<typeof plain.run>>[], tensorkit: [] as Awaited<ReturnType<typeof plain.run>>[] }
  const directory = await mkdtemp(join(tmpdir(), 'tensorkit-bench-'))
  const profiles = { client: join(directory, 'client.cpuprofile'), server: join(directory, 'server.cpuprofile') }
  const shares = { client: {} as Readonly<Record<string, number>>, server: {} as Readonly<Record<string, number>> }
  try {
    await plain.run(warmUp)
    await tensorkit.run(warmUp)
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? (['plain', 'tensorkit'] as const) : (['tensorkit', 'plain'] as const)
      for (const kind of order) runs[kind].push(await { plain, tensorkit }[kind].run(calls))
    }
    await tensorkit.profile(4 * calls, profiles)
    for (const side of sides) shares[side] = await profileShares(profiles[side])
  } finally {
    await Promise.all([plain.close(), tensorkit.close(), rm(directory, { recursive: true, force: true })])
  }
  const figures: Record<string, number> = {}
  for (const side of sides) {
    for (const kind of ['plain', 'tensorkit'] as const) {
      const values = runs[kind].map((run) => run[`${side}Us`])
      const { low, high } = medianInterval(values)
      figures[`${side}, ${kind}: CPU µs per call`] = median(values)
      figures[`${side}, ${kind}: 95 % from`] = low
      figures[`${side}, ${kind}: 95 % to`] = high
    }
    const ratios = runs.tensorkit.map((run, i) => run[`${side}Us`] / (runs.plain[i]?.[`${side}Us`] ?? Number.NaN))
    const { low, high } = medianInterval(ratios)
    Object.assign(figures, {
      [`${side}: times plain`]: median(ratios),
      [`${side}: times plain, 95 % from`]: low,
      [`${side}: times plain, 95 % to`]: high,
    })
  }
  for (const kind of ['plain', 'tensorkit'] as const)
    figures[`${kind}: calls per second`] = median(runs[kind].map(({ perSecond }) => perSecond))

  for (const side of sides) {
    for (const [step, share] of Object.entries(shares[side])) figures[`${side}: ${step}, % of CPU`] = 100 * share
  }
  const covered = 1 - Math.max(shares.client.other ?? 0, shares.server.other ?? 0)
  figures['profile: least % covered'] = 100 * covered
  return { name: 'unary', figures, bar: 'steps of both sides named for at least 90 % of the samples', pass: covered >= leastCovered }
}
