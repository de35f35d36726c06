import { receiptHeaders, type SessionDomain, type Signer, signReceipt } from '@tensorkit/core'
import { createMessageDigest } from '@tensorkit/core/crypto'
import { headerValues } from '../transport/header-values.js'
import type { CallTrailers, IncomingCall } from '../transport/incoming-call.js'

/** What a receipt says beside the messages. */
export interface ReceiptOptions {
  readonly signer: Signer
  readonly domain: SessionDomain
}

/** The messages of one call, as its receipt will have them. Made only when the caller asked for one. */
export class ReceiptLog {
  readonly requests = createMessageDigest()
  readonly responses = createMessageDigest()
  readonly #requestId: string

  constructor(requestId: string) {
    this.#requestId = requestId
  }

  /** The trailers of the call: the signed receipt. */
  async trailers(
    call: IncomingCall,
    { signer, domain, ...rest }: ReceiptOptions & Pick<Parameters<typeof signReceipt>[0], 'caller' | 'status' | 'unixNs'>,
  ): Promise<CallTrailers> {
    const receipt = await signReceipt({
      ...rest,
      signer,
      domain,
      requestId: this.#requestId,
      path: call.path,
      requestCount: this.requests.count,
      requestHash: this.requests.hex(),
      responseCount: this.responses.count,
      responseHash: this.responses.hex(),
    })
    return { [receiptHeaders.receipt]: receipt }
  }
}

const requestIdShape = /^[0-9a-f]{32}$/

/** The receipt that a caller asks for, if any; `malformed` if it asks in another way than there is. */
export function askedReceipt({ headers }: Pick<IncomingCall, 'headers'>): ReceiptLog | 'malformed' | undefined {
  if (headers[receiptHeaders.ask] === undefined) return undefined
  const ask = headerValues(headers, receiptHeaders.ask)
  const id = headerValues(headers, receiptHeaders.requestId)
  const requestId = id.length === 1 ? id[0] : undefined
  const isAsked = ask.length === 1 && ask[0] === '1'
  return isAsked && typeof requestId === 'string' && requestIdShape.test(requestId) ? new ReceiptLog(requestId) : 'malformed'
}
