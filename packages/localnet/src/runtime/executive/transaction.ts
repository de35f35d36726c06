import type { DispatchInfo } from '../framework/call.js'
import type { ReadContext } from '../framework/context.js'
import type { Pallet } from '../framework/pallet.js'
import type { RuntimeVersion } from '../runtime.js'
import type { SignedExtrinsic } from './decode-extrinsic.js'

/** What a transaction extension looks at. */
export interface Transaction {
  readonly extrinsic: SignedExtrinsic
  /** The signer's account as hex. */
  readonly who: string
  readonly info: DispatchInfo
  readonly context: ReadContext
  readonly version: RuntimeVersion
  readonly pallets: ReadonlyMap<string, Pallet>
  /** What extrinsics were found to be rightly signed for. */
  readonly verified: WeakMap<SignedExtrinsic, Uint8Array>
}
