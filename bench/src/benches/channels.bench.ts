import type { Memory } from '../harness/child.js'
import { alternate, type PairOptions, withPairs } from '../harness/pairs.js'
import { estimate, ratios } from '../harness/statistics.js'
import type { Bar, BenchOptions, BenchResult } from '../result.js'

const kinds = ['plain', 'http2', 'grpc-js'] as const
const sides = ['server', 'client'] as const
const measures = ['rssBytes', 'heapBytes'] as const

type Grown = Readonly<Record<(typeof sides)[number], Memory>>

/** What open channels hold after a collection of garbage, at both ends; ours have a session each. Every repetition in new processes. */
export async function benchChannels({ quick, pairs, progress }: BenchOptions): Promise<BenchResult> {
  const [warming, channels, times] = quick ? [4, 16, 1] : [512, 1_024, pairs ?? 11]
  const grown = (options: PairOptions): Promise<Grown> =>
    withPairs({ only: options }, async ({ only: { server, client } }) => {
      const memory = async () => ({ server: await server.ask('memory', undefined), client: await client.ask('memory', undefined) })
      // The code that makes calls and opens channels is warm before those that are counted: what is compiled once is not what a channel holds.
      await client.ask('run', { method: 'say', sizeBytes: 128, calls: quick ? 50 : 1_000, inFlight: 8 })
      await client.ask('connect', { servers: warming })
      const before = await memory()
      const open = await client.ask('connect', { servers: warming + channels })
      if (open < warming + channels) throw new Error(`only ${open} of ${warming + channels} channels are open`)
      const after = await memory()
      const per = (side: (typeof sides)[number], what: keyof Memory) => (after[side][what] - before[side][what]) / channels
      const of = (side: (typeof sides)[number]) => ({
        rssBytes: per(side, 'rssBytes'),
        heapBytes: per(side, 'heapBytes'),
        externalBytes: per(side, 'externalBytes'),
      })
      return { server: of('server'), client: of('client') }
    })
  const run = (kind: (typeof kinds)[number]) => () => grown({ kind, servers: warming + channels })
  const found = await alternate({ runs: { plain: run('plain'), http2: run('http2'), 'grpc-js': run('grpc-js') }, times, progress })
  const figures: Record<string, number> = {}
  const bars: Bar[] = []
  for (const side of sides) {
    for (const what of measures) {
      const of = (kind: (typeof kinds)[number]) => found[kind].map((one) => one[side][what])
      const name = `${side} ${what === 'rssBytes' ? 'RSS' : 'heap'} per channel`
      for (const kind of kinds) figures[`${kind}: ${name}, KiB`] = estimate(of(kind)).median / 1024
      for (const kind of ['http2', 'grpc-js'] as const)
        bars.push({ what: `${kind}: ${name}, times plain`, demand: 'at most', limit: 1.3, measured: ratios(of(kind), of('plain')) })
    }
  }
  return {
    name: 'channels',
    figures,
    bars,
    method: `${channels} channels to as many servers, after ${warming} that are not counted; ${times} rounds of new processes`,
  }
}
