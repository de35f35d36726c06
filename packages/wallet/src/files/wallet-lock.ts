import { join } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { lock } from 'proper-lockfile'
import { errnoOf, ioError } from './io-error.js'

/** Hidden, so that no wallet program takes it for a key. */
export const lockName = '.tensorkit-lock'

/** A lock that was not renewed for so long belongs to a process that is gone; a live one renews it every half of it. */
export const staleLockMs = 10_000

/** How the lock of a wallet is waited for. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined
  /** @defaultValue 15000: longer than a lock of a dead process lasts. */
  readonly waitMs?: number
}

const retryEveryMs = 100

/**
 * Runs with the sole right among TensorKit's processes to write to a wallet. Other wallet programs know nothing of it.
 *
 * @param run - Gets a check that the lock is still held, to be made right before something is put in place: a machine that slept may have
 * lost it.
 * @throws WALLET_LOCKED if another holds it all the time; CORE_ABORTED; WALLET_IO.
 */
export async function withWalletLock<T>(
  wallet: string,
  run: (assertHeld: () => void) => Promise<T>,
  { signal, waitMs = 15_000 }: LockOptions = {},
): Promise<T> {
  const deadline = performance.now() + waitMs
  let isLost = false
  const locked = () => new TensorKitError('WALLET_LOCKED', 'Another process writes to the wallet', { facts: { wallet } })
  const acquire = async (): Promise<() => Promise<void>> => {
    for (;;) {
      if (signal?.aborted) throw new TensorKitError('CORE_ABORTED', 'Waiting for the lock of the wallet was aborted')
      try {
        return await lock(wallet, {
          lockfilePath: join(wallet, lockName),
          realpath: false,
          stale: staleLockMs,
          // The library would throw from a timer.
          onCompromised: () => {
            isLost = true
          },
        })
      } catch (error) {
        if (errnoOf(error) !== 'ELOCKED') throw ioError(error, 'The wallet could not be locked', wallet)
        if (performance.now() >= deadline) throw locked()
      }
      await new Promise((resolve) => setTimeout(resolve, retryEveryMs))
    }
  }
  const release = await acquire()
  try {
    return await run(() => {
      if (isLost) throw locked()
    })
  } finally {
    // A lock that somebody removed meanwhile is no reason to fail.
    await release().catch(() => {})
  }
}
