import type { MetagraphSnapshot } from '@tensorkit/metagraph'
import type { LedgerEntry } from './ledger.js'
import type { RunRecord } from './record.js'
import type { RegisteredNeuron, Role } from './roster.js'

/** What `--json` writes. Amounts are rao as decimal strings, fractions the chain's u16 (65535 is 1). */
export interface RunResult {
  readonly seed: number
  readonly epochs: number
  /** The block of the last epoch. */
  readonly block: number
  readonly netuid: number
  /** Alpha minted in the last epoch. */
  readonly minted: string
  readonly neurons: readonly NeuronResult[]
  /** Calls of both validators. */
  readonly calls: { readonly answered: number; readonly failed: number; readonly refused: number }
  /** An entry for each epoch. */
  readonly ledger: readonly (Record<Exclude<keyof LedgerEntry, 'epoch' | 'block'>, string> & {
    readonly epoch: number
    readonly block: number
  })[]
  /** Whether the run came out right. */
  readonly ok: boolean
}

/** One neuron after the last epoch. */
export interface NeuronResult {
  readonly uid: number
  readonly role: Role
  readonly model: string
  readonly hotkey: string
  readonly incentive: number
  readonly dividends: number
  readonly consensus: number
  readonly vtrust: number
  /** Of the last epoch. */
  readonly emission: string
  /** Mean over both validators' rounds of the round's score; null for those that are not asked. */
  readonly meanScore: number | null
}

/** What {@link createResult} puts together. */
export interface ResultOptions {
  readonly seed: number
  readonly epochs: number
  readonly netuid: number
  readonly roster: readonly RegisteredNeuron[]
  readonly record: RunRecord
  readonly ledger: readonly LedgerEntry[]
  /** The metagraph at the block of the last epoch. */
  readonly snapshot: MetagraphSnapshot
  readonly ok: boolean
}

/** The result of a run, ready for JSON. */
export function createResult({ seed, epochs, netuid, roster, record, ledger, snapshot, ok }: ResultOptions): RunResult {
  return {
    seed,
    epochs,
    block: snapshot.block,
    netuid,
    minted: String(ledger.at(-1)?.minted ?? 0n),
    neurons: roster.map(({ uid, role, model, hotkey }) => {
      const { incentive, dividends, consensus, validatorTrust, emission } = snapshot.neuron(uid)
      const meanScore = record.meanScore(hotkey) ?? null
      return { uid, role, model, hotkey, incentive, dividends, consensus, vtrust: validatorTrust, emission: String(emission), meanScore }
    }),
    calls: record.counts(),
    ledger: ledger.map(({ epoch, block, ...amounts }) => ({ epoch, block, ...stringified(amounts) })),
    ok,
  }
}

function stringified<T extends Record<string, bigint>>(amounts: T): Record<keyof T, string> {
  // The keys stay what they are, which Object.fromEntries forgets.
  return Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, String(amount)])) as Record<keyof T, string>
}
