import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AccessRules, isAllowed } from './access.js'
import type { Dispatcher } from './dispatcher.js'
import type { RpcLimits } from './rpc-limits.js'

/** What {@link handleHttp} needs. */
export interface HttpHandlerOptions {
  readonly dispatcher: Dispatcher
  readonly limits: RpcLimits
  readonly access: AccessRules
}

/** Answers one HTTP request: JSON-RPC by POST, without subscriptions. */
export async function handleHttp(
  request: IncomingMessage,
  response: ServerResponse,
  { dispatcher, limits, access }: HttpHandlerOptions,
): Promise<void> {
  if (!isAllowed(request.headers, access)) return refuse(response, 403, 'Host or Origin is not allowed')
  const { origin } = request.headers
  if (origin !== undefined) {
    response.setHeader('access-control-allow-origin', origin)
    response.setHeader('vary', 'origin')
  }
  if (request.method === 'OPTIONS') {
    response.writeHead(204, { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type' }).end()
    return
  }
  if (request.method !== 'POST') return refuse(response, 405, 'Use POST, or a WebSocket')
  // A page may send text/plain anywhere without asking first; JSON it may not.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return refuse(response, 415, 'Content-Type must be application/json')
  const body = await readBody(request, limits.maxRequestBytes)
  if (body === undefined) return refuse(response, 413, `The body exceeds ${limits.maxRequestBytes} bytes`)
  const ended = new AbortController()
  response.on('close', () => ended.abort())
  const reply = await dispatcher.answer(body, { signal: ended.signal })
  if (reply.text === undefined) response.writeHead(204).end()
  else response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(reply.text)
  reply.sent()
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  // The rest of the body is not read, so the connection cannot be used again.
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${reason}\n`)
}

/** @returns Undefined if it is longer than `maxBytes`; the rest is then left unread, so that the refusal can still be sent. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) {
        chunks.push(chunk)
        return
      }
      request.pause()
      resolve(undefined)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })
}
