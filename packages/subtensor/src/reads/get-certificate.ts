import { type NeuronCertificate, netUid, type Ss58Address } from '@tensorkit/core'
import type { ChainValue } from '../backend/chain-backend.js'
import type { ChainClient } from '../chain-client.js'
import { type ReadOptions, readBlockHash } from './read-block.js'
import { readSubtensorItem, subtensorItem } from './read-storage.js'

/** What the chain keeps of a key at most. Source: pallet-subtensor `NeuronCertificate`, spec 424. */
export const MAX_CERTIFICATE_KEY_BYTES = 64

/**
 * The TLS key that a hotkey published with `serve_axon_tls`; undefined if it published none.
 *
 * The neuron wrote it itself. It stays when its owner serves again without one, and goes with the registration.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; the connection's errors.
 *
 * Source: storage `SubtensorModule.NeuronCertificates`.
 */
export async function getCertificate(
  client: ChainClient,
  options: { readonly netuid: number; readonly hotkey: Ss58Address | string } & ReadOptions,
): Promise<NeuronCertificate | undefined> {
  return certificateOf(
    await readSubtensorItem(client, subtensorItem('NeuronCertificates', netUid(options.netuid), options.hotkey), options),
  )
}

/** What {@link getCertificates} takes. */
export interface GetCertificatesOptions extends ReadOptions {
  readonly netuid: number
  /**
   * With more entries the read fails.
   *
   * @defaultValue 4096: far beyond what a subnet holds, since an entry goes with its registration
   */
  readonly maxEntries?: number | undefined
}

/**
 * The TLS keys that the neurons of a subnet published, by hotkey.
 *
 * One round trip where nobody published any; two a thousand entries else.
 *
 * @throws CORE_INVALID_ARGUMENT for a netuid that is no u16; CHAIN_INCOMPATIBLE for more than `maxEntries`; the connection's errors.
 *
 * @example
 * ```ts
 * const certificates = await subtensor.getCertificates({ netuid: 2 })
 * for (const [hotkey, { algorithm }] of certificates) console.log(hotkey, algorithm)
 * ```
 *
 * Source: storage `SubtensorModule.NeuronCertificates`; JSON-RPC `state_getKeysPaged`, `state_queryStorageAt`.
 */
export async function getCertificates(
  client: ChainClient,
  options: GetCertificatesOptions,
): Promise<ReadonlyMap<Ss58Address, NeuronCertificate>> {
  const read = subtensorItem('NeuronCertificates', netUid(options.netuid))
  const { signal, timeoutMs, maxEntries = 4_096 } = options
  const entries = await client.backend.storageMap(read, await readBlockHash(client, options), { signal, timeoutMs, maxEntries })
  const certificates = new Map<Ss58Address, NeuronCertificate>()
  for (const { keys, value } of entries) {
    const certificate = certificateOf(value)
    const hotkey = keys[1]
    if (certificate && typeof hotkey === 'string') certificates.set(hotkey as Ss58Address, certificate)
  }
  return certificates
}

/** What is of another shape counts as none: nobody is locked out by what a neuron published. */
function certificateOf(value: ChainValue): NeuronCertificate | undefined {
  const { algorithm, publicKey } = (value ?? {}) as { algorithm?: unknown; publicKey?: unknown }
  if (typeof algorithm !== 'number' || !(publicKey instanceof Uint8Array) || publicKey.length > MAX_CERTIFICATE_KEY_BYTES) return undefined
  return { algorithm, publicKey }
}
