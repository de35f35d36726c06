import { type Channel, status as grpcStatus, Metadata } from '@grpc/grpc-js'
import { decodeRefusalReason, type RefusalReason } from '@tensorkit/core'

/** One call as the transport needs it. */
export interface UnaryCallOptions {
  readonly channel: Channel
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** How long it may take, in ms. */
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Why a call ended without a message: a gRPC status, with what the peer added to it. Untrusted but for `isLocal`. */
export interface CallFailure {
  readonly code: number
  readonly details: string
  /** Whether nothing came from the peer: the status was made on this machine. */
  readonly isLocal: boolean
  readonly reason: RefusalReason | undefined
}

/** How a call ended. */
export type CallOutcome = { readonly ok: true; readonly body: Uint8Array } | { readonly ok: false; readonly failure: CallFailure }

/** Sends one message and waits for one. Never rejects. */
export function callUnary({ channel, path, headers, body, timeoutMs, signal }: UnaryCallOptions): Promise<CallOutcome> {
  return new Promise((resolve) => {
    const metadata = new Metadata()
    for (const key in headers) metadata.set(key, headers[key] as string)
    const call = channel.createCall(path, Date.now() + timeoutMs, null, null, null)
    const onAbort = () => call.cancelWithStatus(grpcStatus.CANCELLED, 'Cancelled')
    let message: Buffer | undefined
    let hasSeenHeaders = false
    let isTwice = false
    call.start(metadata, {
      onReceiveMetadata: () => {
        hasSeenHeaders = true
      },
      onReceiveMessage: (received: Buffer | null) => {
        if (received === null) return
        if (message !== undefined) isTwice = true
        message = received
        call.startRead()
      },
      onReceiveStatus: (ended) => {
        signal?.removeEventListener('abort', onAbort)
        if (ended.code === grpcStatus.OK && message !== undefined && !isTwice) {
          resolve({ ok: true, body: message })
          return
        }
        const isLocal = !hasSeenHeaders && Object.keys(ended.metadata.toJSON()).length === 0
        const details = ended.metadata.get('grpc-status-details-bin')[0]
        resolve({
          ok: false,
          failure: {
            code: ended.code === grpcStatus.OK ? grpcStatus.UNKNOWN : ended.code,
            details: ended.code === grpcStatus.OK ? 'The reply was not exactly one message' : ended.details,
            isLocal,
            reason: details instanceof Uint8Array ? decodeRefusalReason(details) : undefined,
          },
        })
      },
    })
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
    call.startRead()
    call.sendMessageWithContext({}, Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    call.halfClose()
  })
}
