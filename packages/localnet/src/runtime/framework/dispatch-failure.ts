import type { DispatchError } from '../types/well-known.js'
import type { PostInfo } from './post-info.js'

/**
 * Ends a dispatched call with a dispatch error. It never leaves the runtime: the executive undoes the call's writes and
 * turns it into `ExtrinsicFailed`. An exception, because that is what undoes a storage layer.
 */
export class DispatchFailure extends Error {
  constructor(
    readonly error: DispatchError,
    readonly post?: PostInfo,
  ) {
    super(error.type)
    this.name = 'DispatchFailure'
  }
}

/** Stops a call with an error that is no module's. */
export const fail = (error: DispatchError, post?: PostInfo): never => {
  throw new DispatchFailure(error, post)
}

/** A pallet's errors, by name in the order of their indexes. */
export interface PalletErrors<N extends string> {
  readonly names: readonly N[]
  /** The dispatch error of a name. */
  error(name: N): DispatchError
  /** Ends the call with the error. */
  fail(name: N): never
  /** Ends the call with the error unless the condition holds. */
  ensure(condition: boolean, name: N): void
}

/** Defines a pallet's errors. */
export function defineErrors<const N extends string>(palletIndex: number, names: readonly N[]): PalletErrors<N> {
  const error = (name: N): DispatchError => ({
    type: 'Module',
    value: { index: palletIndex, error: `0x${names.indexOf(name).toString(16).padStart(2, '0')}000000` },
  })
  const stop = (name: N): never => fail(error(name))
  return {
    names,
    error,
    fail: stop,
    ensure: (condition, name) => {
      if (!condition) stop(name)
    },
  }
}
