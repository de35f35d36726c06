/** Bans last as long as Substrate's 30 minutes, in blocks of 12 s, so that a chain in virtual time stays reproducible. */
const banBlocks = 150

/** As many as Substrate's rotator expects; beyond that the oldest bans go first. */
const maxBans = 4096

/** Hashes that the pool does not take again for a while: what was invalid, dropped, or has just been included. */
export class BanList {
  readonly #until = new Map<string, number>()

  ban(hash: string, block: number): void {
    this.#until.delete(hash)
    this.#until.set(hash, block + banBlocks)
    if (this.#until.size > maxBans) this.#until.delete(this.#until.keys().next().value as string)
  }

  isBanned(hash: string, block: number): boolean {
    const until = this.#until.get(hash)
    if (until === undefined) return false
    if (block < until) return true
    this.#until.delete(hash)
    return false
  }
}
