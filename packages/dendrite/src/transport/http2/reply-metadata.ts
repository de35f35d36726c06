import type { IncomingHttpHeaders } from 'node:http2'
import type { ReplyMetadata } from '../client-transport.js'

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Metadata as node:http2 has it; decoded when asked for. */
export class Http2Metadata implements ReplyMetadata {
  readonly #headers: IncomingHttpHeaders

  constructor(headers: IncomingHttpHeaders) {
    this.#headers = headers
  }

  text(name: string): string | undefined {
    const value = this.#headers[name]
    return Array.isArray(value) ? value[0] : value
  }

  bytes(name: string): Uint8Array | undefined {
    if (!name.endsWith('-bin')) return undefined
    // Of several, joined by commas, the first. Senders may leave the padding away.
    const text = this.text(name)?.split(',', 1)[0]?.trim()
    return text !== undefined && base64.test(text) ? Buffer.from(text, 'base64') : undefined
  }
}
