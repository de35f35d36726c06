import { type AxonEndpoint, netUid, type Ss58Address } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { decodeIp } from '../ip.js'
import type { ReadOptions } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/** What a neuron announced with serve_axon. */
export interface ServedAxon extends AxonEndpoint {
  /** When it was announced. */
  readonly block: number
  /** The version that the neuron gave itself. */
  readonly version: number
  readonly protocol: number
}

/**
 * Where a hotkey says that it serves; undefined if it says nothing.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.Axons`.
 */
export async function getAxon(
  client: ChainClient,
  options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions,
): Promise<ServedAxon | undefined> {
  const value = await readSubtensorItem(client, subtensorItem('Axons', netUid(options.netuid), options.hotkey), options)
  if (value === undefined) return undefined
  const { block, version, ip, port, ipType, protocol } = value as {
    block: bigint
    version: number
    ip: bigint
    port: number
    ipType: number
    protocol: number
  }
  const host = decodeIp(ip, ipType)
  return host === undefined || port === 0 ? undefined : { host, port, block: Number(block), version, protocol }
}
