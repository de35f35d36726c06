import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { benchCrypto } from './crypto.bench.js'
import { benchLocalnet } from './localnet.bench.js'
import type { BenchResult } from './result.js'
import { benchUnary } from './unary.bench.js'

const usage = `npm run bench -- [--json FILE] [--quick] [--only NAME]

Each figure is beside a baseline in the same run; compare ratios, not machines.
  --json FILE   write the figures as JSON
  --quick       few repetitions, to see that the benchmarks run
  --only NAME   crypto, localnet or unary`

const benches = { crypto: benchCrypto, localnet: benchLocalnet, unary: benchUnary }

const { values } = parseArgs({
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false }, only: { type: 'string' }, help: { type: 'boolean' } },
})
if (values.help) process.stdout.write(`${usage}\n`)
else {
  const chosen = Object.entries(benches).filter(([name]) => values.only === undefined || name === values.only)
  if (chosen.length === 0) throw new Error(`no benchmark is called ${values.only}; there are ${Object.keys(benches).join(', ')}`)
  const results: BenchResult[] = []
  for (const [name, bench] of chosen) {
    process.stderr.write(`${name} ...\n`)
    const result = await bench({ quick: values.quick })
    results.push(result)
    process.stdout.write(`${result.name}${result.bar === undefined ? '' : `  [${result.bar}: ${result.pass ? 'met' : 'MISSED'}]`}\n`)
    for (const [figure, value] of Object.entries(result.figures)) process.stdout.write(`  ${figure.padEnd(60)} ${value.toPrecision(5)}\n`)
  }
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, quick: values.quick }
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, results }, null, 2)}\n`)
}
