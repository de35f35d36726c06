import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { estimate, median } from '../harness/statistics.js'
import type { LoadFigures } from '../localnet/load-figures.js'
import type { BenchOptions, BenchResult } from '../result.js'

const run = promisify(execFile)

// The time that a process has run before its first line is part of the second figure: performance.now() counts from its start.
const script = `
const imported = performance.now()
const { createLocalnet } = await import(process.argv[1])
const loaded = performance.now()
const localnet = await createLocalnet()
await localnet.mine()
const block1 = performance.now()
await localnet.mine(1000)
const mined = performance.now()
await localnet.close()
console.log(JSON.stringify({ loadMs: loaded - imported, block1Ms: block1 - loaded, totalMs: block1, thousandMs: mined - block1 }))
`

const loadPeer = fileURLToPath(new URL('localnet-load.js', import.meta.url))

type Times = Readonly<Record<'loadMs' | 'block1Ms' | 'totalMs' | 'thousandMs', number>>

/** Runs a chain with a full subnet under load, in a process of its own. */
async function underLoad({ quick, progress }: BenchOptions): Promise<LoadFigures[]> {
  const runs: LoadFigures[] = []
  const sizes = quick ? ['50', '1', '5'] : ['1000', '16', '50']
  for (let repetition = 0; repetition < (quick ? 1 : 5); repetition++) {
    progress(`load, run ${repetition + 1}`)
    const { stdout } = await run(process.execPath, [loadPeer, ...sizes], { timeout: 300_000 })
    runs.push(JSON.parse(stdout) as LoadFigures)
  }
  return runs
}

/** How soon a localnet is there and what it does under load, in fresh processes of the built package: no other chain starts in Node. */
export async function benchLocalnet(options: BenchOptions): Promise<BenchResult> {
  const { quick } = options
  const entry = import.meta.resolve('@tensorkit/localnet')
  const times: Times[] = []
  for (let repetition = 0; repetition < (quick ? 2 : 9); repetition++) {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, entry], { timeout: 60_000 })
    times.push(JSON.parse(stdout) as Times)
  }
  const of = (name: keyof Times): number[] => times.map((one) => one[name])
  const load = await underLoad(options)
  const under = (name: keyof LoadFigures): number[] => load.map((one) => one[name])
  const figures = {
    'createLocalnet() to block 1, modules loaded, median ms': median(of('block1Ms')),
    'createLocalnet() to block 1, modules loaded, slowest ms': Math.max(...of('block1Ms')),
    'process start to block 1, median ms': median(of('totalMs')),
    'process start to block 1, slowest ms': Math.max(...of('totalMs')),
    'of it loading modules, median ms': median(of('loadMs')),
    'an empty block, median ms': median(of('thousandMs')) / 1000,
    'empty blocks a second, 256 neurons, 6 subscribers, median': median(under('blocksPerSecond')),
    'set_weights of 64 uids, signed, included a second, median': median(under('weightsPerSecond')),
    'set_weights included in each run, least': Math.min(...under('includedWeights')),
    'get_metagraph of 256 neurons after a new block, p50 ms, median': median(under('metagraphP50Ms')),
    'get_metagraph of 256 neurons, bytes': median(under('metagraphBytes')),
  }
  return {
    name: 'localnet',
    figures,
    bars: [
      { what: 'createLocalnet() to block 1, modules loaded, ms', demand: 'at most', limit: 300, measured: estimate(of('block1Ms')) },
      { what: 'process start to block 1, ms', demand: 'at most', limit: 2_000, measured: estimate(of('totalMs')) },
      {
        what: 'empty blocks a second, 256 neurons, 6 subscribers',
        demand: 'at least',
        limit: 200,
        measured: estimate(under('blocksPerSecond')),
      },
      { what: 'signed set_weights of 64 uids a second', demand: 'at least', limit: 500, measured: estimate(under('weightsPerSecond')) },
      { what: 'get_metagraph of 256 neurons, p50 ms', demand: 'at most', limit: 10, measured: estimate(under('metagraphP50Ms')) },
    ],
    method: `${times.length} fresh processes, ${load.length} under load`,
  }
}
