/**
 * Remembers which signed requests were seen.
 *
 * One atomic check-and-store by profile, hotkey and nonce, after the signature holds. A full store refuses and never
 * evicts: an eviction would let a replay through.
 */
export interface ReplayStore {
  /** How long an entry is kept at least, in ms; must cover the freshness window plus the allowed skew. */
  readonly retentionMs: number
  /**
   * Since when, in unix ns, this store has seen everything; undefined if since ever (a shared, durable store).
   *
   * Requests timed before it, plus the allowed skew, are refused: nobody remembers whether they were seen.
   */
  readonly completeSinceNs?: bigint
  /**
   * Stores the key if it was not seen.
   *
   * @returns `stored`, `seen` (a replay) or `full`.
   */
  checkAndStore(key: {
    readonly profile: string
    readonly hotkey: string
    readonly nonce: string
  }): 'stored' | 'seen' | 'full' | Promise<'stored' | 'seen' | 'full'>
}
