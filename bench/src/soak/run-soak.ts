import { setTimeout as sleep } from 'node:timers/promises'
import type { Memory } from '../harness/child.js'
import { type Peer, startPeer } from '../harness/peer.js'
import { roundOverMany } from './round-over-many.js'
import type { FuzzTasks, Handles, MinerTasks, ValidatorTasks } from './tasks.js'

/** What a soak test does. */
export interface SoakPlan {
  readonly seconds: number
  readonly seed: number
  /** When memory and handles are measured first. */
  readonly settledAfterS: number
  /** How much the heap may grow from then to the end, as a fraction. */
  readonly maxHeapGrowth: number
  readonly fuzzCases: number
  readonly roundMiners: number
  /** How often a miner moves and a validator's sessions end. */
  readonly churnMs: number
}

/** One demand. */
export interface SoakCheck {
  readonly what: string
  readonly isMet: boolean
  readonly detail: string
}

/** What was found. */
export interface SoakReport {
  readonly checks: readonly SoakCheck[]
  readonly figures: Readonly<Record<string, unknown>>
}

type Processes = {
  readonly miners: Peer<MinerTasks>
  readonly validators: Peer<ValidatorTasks>
  readonly fuzz: Peer<FuzzTasks>
}
type Name = keyof Processes
type Snapshot = Readonly<Record<Name, { readonly memory: Memory; readonly handles: Handles }>>

const minerCount = 16
const validatorCount = 4
// One miner in so many goes without notice: its calls in flight are lost, and no others may be.
const crashEvery = 5
// Cases of each meal, so that the process that fuzzes answers in between.
const fuzzBatch = 500
const wireBatch = 100
const logEveryMs = 10_000
// Connections come and go, so a count is level within a few.
const handleSlack = 24
// What a miner that crashes may cost; UNAVAILABLE where its session was a young one: the next may not be opened so soon.
const lostByCrash = new Set([
  'DENDRITE_UNREACHABLE',
  'DENDRITE_UNAVAILABLE',
  'DENDRITE_CANCELLED',
  'DENDRITE_PEER_FAILED',
  'AXON_UNAVAILABLE',
])

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)

async function snapshot(processes: Processes): Promise<Snapshot> {
  const of = async (peer: Peer<MinerTasks> | Peer<ValidatorTasks> | Peer<FuzzTasks>) => {
    const asked = peer as Peer<MinerTasks>
    return { memory: await asked.ask('memory', undefined), handles: await asked.ask('handles', undefined) }
  }
  return { miners: await of(processes.miners), validators: await of(processes.validators), fuzz: await of(processes.fuzz) }
}

/** Runs the plan and judges it. */
export async function runSoak(plan: SoakPlan, say: (text: string) => void): Promise<SoakReport> {
  const round = await roundOverMany(plan.roundMiners, say)
  const miners = await startPeer<MinerTasks>({ program: 'soak-miners', config: { miners: minerCount } })
  const addresses = await miners.ask('addresses', undefined)
  const validators = await startPeer<ValidatorTasks>({ program: 'soak-validators', config: { addresses, validators: validatorCount } })
  const fuzz = await startPeer<FuzzTasks>({ program: 'soak-fuzz', config: { seed: plan.seed } })
  const processes: Processes = { miners, validators, fuzz }
  try {
    const steady = await steadyLoad(plan, processes, say)
    return judge(plan, { ...steady, round })
  } finally {
    await Promise.all(Object.values(processes).map((peer) => peer.close()))
  }
}

interface Steady {
  readonly callsPerSecond: number
  readonly counts: { readonly done: number; readonly failed: Readonly<Record<string, number>>; readonly skipped: number }
  readonly churn: { readonly moves: number; readonly crashes: number; readonly renewals: number }
  readonly fuzzed: { readonly cases: number; readonly wire: number; readonly answered: number; readonly findings: readonly string[] }
  readonly settled: Snapshot
  readonly ended: Snapshot
}

