import type { IncomingHttpHeaders } from 'node:http2'
import type { CompressedEncoding } from '@tensorkit/core/node'

/** How messages may be packed. */
export type Encoding = CompressedEncoding | 'identity' | 'unknown'

/** The status of what is no gRPC call, undefined for what is one. Source: grpc/doc/PROTOCOL-HTTP2.md, "Requests". */
export function httpRefusal(headers: IncomingHttpHeaders): 405 | 415 | undefined {
  if (headers[':method'] !== 'POST') return 405
  const type = headers['content-type']
  if (type === 'application/grpc' || type === 'application/grpc+proto') return undefined
  return type !== undefined && /^application\/grpc(\+proto)?\s*(;|$)/i.test(type) ? undefined : 415
}

const msPerUnit: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 }

/** `grpc-timeout` in ms; undefined for none, `malformed` for what is no time-out. Source: grpc/doc/PROTOCOL-HTTP2.md, "Timeout". */
export function timeoutOf(value: string | string[] | undefined): number | undefined | 'malformed' {
  if (value === undefined) return undefined
  if (typeof value !== 'string' || !/^[0-9]{1,8}[HMSmun]$/.test(value)) return 'malformed'
  return Number(value.slice(0, -1)) * (msPerUnit[value.at(-1) as string] as number)
}

/** How the messages of a call may be packed. Of one that is packed otherwise than is understood, those that are not packed can be read. */
export function encodingOf(value: string | string[] | undefined): Encoding {
  if (value === undefined || value === 'identity') return 'identity'
  return value === 'gzip' || value === 'deflate' ? value : 'unknown'
}

/**
 * Decodes what is binary, in place: values of keys that end in `-bin`, of which several may have been joined by commas. Bytes that are no
 * base64 are left out of it, as node:buffer has it; what they stand for must be checked in any case.
 */
export function decodeBinary(headers: Record<string, unknown>, rawHeaders: readonly string[]): void {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    if (!name.endsWith('-bin')) continue
    const value = headers[name]
    if (typeof value === 'string') headers[name] = value.split(',').map((part) => Buffer.from(part.trim(), 'base64'))
  }
}
