import { alternate, withPairs } from '../harness/pairs.js'
import { saveProfiles } from '../harness/save-profiles.js'
import { estimate, ratios } from '../harness/statistics.js'
import type { Round } from '../peers/tasks.js'
import type { Bar, BenchOptions, BenchResult } from '../result.js'

const kinds = ['plain', 'http2', 'grpc-js'] as const

/** One question to 256 miners, each a server of its own: the round less what the slowest miner says that it took. */
export async function benchFanOut({ quick, pairs: givenPairs, profileDir, progress }: BenchOptions): Promise<BenchResult> {
  const [servers, times, warmUp, rounds] = quick ? [16, 1, 1, 1] : [256, givenPairs ?? 31, 20, 10]
  const figures: Record<string, number> = {}
  const bars: Bar[] = []
  const options = { plain: { kind: 'plain', servers }, http2: { kind: 'http2', servers }, 'grpc-js': { kind: 'grpc-js', servers } } as const
  await withPairs(options, async (pairs) => {
    for (const kind of kinds) await pairs[kind].client.ask('connect', { servers })
    for (const delayMs of [0, 50]) {
      const overheadMs = async (kind: (typeof kinds)[number]) => {
        let sum = 0
        for (let i = 0; i < rounds; i++) {
          const { roundMs, slowestMs }: Round = await pairs[kind].client.ask('round', { delayMs })
          sum += roundMs - slowestMs
        }
        return sum / rounds
      }
      for (const kind of kinds) for (let i = 0; i < warmUp; i++) await pairs[kind].client.ask('round', { delayMs })
      const runs = { plain: () => overheadMs('plain'), http2: () => overheadMs('http2'), 'grpc-js': () => overheadMs('grpc-js') }
      const name = delayMs === 0 ? 'at once' : `after ${delayMs} ms`
      const found = await alternate({ runs, times, progress: (text) => progress(`${name}, ${text}`) })
      for (const kind of kinds) {
        figures[`${name}, ${kind}: round less the slowest miner, ms`] = estimate(found[kind]).median
        Object.assign(figures, await saveProfiles(pairs[kind], { run: runs[kind], profileDir, name: `fan-out-${delayMs}`, kind }))
        if (kind === 'plain') continue
        const measured = ratios(found[kind], found.plain)
        bars.push({ what: `${name}, ${kind}: round less the slowest miner, times plain`, demand: 'at most', limit: 1.5, measured })
      }
    }
  })
  return { name: 'fan-out', figures, bars, method: `${servers} miners, ${times} pairs of the mean of ${rounds} rounds` }
}
