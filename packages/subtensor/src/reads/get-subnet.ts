import { type NetUid, netUid, rao, type Ss58Address, type Tao } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import type { ReadOptions } from './read-block.js'
import { readStorage, readSubtensorItem, subtensorItem } from './read-storage.js'

/** A subnet in short. */
export interface SubnetSummary {
  readonly netuid: NetUid
  /** The coldkey that owns it. */
  readonly owner: Ss58Address
  /** How many neurons it has. */
  readonly size: number
  /** Whether its owner started it: before, nobody can stake. */
  readonly started: boolean
  /** What registering a neuron costs now. */
  readonly burn: Tao
}

/**
 * Whether a subnet exists.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.NetworksAdded`.
 */
export async function subnetExists(client: ChainClient, options: { readonly netuid: number } & ReadOptions): Promise<boolean> {
  return (await readSubtensorItem(client, subtensorItem('NetworksAdded', netUid(options.netuid)), options)) === true
}

/**
 * A subnet in short; undefined if it does not exist.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.{NetworksAdded, SubnetOwner, SubnetworkN, FirstEmissionBlockNumber, Burn}`.
 */
export async function getSubnet(
  client: ChainClient,
  options: { readonly netuid: number } & ReadOptions,
): Promise<SubnetSummary | undefined> {
  const netuid = netUid(options.netuid)
  const reads = ['NetworksAdded', 'SubnetOwner', 'SubnetworkN', 'FirstEmissionBlockNumber', 'Burn'].map((item) =>
    subtensorItem(item, netuid),
  )
  const { values } = await readStorage(client, { ...options, reads })
  const [exists, owner, size, firstEmission, burn] = values
  if (exists !== true) return undefined
  return { netuid, owner: owner as Ss58Address, size: size as number, started: firstEmission !== undefined, burn: rao(burn as bigint) }
}
