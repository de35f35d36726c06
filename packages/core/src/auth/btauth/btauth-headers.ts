/** Names of the headers of a signed request: lower case, as HTTP/2 and gRPC metadata have them. */
export const btauthHeaders = {
  version: 'x-bittensor-version',
  hotkey: 'x-bittensor-hotkey',
  receiver: 'x-bittensor-receiver',
  nonce: 'x-bittensor-nonce',
  crypto: 'x-bittensor-crypto',
  signature: 'x-bittensor-signature',
  /** TensorKit's addition for gRPC: the hash is known before the body is read. */
  bodySha256: 'x-tk-body-sha256',
} as const

/** One of {@link btauthHeaders}. */
export type BtauthHeaderName = (typeof btauthHeaders)[keyof typeof btauthHeaders]

/**
 * Headers as a server has them: an object such as Node's `IncomingHttpHeaders` (names in any case), or a function that
 * gives all values of a lower-case name, such as `(name) => metadata.get(name)`.
 */
export type HeaderSource = Readonly<Record<string, string | readonly string[] | undefined>> | ((name: string) => readonly unknown[])

/** A header's one value (undefined if absent), or `'repeated'` if it came twice or is not text. */
export type HeaderValue = { readonly value: string | undefined } | 'repeated'

/** Reads btauth's headers in one pass. A header sent twice is never resolved to one of its values. */
export function headerReader(source: HeaderSource): (name: BtauthHeaderName) => HeaderValue {
  if (typeof source === 'function') return (name) => single(source(name))
  const values = new Map<string, unknown[]>()
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue
    const key = name.toLowerCase()
    values.set(key, [...(values.get(key) ?? []), ...(typeof value === 'string' ? [value] : value)])
  }
  return (name) => single(values.get(name) ?? [])
}

function single(values: readonly unknown[]): HeaderValue {
  if (values.length === 0) return { value: undefined }
  const [value] = values
  return values.length === 1 && typeof value === 'string' ? { value } : 'repeated'
}
