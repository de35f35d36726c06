import type { Refusal } from '../refusal.js'

/** Ways in which a call is refused once its messages are looked at. */
export const streamRefusals = {
  requestsTooMany: { status: 'RESOURCE_EXHAUSTED', text: 'The stream has more messages than the axon takes', reason: 'requests_too_many' },
  requestsTooLarge: { status: 'RESOURCE_EXHAUSTED', text: 'The stream is larger than the axon takes', reason: 'requests_too_large' },
  responsesTooMany: { status: 'INTERNAL', text: 'The handler failed', reason: 'responses_too_many' },
  responsesTooLarge: { status: 'INTERNAL', text: 'The handler failed', reason: 'responses_too_large' },
  handlerBusy: {
    status: 'RESOURCE_EXHAUSTED',
    text: 'The handler is busy',
    publicReason: 'RATE',
    reason: 'handler_busy',
    retryAfterMs: 1_000,
  },
  handlerStuck: { status: 'INTERNAL', text: 'The handler failed', reason: 'handler_stuck' },
  receiptMalformed: {
    status: 'INVALID_ARGUMENT',
    text: 'A receipt needs tk-receipt: 1 and a tk-request-id of 32 lower-case hex digits',
    reason: 'receipt_malformed',
  },
} as const satisfies Record<string, Refusal>
