import { alternate, type Measured, measure, withPairs } from '../harness/pairs.js'
import { saveProfiles } from '../harness/save-profiles.js'
import { estimate, ratios } from '../harness/statistics.js'
import type { Bar, BenchOptions, BenchResult } from '../result.js'

const inFlight = 64
const sides = ['server', 'client'] as const
const kinds = ['plain', 'http2', 'grpc-js'] as const

/** A call in a session, 64 in flight, on both transports beside plain grpc-js with protobufjs, TLS against TLS. */
export async function benchSession({
  quick,
  pairs: givenPairs,
  calls: givenCalls,
  profileDir,
  progress,
}: BenchOptions): Promise<BenchResult> {
  const [times, calls, warmUp] = quick ? [2, 100, 100] : [givenPairs ?? 31, givenCalls ?? 5_000, 10_000]
  const figures: Record<string, number> = {}
  const bars: Bar[] = []
  await withPairs({ plain: { kind: 'plain' }, http2: { kind: 'http2' }, 'grpc-js': { kind: 'grpc-js' } }, async (pairs) => {
    for (const [size, sizeBytes] of [
      ['128 B', 128],
      ['16 KiB', 16_384],
    ] as const) {
      const work = { method: 'say', sizeBytes, calls, inFlight } as const
      for (const kind of kinds) await measure(pairs[kind], { ...work, calls: warmUp })
      const run = (kind: (typeof kinds)[number]) => () => measure(pairs[kind], work)
      const runs = { plain: run('plain'), http2: run('http2'), 'grpc-js': run('grpc-js') }
      const found = await alternate({ runs, times, progress: (text) => progress(`${size}, ${text}`) })
      const of = (kind: (typeof kinds)[number], what: keyof Measured) => found[kind].map((measured) => measured[what])
      for (const kind of kinds) {
        for (const side of sides) figures[`${size}, ${kind}: ${side} CPU µs per call`] = estimate(of(kind, `${side}Us`)).median
        figures[`${size}, ${kind}: calls per second`] = estimate(of(kind, 'callsPerSecond')).median
      }
      for (const kind of ['http2', 'grpc-js'] as const) {
        for (const side of sides) {
          const measured = ratios(of(kind, `${side}Us`), of('plain', `${side}Us`))
          bars.push({ what: `${size}, ${kind}: ${side} CPU per call, times plain`, demand: 'at most', limit: 1.25, measured })
        }
        const faster = ratios(of(kind, 'callsPerSecond'), of('plain', 'callsPerSecond'))
        const what = `${size}, ${kind}: calls per second, times plain`
        if (kind === 'http2') bars.push({ what, demand: 'at least', limit: 1.5, measured: faster })
        else figures[what] = faster.median
      }
      for (const kind of kinds) {
        const profiled = () => measure(pairs[kind], { ...work, calls: 4 * calls })
        Object.assign(figures, await saveProfiles(pairs[kind], { run: profiled, profileDir, name: `session-${sizeBytes}`, kind }))
      }
    }
  })
  return { name: 'session', figures, bars, method: `${times} pairs of ${calls} calls, ${inFlight} in flight` }
}
