import type { NodeTime, WaitOptions } from '../chain-backend.js'

/** The Date header has whole seconds, cut off. */
const HEADER_STEP_MS = 1_000
const TIMEOUT_MS = 3_000

/**
 * The wall clock of the server at a node's endpoint, by the `Date` header of its HTTP port; undefined if it gives none.
 *
 * It is asked because block times say little about the clock of this machine: a block may be late, and on a
 * development chain its time may be made up.
 */
export async function readNodeTime(url: URL, wait: WaitOptions = {}): Promise<NodeTime | undefined> {
  const http = new URL(url)
  http.protocol = url.protocol === 'wss:' ? 'https:' : 'http:'
  const timeout = AbortSignal.timeout(Math.min(wait.timeoutMs ?? TIMEOUT_MS, TIMEOUT_MS))
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (url.username !== '') {
    headers.authorization = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`
    http.username = ''
    http.password = ''
  }
  try {
    const before = performance.now()
    const response = await fetch(http, {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'system_health', params: [] }),
      redirect: 'error',
      signal: wait.signal ? AbortSignal.any([wait.signal, timeout]) : timeout,
    })
    await response.body?.cancel()
    const roundTripMs = performance.now() - before
    const unixMs = Date.parse(response.headers.get('date') ?? '')
    if (Number.isNaN(unixMs)) return undefined
    // Taken as made half-way through the second that it names, and half-way through the request.
    return { unixMs: unixMs + HEADER_STEP_MS / 2 + roundTripMs / 2, uncertaintyMs: (HEADER_STEP_MS + roundTripMs) / 2 }
  } catch {
    return undefined
  }
}
