import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Ss58Address } from '../../identity/brands.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { ss58Address } from '../../ss58/ss58.js'
import { assertLine, domainLine, encodeLines, lineShapes, type SessionDomain } from '../signed-lines.js'

/** The first line of both texts. */
export const sessionVersion = 'tensorkit/session/1'

/** Lines of the texts, and a bound that no valid one reaches. */
export const clientTextForm = { lines: 9, maxBytes: 512 } as const
export const serverTextForm = { lines: 7, maxBytes: 512 } as const

/** SHA-256 as the texts have it: 64 lower-case hex digits. For short texts. */
export const sha256Hex = (bytes: Uint8Array): string => bytesToHex(sha256(bytes))

/** What a client signs to open a session. */
export interface SessionOpenFields {
  readonly domain: SessionDomain
  readonly scheme: SignatureScheme
  readonly client: Ss58Address
  readonly server: Ss58Address
  /** SHA-256 of the server's TLS key (the 91-byte DER form of its SPKI), 64 lower-case hex digits; `-` on plain text. */
  readonly spkiSha256: string
  /** 32 random bytes: 64 lower-case hex digits. */
  readonly nonce: string
  readonly unixNs: bigint
}

/**
 * The client's text: 9 lines, joined by a line feed, none trailing.
 *
 * @returns The exact bytes to sign.
 * @throws CORE_INVALID_ARGUMENT, CORE_ADDRESS_INVALID if a field could not stand in a line.
 */
export function encodeSessionOpen({ domain, scheme, client, server, spkiSha256, nonce, unixNs }: SessionOpenFields): Uint8Array {
  assertLine('scheme', scheme, lineShapes.scheme)
  assertLine('spkiSha256', spkiSha256, lineShapes.spki)
  assertLine('nonce', nonce, lineShapes.sha256)
  assertLine('time', String(unixNs), lineShapes.unixNs)
  const hotkeys = [ss58Address(client), ss58Address(server)]
  return encodeLines([sessionVersion, 'client', domainLine(domain), scheme, ...hotkeys, spkiSha256, nonce, String(unixNs)])
}

/** What a server signs to answer. */
export interface SessionAnswerFields {
  readonly domain: SessionDomain
  readonly scheme: SignatureScheme
  /** SHA-256 of the client's text, hex. */
  readonly clientTextSha256: string
  /** SHA-256 of the token's 32 bytes, hex. */
  readonly tokenSha256: string
  /** When the token ends: unix seconds. */
  readonly expiresAtS: number
}

/**
 * The server's text: 7 lines, joined by a line feed, none trailing.
 *
 * @returns The exact bytes to sign.
 * @throws CORE_INVALID_ARGUMENT if a field could not stand in a line.
 */
export function encodeSessionAnswer({ domain, scheme, clientTextSha256, tokenSha256, expiresAtS }: SessionAnswerFields): Uint8Array {
  assertLine('scheme', scheme, lineShapes.scheme)
  assertLine('hash of the client’s text', clientTextSha256, lineShapes.sha256)
  assertLine('hash of the token', tokenSha256, lineShapes.sha256)
  assertLine('expiry', String(expiresAtS), lineShapes.unixS)
  return encodeLines([sessionVersion, 'server', domainLine(domain), scheme, clientTextSha256, tokenSha256, String(expiresAtS)])
}
