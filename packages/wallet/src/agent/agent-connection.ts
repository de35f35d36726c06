import type { Socket } from 'node:net'
import type { Logger } from '@tensorkit/core'
import { encodeFrame, FrameReader } from './frames.js'
import { type AgentReply, type AgentRequest, parseRequest } from './protocol.js'

/** Bounds of one connection. */
export interface ConnectionLimits {
  readonly maxInFlight: number
  readonly frameTimeoutMs: number
  readonly idleTimeoutMs: number
}

/** Answers that a client does not read are kept up to here; then it is dropped. */
const maxUnreadBytes = 1024 * 1024

/** Serves one connection until it ends. A client that breaks the protocol is dropped without an answer. */
export function serveConnection(
  socket: Socket,
  {
    limits,
    logger,
    answer,
  }: { readonly limits: ConnectionLimits; readonly logger: Logger; readonly answer: (request: AgentRequest) => Promise<AgentReply> },
): void {
  const reader = new FrameReader()
  let inFlight = 0
  let partial: NodeJS.Timeout | undefined
  const drop = (reason: string) => {
    logger.warn({ reason }, 'A client of the agent was dropped')
    socket.destroy()
  }
  const send = (reply: AgentReply) => {
    if (socket.destroyed) return
    socket.write(encodeFrame(reply))
    if (socket.writableLength > maxUnreadBytes) drop('it does not read')
  }
  const handle = (request: AgentRequest) => {
    if (inFlight >= limits.maxInFlight) return send({ id: request.id, ok: false, failure: 'busy' })
    inFlight++
    void answer(request).then((reply) => {
      inFlight--
      send(reply)
    })
  }
  socket.setTimeout(limits.idleTimeoutMs, () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const value of reader.push(chunk)) {
        const request = parseRequest(value)
        if (request === undefined) return drop('it sent no request')
        handle(request)
      }
    } catch {
      return drop('it sent no frame')
    }
    if (!reader.isWaiting) {
      clearTimeout(partial)
      partial = undefined
    } else partial ??= setTimeout(() => drop('it sent a part of a frame'), limits.frameTimeoutMs)
  })
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearTimeout(partial))
}
