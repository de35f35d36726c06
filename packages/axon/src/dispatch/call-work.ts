import type { Method } from '@tensorkit/core'
import type { Admitted } from '../admission/admission.js'
import type { CallContext } from '../call-context.js'
import type { AnyHandler } from '../handlers.js'
import type { AxonLimits } from '../limits.js'
import type { IncomingCall } from '../transport/incoming-call.js'
import type { CallEnding } from './call-ending.js'
import type { ReceiptLog } from './receipt-log.js'

/** What is done about one admitted call. */
export interface CallWork {
  readonly method: Method
  readonly handler: AnyHandler
  readonly admitted: Admitted
  readonly context: CallContext
  readonly limits: AxonLimits
  readonly receipt: ReceiptLog | undefined
  readonly reporter: CallReporter
  /** Whether a request of its stream ended the call, while its handler still ran. */
  isRefused: boolean
}

/** Who is told of what happens beside a call's own course. */
export interface CallReporter {
  /** A request of a stream ends the call now. */
  refused(call: IncomingCall, work: CallWork, ending: CallEnding): void
  /** An error came when nobody waited for it. */
  late(call: IncomingCall, work: CallWork, error: unknown): void
}
