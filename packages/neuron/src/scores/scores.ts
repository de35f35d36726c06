import { type Ss58Address, TensorKitError } from '@tensorkit/core'

/** What {@link createScores} takes. */
export interface ScoresOptions {
  /**
   * The weight of the newest value, above 0 and at most 1: about the last 2 / alpha values count.
   *
   * @defaultValue 0.1, the last twenty rounds or so
   */
  readonly alpha?: number | undefined
}

/** One hotkey's standing. */
export interface ScoreEntry {
  /** The moving average; 0 before the first value. */
  readonly score: number
  /** How many values went into it. */
  readonly count: number
  /** The block of the registration that the score belongs to; undefined before the first `align`. */
  readonly registeredAt: number | undefined
}

/** Who is registered, as scores need it: a {@link MetagraphSnapshot} is one. */
export interface ScoredSubnet {
  readonly neurons: readonly { readonly hotkey: Ss58Address; readonly registeredAt: number }[]
}

/**
 * Scores of miners: an exponential moving average for each hotkey.
 *
 * They are kept by hotkey and not by uid, since a uid changes hands; and each belongs to one registration, so that
 * nobody inherits a score, not even one's own of an earlier life.
 */
export interface Scores {
  readonly alpha: number
  /**
   * Adds a value: `score = (1 - alpha) * score + alpha * value`, beginning from 0, so that a newcomer has to earn it.
   *
   * @param value - Any finite number; below 0 is allowed and pulls the average down.
   * @throws CORE_INVALID_ARGUMENT for NaN and infinities: what a miner answered must not decide that silently.
   */
  record(hotkey: Ss58Address | string, value: number): void
  /** The average; 0 for a hotkey without values. */
  get(hotkey: Ss58Address | string): number
  /** All hotkeys with values, in the order of their first value. */
  entries(): readonly (readonly [hotkey: Ss58Address, entry: ScoreEntry])[]
  /**
   * Follows the subnet: forgets who is gone, and who was registered anew in the meantime.
   *
   * @returns The hotkeys whose scores were reset.
   */
  align(subnet: ScoredSubnet): readonly Ss58Address[]
  /** Replaces everything by entries that were saved. @throws CORE_INVALID_ARGUMENT for entries that are none. */
  restore(entries: Iterable<readonly [hotkey: string, entry: ScoreEntry]>): void
}

/**
 * Creates empty scores.
 *
 * @throws CORE_INVALID_ARGUMENT for an alpha out of range.
 *
 * @example
 * ```ts
 * const scores = createScores({ alpha: 0.1 })
 * scores.record(reply.hotkey, reply.ok ? quality(reply.value) : 0)
 * ```
 */
export function createScores(options: ScoresOptions = {}): Scores {
  const { alpha = 0.1 } = options
  if (!(alpha > 0 && alpha <= 1))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'alpha must be above 0 and at most 1', { facts: { alpha } })
  const entries = new Map<string, ScoreEntry>()
  const registrations = new Map<string, number>()
  return {
    alpha,
    record(hotkey, value) {
      if (!Number.isFinite(value))
        throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A score must be a finite number', { facts: { hotkey, value: String(value) } })
      const { score = 0, count = 0 } = entries.get(hotkey) ?? {}
      entries.set(hotkey, { score: (1 - alpha) * score + alpha * value, count: count + 1, registeredAt: registrations.get(hotkey) })
    },
    get: (hotkey) => entries.get(hotkey)?.score ?? 0,
    entries: () => [...entries] as [Ss58Address, ScoreEntry][],
    align({ neurons }) {
      registrations.clear()
      for (const { hotkey, registeredAt } of neurons) registrations.set(hotkey, registeredAt)
      const reset: Ss58Address[] = []
      for (const [hotkey, entry] of entries) {
        const registeredAt = registrations.get(hotkey)
        // A value recorded before the first look at the subnet belongs to the registration found there.
        if (registeredAt !== undefined && (entry.registeredAt ?? registeredAt) === registeredAt) {
          entries.set(hotkey, { ...entry, registeredAt })
          continue
        }
        entries.delete(hotkey)
        reset.push(hotkey as Ss58Address)
      }
      return reset
    },
    restore(saved) {
      const checked = [...saved]
      for (const [hotkey, { score, count }] of checked) {
        if (!Number.isFinite(score) || !Number.isSafeInteger(count) || count < 1) {
          throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A saved score is not one', { facts: { hotkey: hotkey.slice(0, 64) } })
        }
      }
      entries.clear()
      for (const [hotkey, entry] of checked) entries.set(hotkey, entry)
    },
  }
}
