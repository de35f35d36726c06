import { TensorKitError } from '@tensorkit/core'

/**
 * Parses the URL of a node.
 *
 * @returns The URL, and a text to show: scheme, host and port alone, since user, path and query may hold a key.
 * @throws CORE_INVALID_ARGUMENT for what is no ws: or wss: URL; the text itself is not repeated.
 */
export function parseEndpoint(endpoint: string): { readonly url: URL; readonly shown: string } {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (!url || (url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hostname === '') {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The endpoint of a chain must be a ws: or wss: URL', {
      facts: { scheme: url?.protocol },
      remedy: 'Give a URL such as ws://127.0.0.1:9944.',
    })
  }
  return { url, shown: `${url.protocol}//${url.host}` }
}
