import type { Ss58Address, TensorKitError, Uid } from '@tensorkit/core'
import type { ReplyTimings } from '../reply.js'

/** As of a reply, and when the first message came. */
export interface StreamTimings extends ReplyTimings {
  /** From the request's first byte out to the first whole message, in ms; absent if none came. */
  readonly firstMessageMs: number | undefined
}

interface StreamSummary {
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  /** Messages of the peer that came, and fit the protocol. */
  readonly messages: number
  /** Their bytes, as protobuf has them. */
  readonly bytes: number
  readonly timings: StreamTimings
}

/** The peer ended the stream in order: all that it sent was there. */
export interface GoodStreamResult extends StreamSummary {
  readonly ok: true
  /** The axon's signed receipt over all messages, checked: only where the dendrite asks for them. */
  readonly receipt?: Uint8Array
}

/** The stream ended otherwise: what came before is a part of it. */
export interface BadStreamResult extends StreamSummary {
  readonly ok: false
  readonly error: TensorKitError
}

/** How a stream ended. */
export type StreamResult = GoodStreamResult | BadStreamResult
