import type { Clock, Logger, Metrics, NeuronDirectory, ReplayStore, Signer } from '@tensorkit/core'
import type { SignaturePoolOptions } from '@tensorkit/core/crypto'
import type { AuthProfile } from './admission/admission.js'
import type { AdmitHook, AdmitPolicy } from './admission/admit-policy.js'
import type { PriorityHook } from './admission/priority.js'
import type { AxonLimits } from './limits.js'
import type { TlsIdentity } from './tls/tls-identity.js'
import type { ServerTransport } from './transport/server-transport.js'

/** What {@link createAxon} is given. */
export interface AxonOptions {
  /** The hotkey that this axon serves under: callers sign for its address, and it signs the answers of sessions and receipts. */
  readonly signer: Signer
  /** Who is registered, with what stake and permit. */
  readonly directory: NeuronDirectory
  /** 1 to 65535, or 0 for any free one. */
  readonly port: number
  /** The address to listen on. @defaultValue `127.0.0.1`: other machines get in only when you say so */
  readonly host?: string
  /** Who may call, beyond being registered: a policy, or a hook alone. */
  readonly admit?: AdmitPolicy | AdmitHook
  /** Whose call comes first when there are more than can run. @defaultValue the caller's stake */
  readonly priority?: PriorityHook
  /** How callers may prove who they are: `session`, `btauth` or both. @defaultValue both */
  readonly profiles?: readonly AuthProfile[]
  /**
   * Addresses and CIDR ranges of proxies whose `x-forwarded-for` names the source of a call, for the buckets that unproved callers
   * draw from. Each must append to that header what it saw. Connections are counted by peer all the same. @defaultValue none
   */
  readonly trustedProxies?: readonly string[]
  /** The TLS key, of {@link createTlsIdentity} or {@link loadTlsIdentity}. @defaultValue a new one, made by `listen()`, that dies with the axon */
  readonly tls?: TlsIdentity
  /** Serves plain text. Requests stay authenticated; nothing is secret, and sessions are bound to no key. @defaultValue false: TLS 1.3 */
  readonly insecure?: boolean
  /**
   * What carries the calls: gRPC by a thin server over `node:http2`, gRPC by `@grpc/grpc-js`, or an object that is no gRPC at all, for
   * tests without a socket. @defaultValue `http2`
   */
  readonly transport?: 'http2' | 'grpc-js' | ServerTransport
  /** Serves gRPC reflection, so that tools such as `buf curl` know the protocols. Needs `@grpc/reflection`. @defaultValue false */
  readonly reflection?: boolean
  /** Threads that check and make signatures when many are wanted at once. */
  readonly signatures?: SignaturePoolOptions
  /** Overrides of {@link defaultAxonLimits}. */
  readonly limits?: Partial<AxonLimits>
  /** Remembers nonces; all axons of one hotkey must share one. @defaultValue one in the memory of this process */
  readonly replayStore?: ReplayStore
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
  /** @defaultValue logs nothing */
  readonly logger?: Logger
  /** @defaultValue records nothing */
  readonly metrics?: Metrics
}
