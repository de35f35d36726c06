import { type NeuronCertificate, netUid, type Signer, TensorKitError } from '@tensorkit/core'
import type { ChainClient } from '../chain-client.js'
import { encodeIp } from '../ip.js'
import { MAX_CERTIFICATE_KEY_BYTES } from '../reads/get-certificate.js'
import type { CallOptions, CallResult, WaitFor } from '../submit/call-result.js'
import { submitCall } from '../submit/submit-call.js'

/** The `protocol` field of an axon that speaks the synapse protocol; the chain stores it and does not read it. */
const AXON_PROTOCOL = 4

/** Arguments of {@link serveAxon}. */
export interface ServeAxonOptions {
  readonly netuid: number
  /** The hotkey whose axon it is. The call is free of fees, so that a hotkey needs no balance. */
  readonly hotkey: Signer
  /** An IPv4 or IPv6 address that others can reach. */
  readonly host: string
  /** 1 to 65535. */
  readonly port: number
  /** A number that the neuron gives its own version. @defaultValue 1 */
  readonly version?: number | undefined
  /**
   * The TLS key of the axon, as `axon.certificate` has it. Without one, what was published before stays on chain.
   */
  readonly certificate?: NeuronCertificate | undefined
}

/**
 * Announces on chain where the axon of a hotkey can be reached, and with which TLS key if one is given.
 *
 * Limited to one call in `servingRateLimit` blocks. Mainnet refuses loopback addresses.
 *
 * @returns The call's fate; refusals are values.
 * @throws CORE_INVALID_ARGUMENT for a host that is no address or a port or certificate out of range; see {@link submitCall} for the rest.
 *
 * @example
 * ```ts
 * await subtensor.serveAxon({ netuid, hotkey: wallet.hotkey, ...axon.endpoint, certificate: axon.certificate })
 * ```
 *
 * Source: calls `SubtensorModule.serve_axon` (4) and `serve_axon_tls` (40).
 */
export async function serveAxon<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  options: ServeAxonOptions & CallOptions<W>,
): Promise<CallResult<W>> {
  const { port, version = 1, certificate } = options
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'port must be an integer from 1 to 65535', { facts: { port } })
  }
  const { ip, ipType } = encodeIp(options.host)
  const args = {
    netuid: netUid(options.netuid),
    version,
    ip,
    port,
    ip_type: ipType,
    protocol: AXON_PROTOCOL,
    placeholder1: 0,
    placeholder2: 0,
  }
  const call = certificate
    ? { pallet: 'SubtensorModule', name: 'serve_axon_tls', args: { ...args, certificate: encodeCertificate(certificate) } }
    : { pallet: 'SubtensorModule', name: 'serve_axon', args }
  return submitCall(client, call, options.hotkey, options)
}

/** The algorithm's byte, then the key. What is longer the chain passes over in silence, so that it is refused here. */
function encodeCertificate({ algorithm, publicKey }: NeuronCertificate): Uint8Array {
  const isByte = Number.isInteger(algorithm) && algorithm >= 0 && algorithm <= 0xff
  if (!isByte || publicKey.length > MAX_CERTIFICATE_KEY_BYTES) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A certificate is an algorithm from 0 to 255 and a key of at most 64 bytes', {
      facts: { algorithm, keyBytes: publicKey.length },
    })
  }
  return Uint8Array.of(algorithm, ...publicKey)
}
