import type { Logger, NeuronEntry, Ss58Address } from '@tensorkit/core'
import type { CallContext } from '../call-context.js'
import type { IncomingCall } from '../transport/incoming-call.js'

/** A handler's view of its call. A class, as a getter in a literal costs more than the rest of it. */
export class HandlerContext implements CallContext {
  readonly caller: NeuronEntry
  readonly log: Logger
  readonly #call: IncomingCall

  constructor(call: IncomingCall, { caller, log }: { readonly caller: NeuronEntry; readonly log: Logger }) {
    this.#call = call
    this.caller = caller
    this.log = log
  }

  get hotkey(): Ss58Address {
    return this.caller.hotkey
  }

  get path(): string {
    return this.#call.path
  }

  get deadline(): number {
    return this.#call.deadlineMs
  }

  get signal(): AbortSignal {
    return this.#call.signal
  }
}
