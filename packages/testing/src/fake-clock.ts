import type { Clock } from '@tensorkit/core'

/** What {@link createFakeClock} may be told. */
export interface FakeClockOptions {
  /** Where it starts: unix ms. @defaultValue 1,800,000,000,000, in January 2027 */
  readonly startMs?: number
}

/** A clock that stands still until it is told to go on. */
export interface FakeClock extends Clock {
  /**
   * Goes on by so many ms, and ends each {@link Clock.sleep} when its time has come, in order. What those ends cause is run before
   * the clock goes on to the next one.
   */
  advance(ms: number): Promise<void>
  /** How many sleeps are waiting. */
  readonly sleepers: number
}

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** Makes a {@link FakeClock}. */
export function createFakeClock({ startMs = 1_800_000_000_000 }: FakeClockOptions = {}): FakeClock {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()
  const firstUntil = (untilMs: number): Sleeper | undefined => {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) if (sleeper.atMs <= untilMs && (first === undefined || sleeper.atMs < first.atMs)) first = sleeper
    return first
  }
  return {
    nowMs: () => nowMs,
    nowNs: () => BigInt(Math.round(nowMs)) * 1_000_000n,
    monotonicMs: () => nowMs - startMs,
    get sleepers() {
      return sleepers.size
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason)
          return
        }
        const leave = () => {
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', onAbort)
        }
        const onAbort = () => {
          leave()
          reject(signal?.reason)
        }
        const sleeper: Sleeper = {
          atMs: nowMs + Math.max(0, ms),
          wake: () => {
            leave()
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async advance(ms) {
      const untilMs = nowMs + ms
      await settled()
      for (let next = firstUntil(untilMs); next !== undefined; next = firstUntil(untilMs)) {
        nowMs = Math.max(nowMs, next.atMs)
        next.wake()
        await settled()
      }
      nowMs = untilMs
      await settled()
    },
  }
}

/** Lets promises that can settle now do so, those behind an immediate included. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
