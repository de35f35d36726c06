/** Time, as something that tests can replace. */
export interface Clock {
  /** Wall clock: unix time in ms. */
  nowMs(): number
  /** Wall clock: unix time in ns. */
  nowNs(): bigint
  /** A clock that never goes back: ms since an arbitrary start. */
  monotonicMs(): number
  /** Waits. @throws the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The clock of this machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  // performance.timeOrigin + now() would drift from a stepped wall clock; ms resolution is enough for a time stamp.
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
  monotonicMs: () => performance.now(),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted()
    // A timer holds at most 2^31 - 1 ms, and fires at once for more.
    for (let left = ms; left > 0; left -= maxTimerMs) await timer(Math.min(left, maxTimerMs), signal)
  },
}

const maxTimerMs = 0x7fffffff

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    const onAbort = () => {
      clearTimeout(handle)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
