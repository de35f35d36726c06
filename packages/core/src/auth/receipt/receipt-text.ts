import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Ss58Address } from '../../identity/brands.js'
import type { SignatureScheme, Signer } from '../../interfaces/signer.js'
import { ss58Address } from '../../ss58/ss58.js'
import { assertLine, domainLine, encodeLines, lineShapes, type SessionDomain, signExactly } from '../signed-lines.js'

/** The first line of a receipt. */
export const receiptVersion = 'tensorkit/receipt/1'

/** What a receipt says. */
export interface ReceiptFields {
  readonly domain: SessionDomain
  /** The scheme of the axon's hotkey. */
  readonly scheme: SignatureScheme
  /** The hotkey that signs. */
  readonly axon: Ss58Address
  /** The caller whom the axon had authenticated. */
  readonly caller: Ss58Address
  /** The caller's own: 32 lower-case hex digits. */
  readonly requestId: string
  /** `/package.Service/Method` */
  readonly path: string
  /** Request messages that the axon read. */
  readonly requestCount: number
  /** SHA-256 over them, each as its length (4 bytes, big-endian) and its uncompressed bytes: 64 lower-case hex digits. */
  readonly requestHash: string
  /** Response messages that the axon sent. */
  readonly responseCount: number
  readonly responseHash: string
  /** gRPC's status number, 0 to 16. */
  readonly status: number
  /** When the axon signed, by its own clock. */
  readonly unixNs: bigint
}

/**
 * A receipt's text: 13 lines, joined by a line feed, none trailing.
 *
 * @returns The exact bytes to sign.
 * @throws CORE_INVALID_ARGUMENT, CORE_ADDRESS_INVALID if a field could not stand in a line.
 */
export function encodeReceiptText(fields: ReceiptFields): Uint8Array {
  const { domain, scheme, axon, caller, requestId, path, requestHash, responseHash } = fields
  assertLine('scheme', scheme, lineShapes.scheme)
  assertLine('request id', requestId, lineShapes.requestId)
  assertLine('path', path, lineShapes.path)
  assertLine('hash of the requests', requestHash, lineShapes.sha256)
  assertLine('hash of the responses', responseHash, lineShapes.sha256)
  const [status, time] = [String(fields.status), String(fields.unixNs)]
  assertLine('status', status, lineShapes.status)
  assertLine('time', time, lineShapes.unixNs)
  const requestCount = countLine(fields.requestCount)
  const responseCount = countLine(fields.responseCount)
  return encodeLines([
    receiptVersion,
    domainLine(domain),
    scheme,
    ss58Address(axon),
    ss58Address(caller),
    requestId,
    path,
    requestCount,
    requestHash,
    responseCount,
    responseHash,
    status,
    time,
  ])
}

function countLine(count: number): string {
  if (Number.isSafeInteger(count) && count >= 0) return String(count)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The count of messages in a receipt must be an integer from 0')
}

/** What {@link signReceipt} takes: the axon is the signer. */
export interface SignReceiptOptions extends Omit<ReceiptFields, 'axon' | 'scheme'> {
  readonly signer: Signer
}

/**
 * Makes a receipt: the text, a line feed, and the signature as 128 lower-case hex digits.
 *
 * @returns The bytes for the trailer `tk-receipt-bin`, and for an archive.
 * @throws CORE_INVALID_ARGUMENT, CORE_ADDRESS_INVALID if a field is malformed or the signer gives anything but 64 bytes.
 */
export async function signReceipt({ signer, ...fields }: SignReceiptOptions): Promise<Uint8Array> {
  const text = encodeReceiptText({ ...fields, scheme: signer.scheme, axon: signer.address })
  const signature = await signExactly(signer, text)
  let hex = '\n'
  for (const byte of signature) hex += byte.toString(16).padStart(2, '0')
  const receipt = new Uint8Array(text.length + hex.length)
  receipt.set(text)
  receipt.set(new TextEncoder().encode(hex), text.length)
  return receipt
}
