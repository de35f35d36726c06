/** What the first state holds besides the chain's own defaults. */
export interface GenesisConfig {
  /** Free balances in rao, by account hex. */
  readonly balances: readonly (readonly [account: string, rao: bigint])[]
  /** The account that may call as root. */
  readonly sudo: string
}
