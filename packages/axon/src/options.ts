import type { Clock, Logger, Metrics, NeuronDirectory, ReplayStore, Signer } from '@tensorkit/core'
import type { AdmitHook, AdmitPolicy } from './admission/admit-policy.js'
import type { AxonLimits } from './limits.js'

/** What {@link createAxon} is given. */
export interface AxonOptions {
  /** The hotkey that this axon serves under; its address is the receiver that callers must sign for. */
  readonly signer: Pick<Signer, 'address'>
  /** Who is registered, with what stake and permit. */
  readonly directory: NeuronDirectory
  /** 1 to 65535, or 0 for any free one. */
  readonly port: number
  /** The address to listen on. @defaultValue `127.0.0.1`: plain text stays on this machine unless you say otherwise */
  readonly host?: string
  /** Who may call, beyond being registered: a policy, or a hook alone. */
  readonly admit?: AdmitPolicy | AdmitHook
  /** Serves plain text on an address that is not loopback. Requests stay authenticated; nothing is secret. @defaultValue false */
  readonly insecure?: boolean
  /** Serves gRPC reflection, so that tools such as `buf curl` know the protocols. Needs `@grpc/reflection`. @defaultValue false */
  readonly reflection?: boolean
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
