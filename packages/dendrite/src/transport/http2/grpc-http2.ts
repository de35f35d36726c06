import { constants } from 'node:http2'
import { grpcStatus } from '../call-end.js'

/** The `grpc-timeout` of so many ms: 8 digits at most, rounded up. Source: grpc/doc/PROTOCOL-HTTP2.md, "Timeout". */
export function timeoutHeader(ms: number): string {
  const whole = Math.max(1, Math.ceil(ms))
  if (whole < 100_000_000) return `${whole}m`
  return `${Math.min(99_999_999, Math.ceil(whole / 1000))}S`
}

/** The status of a reply without `grpc-status`. Source: grpc/doc/http-grpc-status-mapping.md. */
export function statusOfHttp(httpStatus: unknown): number {
  switch (Number(httpStatus)) {
    case 400:
      return grpcStatus.internal
    case 401:
      return grpcStatus.unauthenticated
    case 403:
      return grpcStatus.permissionDenied
    case 404:
      return grpcStatus.unimplemented
    case 429:
    case 502:
    case 503:
    case 504:
      return grpcStatus.unavailable
    default:
      return grpcStatus.unknown
  }
}

/** The status of a stream that was reset. Source: grpc/doc/PROTOCOL-HTTP2.md, "Errors". */
export function statusOfReset(rstCode: number): number {
  switch (rstCode) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return grpcStatus.unavailable
    case constants.NGHTTP2_CANCEL:
      return grpcStatus.cancelled
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return grpcStatus.resourceExhausted
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return grpcStatus.permissionDenied
    case constants.NGHTTP2_STREAM_CLOSED:
    case constants.NGHTTP2_HTTP_1_1_REQUIRED:
      return grpcStatus.unknown
    default:
      return grpcStatus.internal
  }
}

/** `grpc-status` as a number; UNKNOWN for what is none. */
export function parseStatus(text: string): number {
  return /^(0|[1-9]|1[0-6])$/.test(text) ? Number(text) : grpcStatus.unknown
}

const maxMessageLength = 8 * 1024

/** Reads `grpc-message`: percent-encoded UTF-8; what is not valid stays as it is. Source: grpc/doc/PROTOCOL-HTTP2.md, "Status-Message". */
export function decodeStatusMessage(encoded: string | undefined): string {
  if (encoded === undefined) return ''
  const text = encoded.length > maxMessageLength ? encoded.slice(0, maxMessageLength) : encoded
  if (!text.includes('%')) return text
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
