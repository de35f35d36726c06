import type { ServerAddress } from '../peers/tasks.js'

/** Open handles of a process. */
export interface Handles {
  /** Open file descriptors, where the system tells them. */
  readonly descriptors: number
  /** Sockets, timers and the like, by kind. */
  readonly resources: Readonly<Record<string, number>>
}

/** What the process of miners answers. */
export interface MinerTasks {
  addresses(argument: undefined): readonly ServerAddress[]
  /** Starts a miner of the same hotkey in its place, at another port and with another TLS key; then ends the old one, with or without notice. */
  replace(argument: { readonly index: number; readonly isAnnounced: boolean }): Promise<ServerAddress>
  handles(argument: undefined): Handles
  [name: string]: (argument: never) => unknown
}

/** What the process of validators answers. */
export interface ValidatorTasks {
  /** Calls with so many in flight. @returns Calls a second. */
  calibrate(argument: { readonly forMs: number }): Promise<number>
  /** Starts to call at this rate. */
  start(argument: { readonly callsPerSecond: number }): void
  /** Stops, and waits for what is in flight. */
  stop(argument: undefined): Promise<void>
  /** Another address of a miner from now on. */
  move(argument: { readonly index: number; readonly address: ServerAddress }): void
  /** Replaces one dendrite by a new one of the same hotkey, when its calls are done. */
  renew(argument: { readonly index: number }): Promise<void>
  counts(argument: undefined): ValidatorCounts
  handles(argument: undefined): Handles
  [name: string]: (argument: never) => unknown
}

/** What became of the calls. */
export interface ValidatorCounts {
  readonly done: number
  /** By code. */
  readonly failed: Readonly<Record<string, number>>
  /** Calls that were due and not made, because too many were in flight. */
  readonly skipped: number
}

/** What the process of fuzzing answers. */
export interface FuzzTasks {
  /** @returns Cases tried, and the first findings. */
  fuzz(argument: { readonly cases: number }): { readonly cases: number; readonly findings: readonly string[] }
  /** Malformed calls at a living axon. @returns How many it answered, in any way. */
  wire(argument: {
    readonly address: ServerAddress
    readonly cases: number
  }): Promise<{ readonly cases: number; readonly answered: number }>
  handles(argument: undefined): Handles
  [name: string]: (argument: never) => unknown
}
