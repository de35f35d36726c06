import { type NetworkName, networks } from '@tensorkit/subtensor'
import type { WalletLocation } from '@tensorkit/wallet'

/** What a neuron has to know of its surroundings. */
export interface NeuronConfig {
  /** A network's name (`finney`, `test`, `archive`, `local`) or a ws: or wss: URL. */
  readonly chain: string
  readonly netuid: number
  /** Which wallet and hotkey. */
  readonly wallet: WalletLocation
  /** Where a miner listens. */
  readonly axon: {
    /** @defaultValue `127.0.0.1` */
    readonly host?: string | undefined
    /** 0 takes a free port. */
    readonly port: number
    /** What is published, where it is not `host` and `port`: behind NAT, say. */
    readonly externalHost?: string | undefined
    readonly externalPort?: number | undefined
    /** The file of the axon's TLS key, made when absent. Replicas of one hotkey share it. @defaultValue `tls.pem` where state is kept */
    readonly tlsKey?: string | undefined
  }
  /**
   * Plain text in place of TLS: what a miner serves, and how a validator calls all miners. Both ends must agree. Calls stay
   * authenticated; nothing is secret.
   *
   * @defaultValue false
   */
  readonly insecure?: boolean | undefined
  /** Where state is kept. @defaultValue `tensorkit` inside the wallet's directory */
  readonly stateDirectory?: string | undefined
}

/** The options of `connectSubtensor` for a chain given by name or URL. */
export function chainOptions(chain: string): { readonly network: NetworkName } | { readonly endpoint: string } {
  return Object.hasOwn(networks, chain) ? { network: chain as NetworkName } : { endpoint: chain }
}
