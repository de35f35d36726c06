import { alternate, type Measured, measure, withPairs } from '../harness/pairs.js'
import { saveProfiles } from '../harness/save-profiles.js'
import { estimate, ratios } from '../harness/statistics.js'
import type { Work } from '../peers/tasks.js'
import type { Bar, BenchOptions, BenchResult } from '../result.js'

const mebibyte = 1024 * 1024
const kinds = ['plain', 'http2', 'grpc-js'] as const
const maxMessageBytes = 32 * mebibyte

interface Case {
  readonly name: string
  readonly work: Work
}

/** As many bytes in each case: 64 MiB a run, so that a run is long enough to measure and short enough to alternate. */
function cases(quick: boolean): readonly Case[] {
  const of = (mebibytes: number, method: 'tensor' | 'tensors'): Case => {
    const messages = method === 'tensors' ? 4 : 1
    const calls = quick ? 1 : Math.max(2, 64 / mebibytes / messages)
    const work = { method, sizeBytes: mebibytes * mebibyte, messages, calls, inFlight: mebibytes === 1 ? 8 : 2 }
    return { name: `${mebibytes} MiB, ${method === 'tensor' ? 'unary' : 'streamed'}`, work }
  }
  return quick ? [of(1, 'tensor'), of(1, 'tensors')] : [of(1, 'tensor'), of(16, 'tensor'), of(1, 'tensors'), of(16, 'tensors')]
}

/** Tensors there and back in one call, and as a stream of four from the server, beside plain grpc-js with `bytes`. */
export async function benchTensors({ quick, pairs, profileDir, progress }: BenchOptions): Promise<BenchResult> {
  const times = quick ? 1 : (pairs ?? 31)
  const figures: Record<string, number> = {}
  const bars: Bar[] = []
  const options = {
    plain: { kind: 'plain', maxMessageBytes },
    http2: { kind: 'http2', maxMessageBytes },
    'grpc-js': { kind: 'grpc-js', maxMessageBytes },
  } as const
  await withPairs(options, async (started) => {
    for (const { name, work } of cases(quick)) {
      const run = (kind: (typeof kinds)[number]) => () => measure(started[kind], work)
      const runs = { plain: run('plain'), http2: run('http2'), 'grpc-js': run('grpc-js') }
      for (let i = 0; i < (quick ? 0 : 4); i++) for (const kind of kinds) await runs[kind]()
      const found = await alternate({ runs, times, progress: (text) => progress(`${name}, ${text}`) })
      const of = (kind: (typeof kinds)[number], what: keyof Measured) => found[kind].map((measured) => measured[what])
      for (const kind of kinds) {
        figures[`${name}, ${kind}: server CPU ms per call`] = estimate(of(kind, 'serverUs')).median / 1000
        figures[`${name}, ${kind}: client CPU ms per call`] = estimate(of(kind, 'clientUs')).median / 1000
        figures[`${name}, ${kind}: calls per second`] = estimate(of(kind, 'callsPerSecond')).median
        if (kind === 'plain') continue
        for (const side of ['server', 'client'] as const) {
          const measured = ratios(of(kind, `${side}Us`), of('plain', `${side}Us`))
          bars.push({ what: `${name}, ${kind}: ${side} CPU per call, times plain`, demand: 'at most', limit: 1.15, measured })
        }
      }
      for (const kind of kinds) {
        const profiled = {
          run: runs[kind],
          profileDir,
          name: `tensors-${work.method}-${work.sizeBytes / mebibyte}`,
          kind,
        }
        Object.assign(figures, await saveProfiles(started[kind], profiled))
      }
    }
    for (const kind of ['http2', 'grpc-js'] as const) {
      for (const side of ['server', 'client'] as const) {
        const { decoded, withoutCopy } = await started[kind][side].ask('tensors', undefined)
        figures[`${kind}, ${side}: tensors decoded without a copy, %`] = (100 * withoutCopy) / decoded
      }
    }
  })
  return { name: 'tensors', figures, bars, method: `${times} pairs of 64 MiB each` }
}
