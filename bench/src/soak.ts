import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { endPeersOnSignals } from './harness/peer.js'
import { runSoak, type SoakPlan } from './soak/run-soak.js'

const usage = `pnpm soak [--seconds N] [--json FILE] [--log FILE] [--seed N]

Miners and validators over TLS at half of what they can do, while miners move and sessions end; malformed input meanwhile;
one round over many miners. Ends with code 1 if memory or handles grow, a call is lost, or a case finds something.
  --seconds N   how long the steady load lasts; 1800 by default, 60 is the form for CI
  --json FILE   write the figures as JSON
  --log FILE    append what is told here to a file
  --seed N      of the malformed input`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1800' },
    json: { type: 'string' },
    log: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean' },
  },
})

async function main(): Promise<void> {
  const seconds = Number(values.seconds)
  if (!(Number.isFinite(seconds) && seconds >= 30)) throw new Error('--seconds must be a number from 30')
  endPeersOnSignals()
  const file = values.log === undefined ? undefined : createWriteStream(values.log, { flags: 'a' })
  const startedMs = performance.now()
  const say = (text: string) => {
    const line = `[${((performance.now() - startedMs) / 1000).toFixed(1).padStart(7)} s] ${text}\n`
    process.stdout.write(line)
    file?.write(line)
  }
  const isLong = seconds >= 900
  const plan: SoakPlan = {
    seconds,
    seed: Number(values.seed),
    // In the long form at minute 5, when everything has been used that will be.
    settledAfterS: isLong ? 300 : seconds / 2,
    // A young process still compiles and fills its caches: 10 % is a demand of the long form.
    maxHeapGrowth: isLong ? 0.1 : 0.3,
    fuzzCases: isLong ? 1_000_000 : Math.round((1_000_000 * seconds) / 1800),
    roundMiners: isLong ? 4_096 : 256,
    churnMs: isLong ? 5_000 : 3_000,
  }
  say(`Node ${process.version}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}; ${JSON.stringify(plan)}`)
  const { checks, figures } = await runSoak(plan, say)
  for (const { what, isMet, detail } of checks) say(`${isMet ? 'met   ' : 'MISSED'}  ${what}: ${detail}`)
  const met = checks.every(({ isMet }) => isMet)
  if (values.json !== undefined) {
    const report = {
      at: new Date().toISOString(),
      node: process.version,
      cpu: cpus()[0]?.model,
      cores: cpus().length,
      plan,
      met,
      checks,
      figures,
    }
    await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`)
  }
  if (file !== undefined) await new Promise((resolve) => file.end(resolve))
  // Let the last lines out before anything ends.
  await sleep(0)
  if (!met) process.exitCode = 1
}

if (values.help) process.stdout.write(`${usage}\n`)
else await main()
