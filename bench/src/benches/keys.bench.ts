import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { createUnlocker, openWallet, regenKey } from '@tensorkit/wallet'
import { estimate, ratios } from '../harness/statistics.js'
import type { BenchOptions, BenchResult } from '../result.js'

// From bench/dist.
const root = fileURLToPath(new URL('../../', import.meta.url))
const password = 'bench-password'
const resolutionMs = 1

/** bittensor 11.3.0 in a process of its own, in the environment that the interop suites use, too. */
async function startPython(): Promise<{ readonly unlock: (file: string) => Promise<number>; readonly stop: () => void }> {
  const requirements = join(root, 'interop/bittensor-11/requirements.txt')
  const maker = join(root, 'interop/support/make-venv.py')
  const { stdout } = await promisify(execFile)('python3', [maker, join(root, '.cache'), requirements])
  const script = join(root, 'bench/src/peers/unlock.py')
  const child = spawn(join(stdout.trim(), 'bin/python'), [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const unlock = async (file: string): Promise<number> => {
    child.stdin.write(`${JSON.stringify({ file, password })}\n`)
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('Python ended')
      if (value.startsWith('{')) return (JSON.parse(value) as { seconds: number }).seconds
    }
  }
  return { unlock, stop: () => child.stdin.end() }
}

/** Event-loop delay in ms at the 99th percentile while something runs. */
async function delayDuring(run: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  await run()
  histogram.disable()
  return histogram.percentile(99) / 1e6
}

/** Keeps one core busy for a while, in a thread: what an unlock does, without one. */
async function busyCore(ms: number): Promise<void> {
  const worker = new Worker(`const end = Date.now() + ${Math.round(ms)}; while (Date.now() < end);`, { eval: true })
  await new Promise((resolve) => worker.once('exit', resolve))
}

/** Unlocking an encrypted hotkey, in turn with Bittensor's own; and what the event loop feels of it. */
export async function benchKeys({ quick, pairs, progress }: BenchOptions): Promise<BenchResult> {
  const rounds = quick ? 1 : (pairs ?? 5)
  const path = await mkdtemp(join(tmpdir(), 'tensorkit-bench-keys-'))
  const python = await startPython()
  const seconds = { wasm: [] as number[], native: [] as number[], python: [] as number[] }
  const delays = { unlock: [] as number[], busy: [] as number[] }
  try {
    await regenKey({ path, name: 'bench', key: 'hotkey', source: { uri: '//Alice' }, password })
    const file = join(path, 'bench', 'hotkeys', 'default')
    const runs = {
      wasm: () => ours('wasm'),
      native: () => ours('native'),
      python: () => python.unlock(file),
    }
    async function ours(engine: 'wasm' | 'native'): Promise<number> {
      await using unlocker = createUnlocker({ engine })
      const startedMs = performance.now()
      const delay = await delayDuring(() => openWallet({ path, name: 'bench', password, unlocker }))
      const tookMs = performance.now() - startedMs
      if (engine === 'wasm') {
        delays.unlock.push(delay)
        delays.busy.push(await delayDuring(() => busyCore(tookMs)))
      }
      return tookMs / 1000
    }
    const names = ['wasm', 'python', 'native'] as const
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round) % names.length] as (typeof names)[number]
        progress(`${name}, ${round + 1} of ${rounds}`)
        seconds[name].push(await runs[name]())
      }
    }
  } finally {
    python.stop()
    await rm(path, { recursive: true, force: true })
  }
  const median = (values: readonly number[]): number => estimate(values).median
  return {
    name: 'keys',
    figures: {
      'unlock by WebAssembly, s': median(seconds.wasm),
      'unlock by sodium-native, s': median(seconds.native),
      'unlock by Python bittensor 11.3.0, s': median(seconds.python),
      'event-loop delay p99 while unlocking, ms': median(delays.unlock),
      'event-loop delay p99, idle beside one busy core, ms': median(delays.busy),
    },
    bars: [
      { what: "unlock by WebAssembly, times Python's", demand: 'at most', limit: 4, measured: ratios(seconds.wasm, seconds.python) },
      { what: "unlock by sodium-native, times Python's", demand: 'at most', limit: 1.5, measured: ratios(seconds.native, seconds.python) },
      {
        what: 'event-loop delay p99 while unlocking, times that of an idle loop beside one busy core',
        demand: 'at most',
        limit: 3,
        measured: ratios(delays.unlock, delays.busy),
      },
    ],
    method: `${rounds} of each, in turn, each with a queue and a thread of its own`,
  }
}
