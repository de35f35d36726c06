import { AxonService, type Metrics, toTensorKitError } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { type Refusal, refusals } from '../refusal.js'
import type { RefusalLog } from '../refusal-log.js'
import type { SessionOpener } from '../session/session-opener.js'
import type { CallHandler, IncomingCall } from '../transport/incoming-call.js'
import { readOnlyMessage } from '../transport/read-only-message.js'
import { publicLimits } from './describe.js'

/** What {@link openSessionHandler} is given. */
export interface OpenSessionOptions {
  /** Undefined if the axon takes no sessions. */
  readonly opener: SessionOpener | undefined
  readonly limits: AxonLimits
  /** Whether the axon is shutting down. */
  readonly isDraining: () => boolean
  readonly log: RefusalLog
  readonly metrics: Metrics
}

/** Serves `OpenSession`. */
export function openSessionHandler(options: OpenSessionOptions): CallHandler {
  const { log, metrics } = options
  const count = (path: string, status: string) => metrics.count('tensorkit_axon_calls_total', { path, status })
  const refuse = (call: IncomingCall, refusal: Refusal, fields: Readonly<Record<string, unknown>> = {}) => {
    count(call.path, refusal.reason)
    if (call.isOver) return
    log.refused(refusal, { path: call.path, source: call.connection?.source, ...fields })
    call.refuse(refusal)
  }
  return (call) => {
    open(call, options)
      .then((outcome) => {
        if (outcome !== undefined) refuse(call, outcome)
        else count(call.path, call.isOver ? 'ended_early' : 'ok')
      })
      .catch((error: unknown) => refuse(call, refusals.internal, { error: toTensorKitError(error) }))
  }
}

async function open(call: IncomingCall, { opener, limits, isDraining }: OpenSessionOptions): Promise<Refusal | undefined> {
  if (isDraining()) return refusals.draining
  if (opener === undefined) return refusals.sessionUnsupported
  const request = await opener.admit(call)
  if ('status' in request) return request
  const body = await readOnlyMessage(call)
  if (body === undefined || !(body instanceof Uint8Array)) return body
  // The message has no fields; what a later version may add fits easily.
  if (body.length > maxBodyBytes) return refusals.undecodable
  const answer = await opener.open(call, request)
  if (answer === undefined || 'status' in answer) return answer
  const message = AxonService.openSession.response.encode({ ...answer, limits: publicLimits(limits) })
  answer.token.fill(0)
  void call.sendMessage(message)
  call.finish()
  return undefined
}

const maxBodyBytes = 1024
