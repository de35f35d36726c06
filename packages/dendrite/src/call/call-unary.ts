import type { CallEnd, ClientChannel } from '../transport/client-transport.js'
import type { CancelScope } from './cancel-scope.js'

/** One call as the transport needs it. */
export interface UnaryCallOptions {
  readonly channel: ClientChannel
  readonly path: string
  readonly headers: Readonly<Record<string, string | Uint8Array>>
  readonly body: Uint8Array
  /** How long it may take, in ms. */
  readonly timeoutMs: number
  readonly maxReplyBytes: number
  readonly connectionId?: number | undefined
  readonly cancel?: CancelScope | undefined
}

/** How a call ended; with a message if it ended well. */
export interface UnaryOutcome {
  readonly end: CallEnd
  readonly message: Uint8Array | undefined
}

/** Sends one message and waits for one. Never rejects for what a peer or the network does. */
export function callUnary(options: UnaryCallOptions): Promise<UnaryOutcome> {
  const { channel, path, headers, body, timeoutMs, maxReplyBytes, connectionId, cancel } = options
  return new Promise((resolve) => {
    let message: Uint8Array | undefined
    let uncancel: (() => void) | undefined
    const call = channel.start(
      { path, headers, timeoutMs, replies: 'one', maxReplyBytes, connectionId },
      {
        onMessage: (received) => {
          message = received
        },
        onEnd: (end) => {
          uncancel?.()
          resolve({ end, message: end.code === 0 ? message : undefined })
        },
      },
    )
    call.sendLast(body)
    uncancel = cancel?.onCancel(() => call.cancel())
  })
}
