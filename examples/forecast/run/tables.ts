import { formatTao } from '@tensorkit/core'
import type { MetagraphSnapshot } from '@tensorkit/metagraph'
import type { LedgerEntry } from './ledger.js'
import type { RegisteredNeuron } from './roster.js'

/** Headings of the metagraph's table. Stake and emission in alpha, fractions from 0 to 1. */
export const metagraphColumns = [
  { title: 'uid', isNumber: true },
  { title: 'role' },
  { title: 'model' },
  { title: 'hotkey', isKey: true },
  { title: 'stake', isNumber: true },
  { title: 'vtrust', isNumber: true },
  { title: 'consensus', isNumber: true },
  { title: 'incentive', isNumber: true },
  { title: 'dividends', isNumber: true },
  { title: 'emission', isNumber: true },
] as const

/** The metagraph's rows, by uid. */
export function formatMetagraph(snapshot: MetagraphSnapshot, roster: readonly RegisteredNeuron[]): string[][] {
  return roster.map(({ uid, role, model, hotkey }) => {
    const neuron = snapshot.neuron(uid)
    const ratios = [neuron.validatorTrustRatio, neuron.consensusRatio, neuron.incentiveRatio, neuron.dividendsRatio]
    return [
      String(uid),
      role,
      model,
      hotkey,
      formatTao(neuron.stake),
      ...ratios.map((ratio) => ratio.toFixed(4)),
      formatTao(neuron.emission),
    ]
  })
}

const amounts = ['minted', 'ownerCut', 'incentive', 'dividends', 'root', 'burned', 'remainder'] as const

/** Headings of the ledger's table; all amounts in rao of alpha. */
export const ledgerColumns = [
  { title: 'epoch', isNumber: true },
  { title: 'block', isNumber: true },
  ...['minted', 'owner cut', 'incentive', 'dividends', 'root', 'burned', 'remainder'].map((title) => ({ title, isNumber: true })),
] as const

/** A row of the ledger. */
export function formatLedger(entry: LedgerEntry): string[] {
  return [String(entry.epoch), String(entry.block), ...amounts.map((name) => String(entry[name]))]
}
