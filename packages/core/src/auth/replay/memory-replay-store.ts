import { TensorKitError } from '../../errors/tensorkit-error.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'
import type { ReplayStore } from '../../interfaces/replay-store.js'

/** What {@link createMemoryReplayStore} takes. */
export interface MemoryReplayStoreOptions {
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
  /** How long an entry is kept at least, in ms (at most twice as long). @defaultValue 60,000, upstream's. */
  readonly retentionMs?: number
  /** Entries in all; beyond it new nonces are refused. @defaultValue 500,000: 34 MB of calls, 54 MB of openings of sessions; over 4,000 a second. */
  readonly maxEntries?: number
  /** Entries of one hotkey, so that one caller cannot fill the store for all. @defaultValue an eighth of maxEntries. */
  readonly maxEntriesPerHotkey?: number
  /**
   * Since when everything was seen, unix ns. Nonces before it, plus the allowed skew, are refused.
   *
   * @defaultValue now: an earlier process with this hotkey may have seen what came before. Give `0n` only where there was none.
   */
  readonly completeSinceNs?: bigint
}

/** Nonces that were stored between two rotations, by profile and hotkey. */
interface Generation {
  readonly seen: Map<string, Set<string>>
  size: number
}

const emptyGeneration = (): Generation => ({ seen: new Map(), size: 0 })

function positive(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 1) return value
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be a finite number, 1 or more`, { facts: { [name]: String(value) } })
}

/**
 * A {@link ReplayStore} in this process's memory.
 *
 * Two generations on a monotonic clock: every `retentionMs` the older is dropped whole, so that a look-up costs the same
 * however full it is. Full, it refuses and never evicts. What it dropped it goes on refusing by time, so that a wall
 * clock set back opens nothing. All servers of one hotkey must share one store.
 *
 * @throws CORE_INVALID_ARGUMENT if an option is not a positive number.
 */
export function createMemoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const clock = options.clock ?? systemClock
  const retentionMs = positive('retentionMs', options.retentionMs ?? 60_000)
  const maxEntries = positive('maxEntries', options.maxEntries ?? 500_000)
  const maxEntriesPerHotkey = positive('maxEntriesPerHotkey', options.maxEntriesPerHotkey ?? Math.max(1, Math.floor(maxEntries / 8)))
  let completeSinceNs = options.completeSinceNs ?? clock.nowNs()
  let current = emptyGeneration()
  let previous = emptyGeneration()
  let rotatedAtMs = clock.monotonicMs()
  // The latest wall time by which the entries of a generation were accepted.
  let currentLatestNs = clock.nowNs()
  let previousLatestNs = currentLatestNs

  function forget(generation: Generation, latestNs: bigint): void {
    if (generation.size > 0 && latestNs > completeSinceNs) completeSinceNs = latestNs
  }

  function rotate(): void {
    const elapsedMs = clock.monotonicMs() - rotatedAtMs
    if (elapsedMs < retentionMs) return
    forget(previous, previousLatestNs)
    const isCurrentOld = elapsedMs >= 2 * retentionMs
    if (isCurrentOld) forget(current, currentLatestNs)
    previous = isCurrentOld ? emptyGeneration() : current
    previousLatestNs = currentLatestNs
    current = emptyGeneration()
    rotatedAtMs += elapsedMs
  }

  return {
    retentionMs,
    get completeSinceNs() {
      rotate()
      return completeSinceNs
    },
    checkAndStore({ profile, hotkey, nonce }) {
      rotate()
      const owner = `${profile}\n${hotkey}`
      const older = previous.seen.get(owner)
      let newer = current.seen.get(owner)
      if (older?.has(nonce) || newer?.has(nonce)) return 'seen'
      if (current.size + previous.size >= maxEntries) return 'full'
      if ((older?.size ?? 0) + (newer?.size ?? 0) >= maxEntriesPerHotkey) return 'full'
      if (newer === undefined) {
        newer = new Set()
        current.seen.set(owner, newer)
      }
      newer.add(nonce)
      current.size += 1
      const nowNs = clock.nowNs()
      if (nowNs > currentLatestNs) currentLatestNs = nowNs
      return 'stored'
    },
  }
}
