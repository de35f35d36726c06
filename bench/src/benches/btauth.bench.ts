import { alternate, type Measured, measure, withPairs } from '../harness/pairs.js'
import { saveProfiles } from '../harness/save-profiles.js'
import { estimate, ratios } from '../harness/statistics.js'
import type { BenchOptions, BenchResult } from '../result.js'

const inFlight = 64

/** A call that is signed by itself, 128 B, beside plain grpc-js with a signature by @polkadot/util-crypto, TLS against TLS. */
export async function benchBtauth({
  quick,
  pairs: givenPairs,
  calls: givenCalls,
  profileDir,
  progress,
}: BenchOptions): Promise<BenchResult> {
  // The baseline makes some hundred calls a second: fewer of them say as much.
  const [times, calls, fewer] = quick ? [2, 64, 16] : [givenPairs ?? 31, givenCalls ?? 5_000, 500]
  const work = { method: 'say', sizeBytes: 128, inFlight } as const
  const figures: Record<string, number> = {}
  return withPairs({ polkadot: { kind: 'polkadot' }, btauth: { kind: 'btauth' } }, async (pairs) => {
    const runs = {
      polkadot: () => measure(pairs.polkadot, { ...work, calls: fewer }),
      btauth: () => measure(pairs.btauth, { ...work, calls }),
    }
    for (const run of Object.values(runs)) await run()
    const found = await alternate({ runs, times, progress })
    const of = (kind: keyof typeof runs, what: keyof Measured) => found[kind].map((measured) => measured[what])
    for (const kind of ['polkadot', 'btauth'] as const) {
      for (const side of ['serverUs', 'clientUs'] as const)
        figures[`${kind}: ${side.slice(0, 6)} CPU µs per call`] = estimate(of(kind, side)).median
      figures[`${kind}: calls per second`] = estimate(of(kind, 'callsPerSecond')).median
    }
    figures['client CPU per call, times'] = ratios(of('btauth', 'clientUs'), of('polkadot', 'clientUs')).median
    Object.assign(figures, await saveProfiles(pairs.btauth, { run: runs.btauth, profileDir, name: 'btauth', kind: 'ours' }))
    const faster = ratios(of('btauth', 'callsPerSecond'), of('polkadot', 'callsPerSecond'))
    const cheaper = ratios(of('btauth', 'serverUs'), of('polkadot', 'serverUs'))
    return {
      name: 'btauth',
      figures,
      bars: [
        { what: 'calls per second, times @polkadot/util-crypto', demand: 'at least', limit: 5, measured: faster },
        { what: 'server CPU per call, times @polkadot/util-crypto', demand: 'at most', limit: 1 / 8, measured: cheaper },
      ],
      method: `${times} pairs of ${calls} calls (${fewer} of the baseline), ${inFlight} in flight`,
    }
  })
}
