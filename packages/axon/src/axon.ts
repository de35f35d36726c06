import type { AxonEndpoint, NeuronCertificate, Protocol } from '@tensorkit/core'
import type { Handlers } from './handlers.js'
import type { TlsIdentity } from './tls/tls-identity.js'

/** A neuron's server. */
export interface Axon {
  /**
   * Where it serves: after {@link listen} with the port that it got.
   *
   * Spread it into `serveAxon` to publish it. An axon that listens on all addresses has no address to publish: give
   * `serveAxon` the public one then.
   */
  readonly endpoint: AxonEndpoint
  /**
   * The TLS key, as `serve_axon_tls` publishes it: algorithm 0x54 and 64 bytes, x‖y.
   *
   * Undefined for an axon that serves plain text, and before {@link listen} unless `tls` was given.
   */
  readonly certificate: NeuronCertificate | undefined
  /**
   * Serves TLS with another key. Connections that are open stay as they are, with their sessions; new ones get the new key. Publish
   * {@link certificate} again where you did.
   *
   * @throws CORE_INVALID_ARGUMENT if the axon serves no TLS.
   */
  rotateTls(identity: TlsIdentity): void
  /**
   * Serves a protocol. Call it before {@link listen}, once for each protocol.
   *
   * @throws CORE_INVALID_ARGUMENT if a handler is missing, the protocol is served already, or the axon listens.
   */
  implement<P extends Protocol>(protocol: P, handlers: Handlers<P>): void
  /**
   * Starts to serve, and resolves when calls are accepted.
   *
   * With the default replay store that takes `maxAheadMs` and 0.5 s (2.5 s in all) after the axon was made: an earlier process with this
   * hotkey may have seen what was signed before, so that such calls are refused (`UNAVAILABLE`) meanwhile.
   *
   * @throws AXON_ADDRESS_IN_USE, AXON_LISTEN_FAILED, CORE_ABORTED, CORE_CLOSED.
   */
  listen(options?: { readonly signal?: AbortSignal }): Promise<void>
  /**
   * Shuts down without breaking a call: health goes NOT_SERVING, new calls get UNAVAILABLE, calls in flight finish or
   * reach `timeoutMs`, then everything is closed.
   *
   * @param options - `timeoutMs`: how long calls in flight may take. @defaultValue 30 000
   */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Closes at once; calls in flight are cut. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
