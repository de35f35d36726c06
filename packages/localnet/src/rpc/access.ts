import { isIPv4 } from 'node:net'

/** Whether a host name or address means this machine: `localhost`, names below it, 127.0.0.0/8, ::1. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
}

/** Who may talk to the server. */
export interface AccessRules {
  /** Whether the server is meant to be reached from other machines. */
  readonly allowRemote: boolean
  /** Origins of web pages besides those on loopback, such as `https://polkadot.js.org`. */
  readonly allowedOrigins: readonly string[]
}

/**
 * Whether to serve a request. Any web page can send requests to loopback, so a browser must come from a page on loopback
 * or from a listed origin; and a page can point a name of its own at 127.0.0.1, so the Host must be a loopback name too.
 * Programs send no Origin and pass.
 */
export function isAllowed(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  rules: AccessRules,
): boolean {
  if (!rules.allowRemote && !isLoopbackHostHeader(headers.host)) return false
  return headers.origin === undefined || isAllowedOrigin(headers.origin, rules)
}

function isLoopbackHostHeader(host: string | undefined): boolean {
  const url = host === undefined ? null : parse(`http://${host}`)
  return url !== null && isLoopback(url.hostname)
}

function isAllowedOrigin(origin: string, rules: AccessRules): boolean {
  if (rules.allowedOrigins.includes(origin)) return true
  const url = parse(origin)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && isLoopback(url.hostname)
}

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}
