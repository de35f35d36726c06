import type { GenesisConfig } from './genesis-config.js'

/** What of the chain's rules this runtime bends or sets. */
export interface RuntimeOptions {
  /** The first state. */
  readonly genesis: GenesisConfig
  /** Whether `serve_axon` takes loopback addresses. Mainnet refuses them; a subnet on one machine needs them. */
  readonly allowLoopback: boolean
  /** Milliseconds between blocks, which clients read from the metadata: 12,000 on mainnet. */
  readonly slotMs: number
}
