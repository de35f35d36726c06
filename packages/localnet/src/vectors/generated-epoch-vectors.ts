import type { EpochInput, EpochOutput } from '../consensus/epoch-input.js'
import { I64F64 } from '../consensus/fixed-point.js'
import { vecU16MaxUpscaleToU16 } from '../consensus/math/upscale-u16.js'
import { runEpoch } from '../consensus/run-epoch.js'
import type { SparseRow } from '../consensus/sparse-matrix.js'
import { compare, type Mismatch } from './compare.js'
import { outputField } from './epoch-vectors.js'
import type { ExactJson } from './exact-json.js'
import { VectorFault, VectorReader } from './vector-reader.js'

/**
 * Runs one `epoch_generated` vector: a graph of validators that all weigh all servers, described rather than listed. One
 * epoch without weights gives out permits, then weights are set and the given number of epochs runs.
 */
export function runGeneratedVector(entry: VectorReader, generator: VectorReader): Mismatch[] {
  const n = generator.count('n')
  const interval = n / generator.count('max_allowed_validators')
  const validators = readUids({ value: generator.raw('validators'), field: 'validators', n, interval })
  const isValidator = new Set(validators)
  const rest = generator.raw('servers') ?? 'the rest'
  const others = Array.from({ length: n }, (_, uid) => uid).filter((uid) => !isValidator.has(uid))
  const servers = rest === 'the rest' ? others : readUids({ value: rest, field: 'servers', n, interval })
  if (servers.some((uid) => isValidator.has(uid))) throw new VectorFault('a uid is both validator and server')

  const output = runGraph(generator, { n, isValidator, servers })
  const expected = new VectorReader(entry.raw('expected'), 'expected')
  const groups = expected.unread()
  if (groups.length === 0) throw new VectorFault('nothing is expected')
  return groups.flatMap((group) => {
    const uids = group === 'validators' ? validators : group === 'servers' ? servers : undefined
    if (!uids) throw new VectorFault(`unknown group "${group}"`)
    const fields = new VectorReader(expected.raw(group), group)
    return fields.unread().flatMap((field) => {
      const value = fields.raw(field)
      return uids.flatMap((uid) => compareField({ output, uid, field, value, firsts: { validators, servers } }))
    })
  })
}

function runGraph(
  generator: VectorReader,
  graph: { readonly n: number; readonly isValidator: ReadonlySet<number>; readonly servers: readonly number[] },
): EpochOutput {
  const { n, isValidator, servers } = graph
  const uids = Array.from({ length: n }, (_, uid) => uid)
  const registered = generator.integer('register_block', 0n)
  const weightsBlock = generator.integer('weights_block')
  const validatorStake = I64F64.fromInt(generator.integer('stake_per_validator'))
  const serverStake = I64F64.fromInt(generator.integer('server_stake', 0n))
  const selfWeight = generator.boolean('server_self_weight', false)
  const row = readWeights(generator.raw('weights_from_each_validator'), servers)
  const weights = uids.map((uid): SparseRow<number> => (isValidator.has(uid) ? row : selfWeight ? [[uid, 0xffff]] : []))

  const before: EpochInput = {
    yumaVersion: generator.boolean('yuma3', false) ? 3 : 2,
    currentBlock: registered,
    tempo: generator.count('tempo'),
    lastMechanismStepBlock: 0n,
    activityCutoffBlocks: generator.integer('activity_cutoff', 5000n),
    stake: uids.map((uid) => (isValidator.has(uid) ? validatorStake : serverStake)),
    stakeThreshold: generator.integer('stake_threshold', 0n),
    lastUpdate: uids.map(() => registered),
    blockAtRegistration: uids.map(() => registered),
    validatorPermit: uids.map(() => false),
    weights: [],
    bonds: [],
    kappa: generator.count('kappa'),
    bondsPenalty: generator.count('bonds_penalty', 0xffff),
    bondsMovingAverage: generator.integer('bonds_moving_average'),
    maxAllowedValidators: generator.count('max_allowed_validators'),
    emission: generator.integer('rao_emission'),
  }
  let output = runEpoch(before)
  const epochs = generator.count('epochs_after_weights')
  for (let epoch = 0; epoch < epochs; epoch++) {
    output = runEpoch({
      ...before,
      currentBlock: weightsBlock,
      weights,
      lastUpdate: uids.map((uid) => (isValidator.has(uid) || selfWeight ? weightsBlock : registered)),
      validatorPermit: output.validatorPermit,
      bonds: output.bonds,
    })
  }
  return output
}

// A list of uids, an inclusive range "0..63", or a rule such as "uid % 8 == 0", "every 8th" or "0,8,16,...". A regular
// interleaving without a number spreads the validators over all uids, as the source test does.
function readUids(options: {
  readonly value: ExactJson | undefined
  readonly field: string
  readonly n: number
  readonly interval: number
}): number[] {
  const { value, field, n, interval } = options
  if (Array.isArray(value) && value.every((uid): uid is number => isUid(uid, n))) return value
  const text = typeof value === 'string' ? value.trim() : ''
  const every = (step: number) => Array.from({ length: Math.ceil(n / step) }, (_, k) => k * step)

  const range = /^(\d+)\s*(?:\.\.=?|-)\s*(\d+)$/.exec(text)
  if (range && isUid(Number(range[2]), n)) return Array.from({ length: n }, (_, uid) => uid).slice(Number(range[1]), Number(range[2]) + 1)
  const rule = /(?:%|mod)\s*(\d+)\s*={1,3}\s*0|(?:every|multiples? of|step(?:_by)?)\W*(\d+)|^0,\s*(\d+),.*(?:\.\.\.|…)/.exec(text)
  const step = Number(rule?.[1] ?? rule?.[2] ?? rule?.[3] ?? 0)
  if (step > 0) return every(step)
  if (/regular|interleav/.test(text) && Number.isInteger(interval)) return every(interval)

  const listed = text.split(',').map((uid) => uid.trim())
  if (!listed.every((uid) => /^\d+$/.test(uid) && isUid(Number(uid), n))) throw new VectorFault(`field "${field}" names no uids`)
  return listed.map(Number)
}

function isUid(value: unknown, n: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < n
}

function readWeights(value: ExactJson | undefined, servers: readonly number[]): SparseRow<number> {
  const given =
    typeof value === 'number' ? value : Number(/(?:value|weight)?\s*(\d+)/.exec(typeof value === 'string' ? value : '')?.[1] ?? Number.NaN)
  if (!Number.isInteger(given)) throw new VectorFault('field "weights_from_each_validator" names no value')
  const upscaled = vecU16MaxUpscaleToU16(servers.map(() => given))
  return servers.map((uid, i) => [uid, upscaled[i] ?? 0] as const)
}

function compareField(options: {
  readonly output: EpochOutput
  readonly uid: number
  readonly field: string
  readonly value: ExactJson | undefined
  readonly firsts: { readonly validators: readonly number[]; readonly servers: readonly number[] }
}): Mismatch[] {
  const { output, uid, field, value, firsts } = options
  const bond = /^bond_to_first_(server|validator)$/.exec(field)
  if (bond) {
    const target = bond[1] === 'server' ? firsts.servers[0] : firsts.validators[0]
    const got = output.bonds[uid]?.find(([j]) => j === target)?.[1] ?? 0
    return compare({ field: `${field} of uid ${uid}`, expected: value, got })
  }
  const list = outputField(output, field)
  const got = Array.isArray(list) ? (list as readonly (number | bigint | boolean)[])[uid] : undefined
  return compare({ field: `${field}[${uid}]`, expected: value, got: got ?? null })
}
