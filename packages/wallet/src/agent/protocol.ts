import { isSs58Address, type SignatureScheme, type Ss58Address } from '@tensorkit/core'

/** What a client asks. Bytes are in base64. */
export type AgentRequest =
  | { readonly id: number; readonly op: 'keys' }
  | { readonly id: number; readonly op: 'message' | 'extrinsic'; readonly address: string; readonly data: string }

/** Why an agent does not sign. */
export type AgentFailure = 'refused' | 'unknown-key' | 'busy' | 'failed' | 'malformed'

/** A key that an agent holds. */
export interface AgentKey {
  readonly address: Ss58Address
  readonly scheme: SignatureScheme
}

export type AgentReply =
  | { readonly id: number; readonly ok: true; readonly keys: readonly AgentKey[] }
  | { readonly id: number; readonly ok: true; readonly signature: string }
  | { readonly id: number; readonly ok: false; readonly failure: AgentFailure }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const base64Shape = /^[A-Za-z0-9+/]*={0,2}$/

/** A request, or undefined if it is none: the connection cannot go on. */
export function parseRequest(value: unknown): AgentRequest | undefined {
  if (!isObject(value) || !Number.isSafeInteger(value.id)) return undefined
  const { op, address, data } = value
  const id = value.id as number
  if (op === 'keys') return { id, op }
  if (op !== 'message' && op !== 'extrinsic') return undefined
  if (typeof address !== 'string' || typeof data !== 'string' || !base64Shape.test(data)) return undefined
  return { id, op, address, data }
}

const failures = new Set<unknown>(['refused', 'unknown-key', 'busy', 'failed', 'malformed'])

function parseKeys(keys: unknown): AgentKey[] | undefined {
  if (!Array.isArray(keys) || keys.length > 1024) return undefined
  const parsed = keys.filter(
    (key): key is AgentKey =>
      isObject(key) &&
      typeof key.address === 'string' &&
      isSs58Address(key.address) &&
      (key.scheme === 'sr25519' || key.scheme === 'ed25519'),
  )
  return parsed.length === keys.length ? parsed : undefined
}

/** A reply, or undefined if it is none. */
export function parseReply(value: unknown): AgentReply | undefined {
  if (!isObject(value) || !Number.isSafeInteger(value.id)) return undefined
  const id = value.id as number
  if (value.ok === false && failures.has(value.failure)) return { id, ok: false, failure: value.failure as AgentFailure }
  if (value.ok !== true) return undefined
  if (typeof value.signature === 'string' && /^[0-9a-f]{128}$/.test(value.signature)) return { id, ok: true, signature: value.signature }
  const keys = parseKeys(value.keys)
  return keys && { id, ok: true, keys }
}