async function steadyLoad(plan: SoakPlan, { miners, validators, fuzz }: Processes, say: (text: string) => void): Promise<Steady> {
  const processes = { miners, validators, fuzz }
  // The first calls compile the code; the second measurement counts.
  await validators.ask('calibrate', { forMs: 3_000 })
  const most = await validators.ask('calibrate', { forMs: Math.min(10_000, plan.seconds * 50) })
  const callsPerSecond = most / 2
  say(`${most.toFixed(0)} calls a second at most, ${callsPerSecond.toFixed(0)} from now on`)
  await validators.ask('start', { callsPerSecond })
  const startedMs = performance.now()
  const endsMs = startedMs + plan.seconds * 1000
  const churn = { moves: 0, crashes: 0, renewals: 0 }
  const fuzzed = { cases: 0, wire: 0, answered: 0, findings: [] as string[] }
  let isPaused = false
  let nextChurnMs = startedMs + plan.churnMs
  let nextLogMs = startedMs + logEveryMs
  let settled: Snapshot | undefined

  const pausedSnapshot = async (): Promise<Snapshot> => {
    isPaused = true
    await validators.ask('stop', undefined)
    // What is closing closes; what was announced ends.
    await sleep(2_000)
    const taken = await snapshot(processes)
    isPaused = false
    return taken
  }
  const change = async (turn: number): Promise<void> => {
    const index = turn % minerCount
    const isAnnounced = turn % crashEvery !== crashEvery - 1
    const address = await miners.ask('replace', { index, isAnnounced })
    await validators.ask('move', { index, address })
    if (isAnnounced) churn.moves++
    else churn.crashes++
    await validators.ask('renew', { index: turn % validatorCount })
    churn.renewals++
  }
  const feed = async (): Promise<void> => {
    // Evenly over the time, a hundredth of it over the wire.
    while (performance.now() < endsMs && !isPaused) {
      const due = plan.fuzzCases * Math.min(1, (1.1 * (performance.now() - startedMs)) / (plan.seconds * 1000))
      if (fuzzed.cases >= due) await sleep(50)
      else {
        const { cases, findings } = await fuzz.ask('fuzz', { cases: Math.min(fuzzBatch, plan.fuzzCases - fuzzed.cases) })
        fuzzed.cases += cases
        fuzzed.findings.push(...findings)
        if (fuzzed.wire * 100 < fuzzed.cases) {
          const [address] = await miners.ask('addresses', undefined)
          if (address === undefined) continue
          const wire = await fuzz.ask('wire', { address, cases: wireBatch })
          fuzzed.wire += wire.cases
          fuzzed.answered += wire.answered
        }
      }
    }
  }

  let feeding = feed()
  for (let turn = 0; performance.now() < endsMs; ) {
    await sleep(100)
    const nowMs = performance.now()
    if (settled === undefined && nowMs >= startedMs + plan.settledAfterS * 1000) {
      isPaused = true
      await feeding
      settled = await pausedSnapshot()
      say(`settled: ${tell(settled)}`)
      await validators.ask('start', { callsPerSecond })
      feeding = feed()
    }
    if (nowMs >= nextChurnMs) {
      nextChurnMs += plan.churnMs
      await change(turn++)
    }
    if (nowMs >= nextLogMs) {
      nextLogMs += logEveryMs
      const { done, failed, skipped } = await validators.ask('counts', undefined)
      say(
        `${done} calls, failed ${JSON.stringify(failed)}, skipped ${skipped}; ${JSON.stringify(churn)}; fuzz ${fuzzed.cases} (wire ${fuzzed.wire})`,
      )
    }
  }
  await feeding
  while (fuzzed.cases < plan.fuzzCases) {
    const { cases, findings } = await fuzz.ask('fuzz', { cases: Math.min(fuzzBatch, plan.fuzzCases - fuzzed.cases) })
    fuzzed.cases += cases
    fuzzed.findings.push(...findings)
  }
  const ended = await pausedSnapshot()
  say(`at the end: ${tell(ended)}`)
  return { callsPerSecond, counts: await validators.ask('counts', undefined), churn, fuzzed, settled: settled ?? ended, ended }
}

const tell = (taken: Snapshot) =>
  Object.entries(taken)
    .map(
      ([name, { memory, handles }]) =>
        `${name} heap ${mebibytes(memory.heapBytes)} MiB, RSS ${mebibytes(memory.rssBytes)} MiB, ${handles.descriptors} descriptors, ${JSON.stringify(handles.resources)}`,
    )
    .join('; ')

function judge(plan: SoakPlan, found: Steady & { readonly round: Awaited<ReturnType<typeof roundOverMany>> }): SoakReport {
  const { settled, ended, counts, churn, fuzzed, round } = found
  const checks: SoakCheck[] = []
  const check = (what: string, isMet: boolean, detail: string) => checks.push({ what, isMet, detail })
  for (const name of Object.keys(settled) as Name[]) {
    const [before, after] = [settled[name], ended[name]]
    const growth = after.memory.heapBytes / before.memory.heapBytes - 1
    const heap = `${mebibytes(before.memory.heapBytes)} to ${mebibytes(after.memory.heapBytes)} MiB (${(100 * growth).toFixed(1)} %)`
    check(`${name}: heap after gc grew by at most ${100 * plan.maxHeapGrowth} %`, growth <= plan.maxHeapGrowth, heap)
    const more = after.handles.descriptors - before.handles.descriptors
    check(`${name}: descriptors are level`, more <= handleSlack, `${before.handles.descriptors} to ${after.handles.descriptors}`)
  }
  const unexpected = Object.entries(counts.failed).filter(([code]) => !lostByCrash.has(code))
  const lost = Object.values(counts.failed).reduce((sum, count) => sum + count, 0)
  // What was in flight to the one miner that crashed, and what followed until its new address was known.
  const mayBeLost = churn.crashes * 64
  check('calls were made', counts.done > plan.seconds, `${counts.done} done, ${counts.skipped} skipped`)
  check('no call failed but those to a miner that crashed', unexpected.length === 0 && lost <= mayBeLost, JSON.stringify(counts.failed))
  check(
    'fuzz cases found nothing',
    fuzzed.findings.length === 0 && fuzzed.cases >= plan.fuzzCases,
    `${fuzzed.cases} cases ${fuzzed.findings[0] ?? ''}`,
  )
  check('malformed calls were answered', fuzzed.answered > 0, `${fuzzed.answered} of ${fuzzed.wire}`)
  const { cold, ...warm } = round
  const isComplete = cold.good === plan.roundMiners
  check(`one round over ${plan.roundMiners} miners that nobody is connected to completes`, isComplete, JSON.stringify(cold))
  check(`one round over ${plan.roundMiners} miners completes`, warm.good === plan.roundMiners, JSON.stringify(warm))
  return { checks, figures: { ...found } }
}
