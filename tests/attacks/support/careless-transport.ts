import type { CallEnd, ClientTransport } from '../../../packages/dendrite/src/transport/client-transport.js'
import { createGrpcJsTransport } from '../../../packages/dendrite/src/transport/grpc-js/grpc-js-transport.js'
import { createHttp2Transport } from '../../../packages/dendrite/src/transport/http2/http2-transport.js'

/** What a {@link carelessTransport} does not do. */
export interface Carelessness {
  /** Takes calls that ended without the peer's status for good ones, if something was answered. */
  readonly believesEnds?: boolean
  /** Takes messages of this size, whatever a call allows. */
  readonly maxReplyBytes?: number
}

/** A transport of the dendrite's own, less one protection: what an implementation must not be, for controls. */
export function carelessTransport(name: 'http2' | 'grpc-js', { believesEnds = false, maxReplyBytes }: Carelessness): ClientTransport {
  const make = name === 'http2' ? createHttp2Transport : createGrpcJsTransport
  const transport = make({ maxMessageBytes: maxReplyBytes ?? 4 * 1024 * 1024 })
  return {
    name,
    open: (target) => {
      const channel = transport.open(target)
      const start = channel.start.bind(channel)
      channel.start = (given, listener) => {
        const isOne = believesEnds && given.replies === 'one'
        let hasAnswered = false
        const ended = (end: CallEnd): CallEnd =>
          believesEnds && hasAnswered && end.code !== 0 && end.fault !== 'cancelled'
            ? { ...end, code: 0, isLocal: false, fault: undefined }
            : end
        const options = { ...given, ...(isOne && { replies: 'many' as const }), ...(maxReplyBytes !== undefined && { maxReplyBytes }) }
        const call = start(options, {
          ...listener,
          onHeaders: (headers) => listener.onHeaders?.(headers),
          onDrain: () => listener.onDrain?.(),
          onMessage: (message) => {
            hasAnswered = true
            listener.onMessage(message)
          },
          onEnd: (end) => listener.onEnd(ended(end)),
        })
        // The message, and what comes behind it: a reply of one message is delivered when its status is there, and else not at all.
        if (isOne) for (let i = 0; i < 2; i++) call.read()
        return call
      }
      return channel
    },
  }
}
