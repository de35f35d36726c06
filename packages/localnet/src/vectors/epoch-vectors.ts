import type { EpochInput, EpochOutput, EpochRules, LiquidAlpha } from '../consensus/epoch-input.js'
import { I64F64 } from '../consensus/fixed-point.js'
import { runEpoch } from '../consensus/run-epoch.js'
import { type Comparable, compare, type Mismatch, show } from './compare.js'
import type { ExactJson } from './exact-json.js'
import { toInteger, VectorFault, VectorReader } from './vector-reader.js'

const FULL_U16 = 0xffff

/** Reads the input of an `epoch` or a `runtime_executed` vector. What it leaves out has the chain's own default. */
export function readEpochInput(input: VectorReader, rules: EpochRules): EpochInput {
  const stake = input.integers('stake').map((rao) => I64F64.fromInt(rao))
  const n = input.count('n', stake.length)
  if (n !== stake.length) throw new VectorFault(`n is ${n}, but stake has ${stake.length} entries`)
  const yuma3 = input.boolean(input.name('yuma3', 'yuma3_on', 'yuma3_enabled'), false)
  return {
    rules,
    yumaVersion: yuma3 ? 3 : 2,
    currentBlock: input.integer('current_block'),
    tempo: input.count('tempo', 360),
    lastMechanismStepBlock: input.integer('last_mechanism_step_block', 0n),
    activityCutoffBlocks: input.integer('activity_cutoff', 5000n),
    stake,
    stakeThreshold: input.integer('stake_threshold', 0n),
    ownerUid: input.raw('owner_uid') == null ? undefined : input.count('owner_uid'),
    lastUpdate: input.integers('last_update'),
    blockAtRegistration: input.has('block_at_registration') ? input.integers('block_at_registration') : [],
    validatorPermit: input.booleans('validator_permit'),
    weights: input.has('weights') ? input.sparseRows('weights') : [],
    bonds: input.has('bonds') ? input.sparseRows('bonds') : [],
    kappa: input.count('kappa', 32_767),
    bondsPenalty: input.count('bonds_penalty', FULL_U16),
    bondsMovingAverage: input.integer('bonds_moving_average', 900_000n),
    maxAllowedValidators: input.count('max_allowed_validators', 128),
    liquidAlpha: readLiquidAlpha(input),
    commitReveal: readCommitReveal(input),
    emission: input.integer('rao_emission'),
  }
}

function readLiquidAlpha(input: VectorReader): LiquidAlpha | undefined {
  const settings = {
    low: input.count('alpha_low', 45_875),
    high: input.count('alpha_high', 58_982),
    steepness: Number(input.integer('alpha_sigmoid_steepness', 1000n)),
  }
  return input.boolean(input.name('liquid_alpha', 'liquid_alpha_on', 'liquid_alpha_enabled'), false) ? settings : undefined
}

function readCommitReveal(input: VectorReader): EpochInput['commitReveal'] {
  const name = input.name('commit_blocks', 'earliest_commit_block')
  const blocks = input.has(name) ? input.list(name) : undefined
  const on = input.boolean(input.name('commit_reveal', 'commit_reveal_enabled', 'commit_reveal_weights_enabled'), blocks !== undefined)
  return on ? { earliestCommitBlock: (blocks ?? []).map((block) => toInteger(block)) } : undefined
}

/** Runs one `epoch` vector: `derived` must be met to the integer, cells of `expected` within their `epsilon`. */
export function runEpochVector(entry: VectorReader, input: VectorReader): Mismatch[] {
  const output = runEpoch(readEpochInput(input, 'spec-425'))
  const mismatches: Mismatch[] = []
  let checks = 0
  if (entry.has('derived')) {
    const derived = new VectorReader(entry.raw('derived'), 'derived')
    for (const field of derived.unread()) {
      checks++
      mismatches.push(...compare({ field, expected: derived.raw(field), got: outputField(output, field) }))
    }
  }
  if (entry.has('expected')) {
    for (const cell of entry.list('expected')) {
      checks++
      mismatches.push(...compareCell(output, cell))
    }
  }
  if (checks === 0) throw new VectorFault('nothing is expected')
  return mismatches
}

/** Runs one `runtime_executed` vector under the rules of spec 143: every field must be met to the integer. */
export function runExecutedVector(entry: VectorReader, input: VectorReader): Mismatch[] {
  const output = runEpoch(readEpochInput(input, 'spec-143'))
  const expected = new VectorReader(entry.raw('expected'), 'expected')
  const fields = expected.unread()
  if (fields.length === 0) throw new VectorFault('nothing is expected')
  return fields.flatMap((field) => compare({ field, expected: expected.raw(field), got: outputField(output, field) }))
}

/** An output list by the name that vectors give it, in camel or in snake case. */
export function outputField(output: EpochOutput, field: string): Comparable {
  const name = field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  switch (name) {
    case 'active':
    case 'consensus':
    case 'incentive':
    case 'dividends':
    case 'validatorTrust':
    case 'validatorPermit':
    case 'stakeWeight':
    case 'emission':
    case 'serverEmission':
    case 'validatorEmission':
    case 'bonds':
      return output[name]
    case 'rank':
    case 'trust':
      // Nothing sets them any more, and the chain reads them as 0.
      return output.legacy ? output.legacy[name] : output.active.map(() => 0)
    case 'pruningScores':
      if (output.legacy) return output.legacy.pruningScores
      throw new VectorFault(`field "${field}" does not exist under these rules`)
    default:
      throw new VectorFault(`unknown output field "${field}"`)
  }
}

function compareCell(output: EpochOutput, value: ExactJson): Mismatch[] {
  const cell = new VectorReader(value, 'expected cell')
  const name = cell.string('field')
  const index = cell.u16s('index')
  const [row, column, ...rest] = index
  if (row === undefined || rest.length > 0 || (name === 'bonds') !== (column !== undefined)) {
    throw new VectorFault(`field "index" of ${name} must be [uid]${name === 'bonds' ? ' and [target]' : ''}`)
  }
  const got = column === undefined ? listItem(outputField(output, name), row) : (output.bonds[row]?.find(([j]) => j === column)?.[1] ?? 0)
  const field = `${name}[${index.join('][')}]`
  if (!cell.has('epsilon')) return compare({ field, expected: cell.raw('value'), got })

  const unit = cell.string('unit')
  if (unit !== 'u16 proportion /65535' || typeof got !== 'number') throw new VectorFault(`unknown unit "${unit}"`)
  const expected = cell.number('value')
  const fraction = got / FULL_U16
  return Math.abs(fraction - expected) <= cell.number('epsilon') ? [] : [{ field, expected: show(expected), got: show(fraction) }]
}

function listItem(list: Comparable, index: number): Comparable {
  return Array.isArray(list) ? ((list as readonly Comparable[])[index] ?? null) : list
}
