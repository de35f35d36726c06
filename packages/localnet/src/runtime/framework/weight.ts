import { dbWeight } from '../pallets/system/limits.js'

/** What a call's benchmark found: its own time, and the database reads and writes it does. */
export interface Benchmark {
  /** Picoseconds. */
  readonly time: bigint
  readonly reads?: number
  readonly writes?: number
}

/** Reference time of a call in picoseconds, as the chain adds it up. */
export const refTime = ({ time, reads = 0, writes = 0 }: Benchmark): bigint =>
  time + BigInt(reads) * dbWeight.read + BigInt(writes) * dbWeight.write
