import { isIP } from 'node:net'
import { TensorKitError } from '@tensorkit/core'
import type { ClientTransportOptions, StartCallOptions, TransportTarget } from './client-transport.js'

/** {@link ClientTransportOptions}, complete. */
export interface ResolvedTransportOptions {
  readonly maxMessageBytes: number
  readonly connectTimeoutMs: number
  readonly maxHeaderBytes: number
  readonly compression: 'gzip' | undefined
}

/** Fills in and checks. @throws CORE_INVALID_ARGUMENT for a number that makes no sense. */
export function resolveTransportOptions(options: ClientTransportOptions): ResolvedTransportOptions {
  const { maxMessageBytes, connectTimeoutMs = 5_000, maxHeaderBytes = 16 * 1024, compression } = options
  for (const [name, value] of Object.entries({ maxMessageBytes, connectTimeoutMs, maxHeaderBytes })) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be a whole number from 1`, { facts: { [name]: String(value) } })
  }
  return { maxMessageBytes, connectTimeoutMs, maxHeaderBytes, compression }
}

/** @throws CORE_INVALID_ARGUMENT for a host or port that is none. */
export function checkTarget({ host, port }: TransportTarget): void {
  const isHost = isIP(host) !== 0 || (host.length <= 253 && /^[A-Za-z0-9._-]+$/.test(host))
  if (isHost && Number.isInteger(port) && port >= 1 && port <= 65_535) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The address is not one', { facts: { host: host.slice(0, 253), port: String(port) } })
}

const headerName = /^[0-9a-z_.-]{1,256}$/
const printable = /^[\x20-\x7e]*$/
const reserved = /^(grpc-|:)|^(te|content-type|user-agent|connection|host|transfer-encoding|upgrade|keep-alive|proxy-connection)$/

/** @throws CORE_INVALID_ARGUMENT for what HTTP/2 or gRPC cannot carry. */
export function checkCall({ path, headers, timeoutMs }: StartCallOptions): void {
  if (!/^\/[\x21-\x7e]{1,1024}$/.test(path)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The path is not one')
  if (!(timeoutMs > 0))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'timeoutMs must be more than 0', { facts: { timeoutMs: String(timeoutMs) } })
  for (const name in headers) {
    const value = headers[name]
    const isBinary = name.endsWith('-bin')
    const isGood = isBinary ? value instanceof Uint8Array : typeof value === 'string' && printable.test(value)
    if (isGood && headerName.test(name) && !reserved.test(name)) continue
    // The value may be a token: it is not told.
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A header is not one that gRPC carries', { facts: { name: name.slice(0, 64) } })
  }
}
