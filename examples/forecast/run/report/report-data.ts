import type { LedgerEntry } from '../ledger.js'
import { scoreSeries } from '../ranking.js'
import type { RunRecord } from '../record.js'
import type { RegisteredNeuron } from '../roster.js'
import { killedEpoch, killedMiner } from '../schedule.js'
import { formatLedger, ledgerColumns, metagraphColumns } from '../tables.js'
import type { ReportData } from './render-report.js'

/** What {@link createReportData} puts together. */
export interface ReportDataOptions {
  readonly seed: number
  readonly epochs: number
  readonly block: number
  readonly roster: readonly RegisteredNeuron[]
  readonly record: RunRecord
  readonly ledger: readonly LedgerEntry[]
  /** For each epoch, each uid's u16 incentive. */
  readonly incentives: readonly (readonly number[])[]
  /** For each validator, what it last set: weights by uid, in any scale. */
  readonly weights: readonly { readonly name: string; readonly byUid: ReadonlyMap<number, number> }[]
  /** Rows of the metagraph's table. */
  readonly metagraph: readonly (readonly string[])[]
  readonly problems: readonly string[]
}

/** Turns what a run left into what its report shows. */
export function createReportData(options: ReportDataOptions): ReportData {
  const { seed, epochs, block, roster, record, ledger, incentives, weights, metagraph, problems } = options
  const miners = roster.filter(({ role }) => role === 'miner')
  const series = scoreSeries(record.rounds, weights.length)
  const { answered, failed, refused } = record.counts()
  const latencies = miners.map(({ hotkey }) =>
    record
      .callsTo(hotkey)
      .filter(({ error }) => error === undefined)
      .map(({ latencyMs }) => latencyMs)
      .sort((a, b) => a - b),
  )
  const rounds = Math.max(0, ...[...series.values()].map((values) => values.length))
  return {
    summary: `Seed ${seed}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, up to block ${block}. Calls: ${answered} answered, ${failed} failed, ${refused} refused.`,
    problems,
    notes: [
      'lazy looks at nothing and always gives the same answer. slow is ewma, but past the deadline on every third call.',
      'copycat is a colluder’s other half: garch leaks its answers to it by a file, and it gives them a round late. It cannot ask garch itself, since an axon refuses the calls of a miner.',
      ...(epochs >= killedEpoch ? [`${killedMiner} was killed for the whole of epoch ${killedEpoch} and started again after it.`] : []),
    ],
    rounds: Array.from({ length: rounds }, (_, i) => i + 1),
    miners: miners.map(({ model, hotkey }) => ({
      model,
      label: model === 'copycat' ? 'copycat (colluder)' : model,
      skill: series.get(hotkey) ?? [],
    })),
    incentive: incentives.map((byUid, i) => ({ name: `epoch ${i + 1}`, values: miners.map(({ uid }) => (byUid[uid] ?? 0) / 65_535) })),
    weights: weights.map(({ name, byUid }) => ({ name, values: shares(miners.map(({ uid }) => byUid.get(uid) ?? 0)) })),
    latency: [
      { name: 'median', values: latencies.map((sorted) => quantile(sorted, 0.5)) },
      { name: '95 %', values: latencies.map((sorted) => quantile(sorted, 0.95)) },
    ],
    metagraph: { columns: metagraphColumns, rows: metagraph },
    ledger: { columns: ledgerColumns, rows: ledger.map(formatLedger) },
  }
}

function shares(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0)
  return values.map((value) => (total > 0 ? value / total : 0))
}

/** The nearest order statistic; 0 for no values. */
function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0
}
