import type { EpochInput, EpochOutput } from './epoch-input.js'
import { U64F64 } from './fixed-point.js'
import { runEpoch } from './run-epoch.js'

/** How the alpha of an epoch is divided among a subnet's mechanisms. */
export interface EmissionSplit {
  /** Alpha to divide, rao. */
  readonly emission: bigint
  /** Number of mechanisms. */
  readonly mechanisms: number
  /** Shares as u16 fractions of 65535, 0 for mechanisms beyond the list; even where there is none. `MechanismEmissionSplit`. */
  readonly split?: readonly number[] | undefined
}

/**
 * Divides an epoch's alpha among mechanisms. What rounding leaves goes to the first.
 *
 * @returns Rao by mechanism; they add up to the emission.
 *
 * Source: subtensor `split_emissions`, spec 425.
 */
export function splitEmission({ emission, mechanisms, split }: EmissionSplit): bigint[] {
  const parts = Array.from({ length: mechanisms }, (_, mechanism) =>
    split ? (emission * BigInt(split[mechanism] ?? 0)) / 0xffffn : emission / BigInt(mechanisms),
  )
  const rest = emission - parts.reduce((sum, part) => sum + part, 0n)
  return parts.map((part, mechanism) => (mechanism === 0 && rest > 0n ? part + rest : part))
}

/** What the mechanisms of a subnet come to together: all that is not kept for each. Lists are indexed by uid. */
export type SubnetEpochOutput = Omit<EpochOutput, 'incentive' | 'bonds' | 'legacy'>

/** An epoch of a subnet with all its mechanisms. */
export interface MechanismsOutput {
  /** By mechanism: each has its own incentive and bonds. */
  readonly mechanisms: readonly EpochOutput[]
  readonly subnet: SubnetEpochOutput
}

/** Adds a part of a value to a u16 fraction, rounded down. */
const addU16 = (sum: number, value: number, weight: bigint): number =>
  U64F64.toU16(U64F64.add(U64F64.fromInt(sum), U64F64.mul(U64F64.fromInt(value), weight)))

const addU64 = (sum: bigint, value: bigint, weight: bigint): bigint =>
  U64F64.toU64(U64F64.add(U64F64.fromInt(sum), U64F64.mul(U64F64.fromInt(value), weight)))

/** Zeros where a list is too short. */
const zip = <T>(a: readonly T[], b: readonly T[], zero: T, join: (a: T, b: T) => T): T[] => b.map((item, uid) => join(a[uid] ?? zero, item))

function combine(sum: SubnetEpochOutput, output: EpochOutput, weight: bigint): SubnetEpochOutput {
  const u16 = (a: readonly number[], b: readonly number[]) => zip(a, b, 0, (x, y) => addU16(x, y, weight))
  const either = (a: readonly boolean[], b: readonly boolean[]) => zip(a, b, false, (x, y) => x || y)
  const plain = (a: readonly bigint[], b: readonly bigint[]) => zip(a, b, 0n, (x, y) => x + y)
  return {
    active: either(sum.active, output.active),
    consensus: u16(sum.consensus, output.consensus),
    dividends: u16(sum.dividends, output.dividends),
    validatorTrust: u16(sum.validatorTrust, output.validatorTrust),
    stakeWeight: u16(sum.stakeWeight, output.stakeWeight),
    validatorPermit: either(sum.validatorPermit, output.validatorPermit),
    emission: zip(sum.emission, output.emission, 0n, (x, y) => addU64(x, y, weight)),
    serverEmission: plain(sum.serverEmission, output.serverEmission),
    validatorEmission: plain(sum.validatorEmission, output.validatorEmission),
  }
}

const nothing: SubnetEpochOutput = {
  active: [],
  consensus: [],
  dividends: [],
  validatorTrust: [],
  stakeWeight: [],
  validatorPermit: [],
  emission: [],
  serverEmission: [],
  validatorEmission: [],
}

/**
 * Runs the epoch of a subnet with several mechanisms: one of Yuma consensus for each, over its own weights, bonds and
 * last updates. Server and validator emissions add up; what is a fraction counts by the mechanism's part of the alpha,
 * rounded down at each step, and so does `emission`, of which each mechanism's part is weighted by that part again.
 *
 * @param options.epochs - Input by mechanism; their `emission` is not looked at.
 * @param options.emission - Alpha to divide, rao.
 * @param options.split - As in {@link EmissionSplit}.
 *
 * Source: subtensor `epoch_with_mechanisms`, spec 425.
 */
export function runMechanisms(options: {
  readonly epochs: readonly EpochInput[]
  readonly emission: bigint
  readonly split?: readonly number[] | undefined
}): MechanismsOutput {
  const { epochs, emission, split } = options
  const parts = splitEmission({ emission, mechanisms: epochs.length, split })
  const mechanisms = epochs.map((epoch, mechanism) => runEpoch({ ...epoch, emission: parts[mechanism] ?? 0n }))
  const subnet = mechanisms.reduce((sum, output, mechanism) => {
    const fallback = mechanism === 0 ? U64F64.one : 0n
    const weight = U64F64.safeDiv(U64F64.fromInt(parts[mechanism] ?? 0n), U64F64.fromInt(emission), fallback)
    return combine(sum, output, weight)
  }, nothing)
  return { mechanisms, subnet }
}
