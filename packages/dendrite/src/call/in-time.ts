import type { TensorKitError } from '@tensorkit/core'
import type { CancelScope } from './cancel-scope.js'

/** What a call has left for a wait. */
export interface TimeLeft {
  /** In ms; none is left from 0 down. */
  readonly leftMs: number
  readonly cancel?: CancelScope | undefined
}

/**
 * Waits for something as long as a call has time, and no longer. What is waited for goes on: it may serve another call.
 *
 * @returns What it came to, or the error of being late or cancelled. Rejects where it rejects in time.
 */
export function inTime<T>(pending: Promise<T>, { leftMs, cancel }: TimeLeft, late: () => TensorKitError): Promise<T | TensorKitError> {
  return new Promise((resolve, reject) => {
    let uncancel: (() => void) | undefined
    const over = () => {
      clearTimeout(timer)
      uncancel?.()
    }
    const finish = (outcome: T | TensorKitError) => {
      over()
      resolve(outcome)
    }
    const timer = setTimeout(() => finish(late()), Math.max(0, leftMs))
    uncancel = cancel?.onCancel(finish)
    pending.then(finish, (error: unknown) => {
      over()
      reject(error)
    })
  })
}
