import { hexToBytes } from '@noble/hashes/utils.js'
import { decodeSs58, isSs58Address } from '../../ss58/ss58.js'
import { type ReceiptRefusal, refuse } from '../auth-refusal.js'
import { asScheme, decodeLines, lineShapes, parseDomainLine } from '../signed-lines.js'
import type { VerifySignature } from '../verify-signature.js'
import { type ReceiptFields, receiptVersion } from './receipt-text.js'

const lineCount = 14
const maxReceiptBytes = 2048

/** A receipt whose form is right; its signature is not checked yet. */
export interface ParsedReceipt {
  readonly fields: ReceiptFields
  /** The exact bytes that were signed: a copy. */
  readonly text: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

const safeCount = (line: string): number | undefined =>
  lineShapes.count.test(line) && Number.isSafeInteger(Number(line)) ? Number(line) : undefined

/**
 * Reads a receipt strictly: a value has one spelling, and anything else is refused.
 *
 * Nothing is proved: use {@link verifyReceipt}.
 */
export function parseReceipt(bytes: unknown): { readonly ok: true; readonly receipt: ParsedReceipt } | ReceiptRefusal {
  const lines = decodeLines(bytes, { lines: lineCount, maxBytes: maxReceiptBytes })
  if (lines === undefined) return refuse('malformed', 'the receipt is absent or not 14 lines of ASCII')
  const [
    version,
    domainText,
    schemeText,
    axon,
    caller,
    requestId,
    path,
    requests,
    requestHash,
    responses,
    responseHash,
    status,
    time,
    hex,
  ] = lines as [string, string, string, string, string, string, string, string, string, string, string, string, string, string]
  if (version !== receiptVersion) return refuse('malformed', 'this is not a receipt of version 1')
  const domain = parseDomainLine(domainText)
  const scheme = asScheme(schemeText)
  const requestCount = safeCount(requests)
  const responseCount = safeCount(responses)
  if (domain === undefined) return refuse('malformed', 'the domain is malformed')
  if (scheme === undefined) return refuse('malformed', 'the scheme is neither sr25519 nor ed25519')
  if (!isSs58Address(axon) || !isSs58Address(caller)) return refuse('malformed', 'a hotkey is not an address with prefix 42')
  if (!lineShapes.requestId.test(requestId)) return refuse('malformed', 'the request id is not 32 lower-case hex digits')
  if (!lineShapes.path.test(path)) return refuse('malformed', 'the path is malformed')
  if (requestCount === undefined || responseCount === undefined) return refuse('malformed', 'a count is not a plain decimal')
  if (!lineShapes.sha256.test(requestHash) || !lineShapes.sha256.test(responseHash)) {
    return refuse('malformed', 'a hash is not 64 lower-case hex digits')
  }
  if (!lineShapes.status.test(status)) return refuse('malformed', 'the status is not a number from 0 to 16')
  if (!lineShapes.unixNs.test(time)) return refuse('malformed', 'the time is not a plain decimal')
  if (!lineShapes.signature.test(hex)) return refuse('malformed', 'the signature is not 128 lower-case hex digits')
  return {
    ok: true,
    receipt: {
      fields: {
        domain,
        scheme,
        axon: axon,
        caller: caller,
        requestId,
        path,
        requestCount,
        requestHash,
        responseCount,
        responseHash,
        status: Number(status),
        unixNs: BigInt(time),
      },
      text: (bytes as Uint8Array).slice(0, -hex.length - 1),
      signature: hexToBytes(hex),
    },
  }
}

/** What a verifier knows by itself, and holds a receipt against. */
export type ExpectedReceipt = Partial<Omit<ReceiptFields, 'unixNs'>>

/** What {@link verifyReceipt} takes. */
export interface VerifyReceiptOptions {
  /** The bytes of the trailer `tk-receipt-bin`, or of an archive. */
  readonly receipt: unknown
  /**
   * What the receipt must say. Give all that you know: a receipt about another call is genuine too.
   *
   * Without `scheme` the text's own counts. That is sound only where the axon's hotkey is known to be of one scheme, since an
   * address does not tell it: give the directory's where there is one.
   */
  readonly expected?: ExpectedReceipt
  /** `verifySignature` of `@tensorkit/core/crypto`. */
  readonly verify: VerifySignature
}

/**
 * Verifies a receipt from its bytes alone, at any later time and in any process.
 *
 * It proves that the holder of the axon's hotkey signed these fields. It does not prove that the caller asked for anything, that
 * the answer is right, or when it was given: the time is the axon's word.
 *
 * @returns The fields, or why they are not believed.
 * @throws what `verify` throws; never for what a peer sent.
 * @example
 * ```ts
 * const outcome = await verifyReceipt({ receipt, expected: { axon, requestHash, responseHash, scheme: 'sr25519' }, verify: verifySignature })
 * if (outcome.ok) console.log(outcome.fields.status)
 * ```
 */
export async function verifyReceipt({
  receipt,
  expected = {},
  verify,
}: VerifyReceiptOptions): Promise<{ readonly ok: true; readonly fields: ReceiptFields } | ReceiptRefusal> {
  const parsed = parseReceipt(receipt)
  if (!parsed.ok) return parsed
  const { fields, text, signature } = parsed.receipt
  const wrong = mismatch(fields, expected)
  if (wrong !== undefined) return refuse('mismatch', `the receipt has another ${wrong} than expected`)
  const valid: unknown = await verify({ scheme: fields.scheme, publicKey: decodeSs58(fields.axon), message: text, signature })
  return valid === true ? { ok: true, fields } : refuse('signature', 'the signature does not verify')
}

/** The name of the first field that differs. */
function mismatch(fields: ReceiptFields, { domain, ...expected }: ExpectedReceipt): string | undefined {
  if (domain !== undefined && (domain.genesisHash !== fields.domain.genesisHash || domain.netuid !== fields.domain.netuid)) return 'domain'
  return (Object.keys(expected) as (keyof typeof expected)[]).find(
    (name) => expected[name] !== undefined && expected[name] !== fields[name],
  )
}
