import type { MetagraphSnapshot } from '@tensorkit/metagraph'
import { isBalanced, type LedgerEntry } from './ledger.js'
import { resetScores } from './ranking.js'
import type { RunRecord } from './record.js'
import type { RegisteredNeuron } from './roster.js'
import { roundsOf, stakeShares, tempo } from './schedule.js'
import { verdict } from './verdict.js'

/** What {@link judgeRun} judges. */
export interface FinishedEpochs {
  readonly neurons: readonly RegisteredNeuron[]
  readonly record: RunRecord
  readonly ledger: readonly LedgerEntry[]
  /** The metagraph before the first round. */
  readonly before: MetagraphSnapshot
  /** The metagraph at the last epoch's block. */
  readonly snapshot: MetagraphSnapshot
  readonly epochs: number
}

/** What is wrong with a run, a sentence each: the forecasts' verdict, the books, the calls, and who should have survived. */
export function judgeRun({ neurons, record, ledger, before, snapshot, epochs }: FinishedEpochs): string[] {
  const miners = neurons.filter(({ role }) => role === 'miner')
  const lighter = neurons.filter(({ role }) => role === 'validator').at(-1) as RegisteredNeuron
  const problems = verdict({
    miners: miners.map(({ model, uid, hotkey }) => ({
      model,
      incentive: snapshot.neuron(uid).incentive,
      alwaysAnswered: record.alwaysAnswered(hotkey),
    })),
    lighterVtrust: snapshot.neuron(lighter.uid).validatorTrust,
  })
  for (const entry of ledger)
    if (!isBalanced(entry, neurons.length, tempo)) problems.push(`the ledger of epoch ${entry.epoch} does not balance`)
  const { refused } = record.counts()
  if (refused > 0) problems.push(`${refused} calls were refused`)
  const rounds = roundsOf(epochs) * stakeShares.length
  if (record.rounds.length !== rounds) problems.push(`there were ${record.rounds.length} rounds instead of ${rounds}`)
  for (const { name, uid, hotkey } of neurons) {
    const now = snapshot.get(hotkey)
    if (now?.uid !== uid || now.registeredAt !== before.get(hotkey)?.registeredAt) problems.push(`${name} did not keep its uid`)
  }
  for (const hotkey of resetScores(record.rounds))
    problems.push(`the scores of ${miners.find((miner) => miner.hotkey === hotkey)?.model} did not survive`)
  return problems
}
