import { TensorKitError } from '../errors/tensorkit-error.js'
import type { SignatureScheme, Signer } from '../interfaces/signer.js'

/** The network and subnet that a signature is good on. */
export interface SessionDomain {
  /** The chain's genesis hash: 64 lower-case hex digits, without 0x. From the directory. */
  readonly genesisHash: string
  /** 0 to 65535. */
  readonly netuid: number
}

/**
 * The shapes of single lines in a signed text. A line has one spelling for each value, so that two texts that mean the same are
 * the same bytes.
 */
export const lineShapes = {
  domain: /^[0-9a-f]{64}\/(?:0|[1-9][0-9]{0,4})$/,
  scheme: /^(?:sr25519|ed25519)$/,
  sha256: /^[0-9a-f]{64}$/,
  /** SHA-256 of the server's public key, or `-` on plain text. */
  spki: /^(?:[0-9a-f]{64}|-)$/,
  requestId: /^[0-9a-f]{32}$/,
  path: /^\/[\x21-\x7e]{1,1023}$/,
  /** Below 10^16; the reader checks that it is a safe integer. */
  count: /^(?:0|[1-9][0-9]{0,15})$/,
  status: /^(?:[0-9]|1[0-6])$/,
  unixNs: /^[1-9][0-9]{0,19}$/,
  unixS: /^[1-9][0-9]{0,10}$/,
  signature: /^[0-9a-f]{128}$/,
} as const

/** A domain as its line. @throws CORE_INVALID_ARGUMENT if it is malformed. */
export function domainLine({ genesisHash, netuid }: SessionDomain): string {
  const line = `${genesisHash}/${netuid}`
  if (Number.isInteger(netuid) && netuid <= 0xffff && lineShapes.domain.test(line)) return line
  throw new TensorKitError(
    'CORE_INVALID_ARGUMENT',
    'A domain must be a genesis hash of 64 lower-case hex digits and a netuid from 0 to 65535',
  )
}

/** A domain's line as a domain, or undefined if it is none. */
export function parseDomainLine(line: string): SessionDomain | undefined {
  const netuid = Number(line.slice(65))
  return lineShapes.domain.test(line) && netuid <= 0xffff ? { genesisHash: line.slice(0, 64), netuid } : undefined
}

/** Joins lines as all signed texts have them: ASCII, `\n` between, none trailing. */
export const encodeLines = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'))

/**
 * Splits a signed text into its lines, or gives undefined: not bytes, more than `maxBytes`, another number of lines, or any
 * byte that is neither printable ASCII nor the line feed in between.
 */
export function decodeLines(
  bytes: unknown,
  { lines, maxBytes }: { readonly lines: number; readonly maxBytes: number },
): string[] | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > maxBytes) return undefined
  let text = ''
  for (const byte of bytes) {
    if (byte !== 0x0a && (byte < 0x20 || byte > 0x7e)) return undefined
    text += String.fromCharCode(byte)
  }
  const found = text.split('\n')
  return found.length === lines ? found : undefined
}

/** Narrows a line that has the shape `scheme`. */
export const asScheme = (line: string): SignatureScheme | undefined => (line === 'sr25519' || line === 'ed25519' ? line : undefined)

/** Signs, and holds the signer to its word. @throws CORE_INVALID_ARGUMENT if it gives anything but 64 bytes. */
export async function signExactly(signer: Signer, message: Uint8Array): Promise<Uint8Array> {
  const signature: unknown = await signer.sign(message)
  if (signature instanceof Uint8Array && signature.length === 64) return signature
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The signer did not give a signature of 64 bytes')
}

/** Throws unless a field of our own has the shape of its line. */
export function assertLine(name: string, value: unknown, shape: RegExp): void {
  if (typeof value === 'string' && shape.test(value)) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `The ${name} of a signed text is malformed`)
}
