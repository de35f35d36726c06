import type { Storage } from '../../state/storage.js'
import type { BlockContext } from '../runtime.js'
import type { DispatchError } from '../types/well-known.js'
import type { DispatchInfo, RuntimeCall } from './call.js'
import type { RuntimeEvent } from './events.js'
import type { RuntimeOptions } from './options.js'
import type { Origin } from './origin.js'

/** What a runtime API sees: the state after a block. */
export interface ReadContext {
  readonly db: Storage
  readonly block: BlockContext
  readonly options: RuntimeOptions
}

/** What came of a dispatched call. */
export interface Dispatched {
  /** Undefined is success. */
  readonly error: DispatchError | undefined
  /** What it really cost. */
  readonly info: DispatchInfo
}

/** What a call and the block step see. */
export interface RuntimeContext extends ReadContext {
  /** Puts an event on record. */
  emit(event: RuntimeEvent): void
  /** Runs another call in a storage layer of its own, as Sudo does. Undefined is success. */
  dispatch(call: RuntimeCall, origin: Origin): DispatchError | undefined
  /** The same, and what it cost. */
  dispatchWithInfo(call: RuntimeCall, origin: Origin): Dispatched
  /** What a call costs before it is run. */
  infoOf(call: RuntimeCall): DispatchInfo
  /** A call in SCALE: what its hash is made of. */
  encodeCall(call: RuntimeCall): Uint8Array
}
