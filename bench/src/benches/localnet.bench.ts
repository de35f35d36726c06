import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { estimate, median } from '../harness/statistics.js'
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

type Times = Readonly<Record<'loadMs' | 'block1Ms' | 'totalMs' | 'thousandMs', number>>

/** How soon a localnet is there, in fresh processes of the built package: no baseline, since no other chain starts in Node. */
export async function benchLocalnet({ quick }: BenchOptions): Promise<BenchResult> {
  const entry = import.meta.resolve('@tensorkit/localnet')
  const times: Times[] = []
  for (let repetition = 0; repetition < (quick ? 2 : 9); repetition++) {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, entry], { timeout: 60_000 })
    times.push(JSON.parse(stdout) as Times)
  }
  const of = (name: keyof Times): number[] => times.map((one) => one[name])
  const figures = {
    'createLocalnet() to block 1, modules loaded, median ms': median(of('block1Ms')),
    'createLocalnet() to block 1, modules loaded, slowest ms': Math.max(...of('block1Ms')),
    'process start to block 1, median ms': median(of('totalMs')),
    'process start to block 1, slowest ms': Math.max(...of('totalMs')),
    'of it loading modules, median ms': median(of('loadMs')),
    'an empty block, median ms': median(of('thousandMs')) / 1000,
  }
  return {
    name: 'localnet',
    figures,
    bars: [
      { what: 'createLocalnet() to block 1, modules loaded, ms', demand: 'at most', limit: 500, measured: estimate(of('block1Ms')) },
      { what: 'process start to block 1, ms', demand: 'at most', limit: 2_000, measured: estimate(of('totalMs')) },
    ],
    method: `${times.length} fresh processes`,
  }
}
