import type { Refusal } from '../refusal.js'

/** How a call comes to its end on this side. */
export type CallEnding =
  | { readonly kind: 'ok' }
  /** The caller left, or the deadline passed: there is nobody to tell. */
  | { readonly kind: 'left' }
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      /** What was thrown, for the log. */
      readonly error?: unknown
      /** Whether the handler ended it, so that there is a receipt; else the axon did. */
      readonly isByHandler: boolean
    }

/** All went well. */
export const ok: CallEnding = { kind: 'ok' }

/** Nobody is there any more. */
export const left: CallEnding = { kind: 'left' }

/** The axon ends the call. */
export const refused = (refusal: Refusal, error?: unknown): CallEnding => ({ kind: 'refused', refusal, error, isByHandler: false })

/** The handler ended the call, by an error or by what cannot be sent. */
export const failed = (refusal: Refusal, error?: unknown): CallEnding => ({ kind: 'refused', refusal, error, isByHandler: true })
