import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAttack } from './benches/attack.bench.js'
import { benchBtauth } from './benches/btauth.bench.js'
import { benchChannels } from './benches/channels.bench.js'
import { benchCrypto } from './benches/crypto.bench.js'
import { benchFanOut } from './benches/fan-out.bench.js'
import { benchKeys } from './benches/keys.bench.js'
import { benchLocalnet } from './benches/localnet.bench.js'
import { benchSession } from './benches/session.bench.js'
import { benchTensors } from './benches/tensors.bench.js'
import { benchVerifyPool } from './benches/verify-pool.bench.js'
import { endPeersOnSignals } from './harness/peer.js'
import { barTable } from './harness/table.js'
import { type BenchResult, isMet } from './result.js'

const benches = {
  crypto: benchCrypto,
  'verify-pool': benchVerifyPool,
  keys: benchKeys,
  localnet: benchLocalnet,
  session: benchSession,
  btauth: benchBtauth,
  tensors: benchTensors,
  'fan-out': benchFanOut,
  channels: benchChannels,
  attack: benchAttack,
}

const usage = `npm run bench -- [--only NAME,...] [--quick] [--json FILE] [--profile DIR] [--pairs N] [--calls N] [--enforce]

Each figure is beside a baseline in the same run; compare ratios, not machines.
  --only NAME,...  ${Object.keys(benches).join(', ')}
  --quick          few repetitions, to see that the benchmarks run; no bar is judged
  --json FILE      write the figures as JSON
  --profile DIR    write CPU profiles of both sides, and the share of each step
  --pairs N        pairs of runs, where a benchmark has them; 31 where it says no other
  --calls N        calls in a run, where they are counted by number; 5,000 where it says no other
  --enforce        end with code 1 if a bar is missed`

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    pairs: { type: 'string' },
    calls: { type: 'string' },
    enforce: { type: 'boolean', default: false },
    help: { type: 'boolean' },
  },
})

/** The load of the machine that is not this benchmark's yet: it makes figures wide, ratios of pairs less so. */
function currentLoad(): number {
  const [load = 0] = loadavg()
  if (load > cpus().length / 2) process.stderr.write(`  the machine is busy (load ${load.toFixed(1)}): intervals will be wide\n`)
  return load
}

async function run(names: readonly (keyof typeof benches)[]): Promise<void> {
  endPeersOnSignals()
  const results: (BenchResult & { readonly load: number; readonly seconds: number })[] = []
  for (const name of names) {
    process.stderr.write(`${name} ...\n`)
    const load = currentLoad()
    const startedMs = performance.now()
    const progress = (text: string) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K  ${name}: ${text}`)
    }
    const result = await benches[name]({
      quick: values.quick,
      pairs: values.pairs === undefined ? undefined : Number(values.pairs),
      calls: values.calls === undefined ? undefined : Number(values.calls),
      profileDir: values.profile,
      progress,
    })
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    const seconds = (performance.now() - startedMs) / 1000
    results.push({ ...result, load, seconds })
    process.stdout.write(`${name}: ${result.method}; ${seconds.toFixed(0)} s, load ${load.toFixed(1)} before\n`)
    for (const [figure, value] of Object.entries(result.figures)) process.stdout.write(`  ${figure.padEnd(72)} ${value.toPrecision(4)}\n`)
  }
  process.stdout.write(`\n${barTable(results, { isJudged: !values.quick })}\n`)
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, quick: values.quick, at: new Date().toISOString() }
  if (values.json !== undefined) {
    const judged = results.map((result) => ({
      ...result,
      bars: result.bars.map((bar) => ({ ...bar, met: values.quick ? null : isMet(bar) })),
    }))
    await writeFile(values.json, `${JSON.stringify({ machine, results: judged }, null, 2)}\n`)
  }
  if (values.enforce && !values.quick && results.some(({ bars }) => !bars.every(isMet))) process.exitCode = 1
}

if (values.help) process.stdout.write(`${usage}\n`)
else {
  const only = values.only?.split(',')
  const unknown = only?.find((name) => !Object.hasOwn(benches, name))
  if (unknown === undefined) await run((Object.keys(benches) as (keyof typeof benches)[]).filter((name) => only?.includes(name) ?? true))
  else {
    process.stderr.write(`no benchmark is called ${unknown}; there are ${Object.keys(benches).join(', ')}\n`)
    process.exitCode = 2
  }
}
