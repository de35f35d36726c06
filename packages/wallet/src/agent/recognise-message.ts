import {
  encodeBtauthPayload,
  encodeReceiptText,
  encodeSessionAnswer,
  encodeSessionOpen,
  isSs58Address,
  type SessionDomain,
  type SignatureScheme,
  type Ss58Address,
} from '@tensorkit/core'
import type { AgentPermission } from './permissions.js'

/** The key that is to sign, and the time. */
export interface RecogniseContext {
  readonly address: Ss58Address
  readonly scheme: SignatureScheme
  readonly nowMs: number
  /** How far the time in a text may be from now, in ms: nothing is signed for later. */
  readonly allowedSkewMs: number
}

const maxMessageBytes = 16 * 1024
const maxSessionMs = 3_600_000

/** The lines of a text in printable ASCII; undefined for anything else. */
function linesOf(message: Uint8Array): string[] | undefined {
  if (message.length === 0 || message.length > maxMessageBytes) return undefined
  if (!message.every((byte) => byte === 0x0a || (byte >= 0x20 && byte <= 0x7e))) return undefined
  return Buffer.from(message).toString('latin1').split('\n')
}

function domainOf(line: string): SessionDomain {
  const [genesisHash = '', netuid = ''] = line.split('/')
  return { genesisHash, netuid: Number(netuid) }
}

const isNow = (unixMs: number, { nowMs, allowedSkewMs }: RecogniseContext) => Math.abs(unixMs - nowMs) <= allowedSkewMs
const msOfNs = (unixNs: string) => (/^[1-9][0-9]{0,19}$/.test(unixNs) ? Number(BigInt(unixNs) / 1_000_000n) : Number.NaN)

/** A text that is understood: what it is, and the same text made anew of what was understood. */
interface Reading {
  readonly permission: AgentPermission
  /** Whether it speaks for this key, now. */
  readonly isOwn: boolean
  encode(): Uint8Array
}

type Reader = (lines: readonly string[], context: RecogniseContext) => Reading | undefined

const readRequest: Reader = (lines, context) => {
  const [version, scheme, method, target, bodySha256, nonce, sender, receiver] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (lines.length !== 8 || version !== 'btauth/1') return undefined
  const isReceiver = receiver === '-' || isSs58Address(receiver)
  return {
    permission: 'requests',
    isOwn: scheme === context.scheme && sender === context.address && isReceiver && isNow(msOfNs(nonce), context),
    encode: () =>
      encodeBtauthPayload({
        scheme: context.scheme,
        method,
        target,
        bodySha256,
        nonce,
        sender: context.address,
        ...(receiver !== '-' && { receiver: receiver as Ss58Address }),
      }),
  }
}

const readSessionOpen: Reader = (lines, context) => {
  const [version, role, domain, scheme, client, server, spkiSha256, nonce, unixNs] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (lines.length !== 9 || version !== 'tensorkit/session/1' || role !== 'client') return undefined
  return {
    permission: 'sessions',
    isOwn: scheme === context.scheme && client === context.address && isNow(msOfNs(unixNs), context),
    encode: () =>
      encodeSessionOpen({
        domain: domainOf(domain),
        scheme: context.scheme,
        client: context.address,
        server: server as Ss58Address,
        spkiSha256,
        nonce,
        unixNs: BigInt(unixNs),
      }),
  }
}

const readSessionAnswer: Reader = (lines, context) => {
  const [version, role, domain, scheme, clientTextSha256, tokenSha256, expiry] = lines as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if (lines.length !== 7 || version !== 'tensorkit/session/1' || role !== 'server') return undefined
  const leftMs = Number(expiry) * 1000 - context.nowMs
  return {
    permission: 'sessions',
    isOwn: scheme === context.scheme && leftMs > -context.allowedSkewMs && leftMs <= maxSessionMs + context.allowedSkewMs,
    encode: () =>
      encodeSessionAnswer({ domain: domainOf(domain), scheme: context.scheme, clientTextSha256, tokenSha256, expiresAtS: Number(expiry) }),
  }
}

const readReceipt: Reader = (lines, context) => {
  const [version, domain, scheme, axon, caller, requestId, path, requestCount, requestHash, responseCount, responseHash, status, unixNs] =
    lines as [string, string, string, string, string, string, string, string, string, string, string, string, string]
  if (lines.length !== 13 || version !== 'tensorkit/receipt/1') return undefined
  return {
    permission: 'receipts',
    isOwn: scheme === context.scheme && axon === context.address && isNow(msOfNs(unixNs), context),
    encode: () =>
      encodeReceiptText({
        domain: domainOf(domain),
        scheme: context.scheme,
        axon: context.address,
        caller: caller as Ss58Address,
        requestId,
        path,
        requestCount: Number(requestCount),
        requestHash,
        responseCount: Number(responseCount),
        responseHash,
        status: Number(status),
        unixNs: BigInt(unixNs),
      }),
  }
}

const readers: readonly Reader[] = [readRequest, readSessionOpen, readSessionAnswer, readReceipt]

/**
 * Says what a message is, if it is one that a neuron signs in its own name, now.
 *
 * What was understood is encoded anew by core's own writer of the text, and must give the very bytes: a message is never signed for what
 * it looks like.
 *
 * @returns Undefined for everything else.
 *
 * Source: docs/wire-format.md; Bittensor v11, `docs/guides/signed-requests.mdx`.
 */
export function recogniseMessage(message: Uint8Array, context: RecogniseContext): AgentPermission | undefined {
  const lines = linesOf(message)
  if (lines === undefined) return undefined
  for (const read of readers) {
    const reading = read(lines, context)
    if (reading === undefined) continue
    if (!reading.isOwn) return undefined
    try {
      return Buffer.compare(reading.encode(), message) === 0 ? reading.permission : undefined
    } catch {
      return undefined
    }
  }
  return undefined
}
