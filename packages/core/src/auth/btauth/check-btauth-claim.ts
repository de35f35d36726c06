import { hexToBytes } from '@noble/hashes/utils.js'
import type { Ss58Address } from '../../identity/brands.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { decodeSs58, isSs58Address } from '../../ss58/ss58.js'
import { type BtauthRefusal, refuse } from '../auth-refusal.js'
import { checkFreshness, type FreshnessWindow, resolveWindow } from '../freshness.js'
import { type BtauthHeaderName, btauthHeaders, type HeaderSource, headerReader } from './btauth-headers.js'
import { isNonce, isSha256Hex } from './btauth-payload.js'

/** What a caller claims, before anything is proved. */
export interface BtauthClaim {
  readonly hotkey: Ss58Address
  /** The hotkey's public key, 32 bytes. */
  readonly publicKey: Uint8Array
  readonly receiver?: Ss58Address
  readonly nonce: string
  /** The nonce as what it is by rule: unix time in ns. */
  readonly unixNs: bigint
  /** The scheme that the header names. The check itself goes by the directory's. */
  readonly claimedScheme: SignatureScheme
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** The value of `x-tk-body-sha256`, if sent. */
  readonly bodySha256?: string
}

/** What {@link checkBtauthClaim} takes. */
export interface CheckBtauthClaimOptions extends FreshnessWindow {
  readonly headers: HeaderSource
  /** This server's own hotkey. */
  readonly receiver: Ss58Address
  /** Whether a request bound to no receiver is refused. @defaultValue true: such a request can be passed on to any server. */
  readonly requireReceiver?: boolean
  /** Whether `x-tk-body-sha256` must be there: true for gRPC. @defaultValue false */
  readonly requireBodySha256?: boolean
  /**
   * The public key of an address that was decoded before, so that a server need not do it for every request of a known
   * caller. It must give the key of exactly that address, or undefined.
   */
  readonly knownPublicKey?: (address: string) => Uint8Array | undefined
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
}

// Upstream's verifier takes names in any case and the numeric codes.
const schemeNames: Readonly<Record<string, SignatureScheme>> = { sr25519: 'sr25519', '1': 'sr25519', ed25519: 'ed25519', '0': 'ed25519' }

// Upstream's newer kinds of account, whose keys and signatures have other lengths: refused by name.
const unsupportedSchemes = new Set(['hashed', 'mldsa'])

function parseSignature(text: string): Uint8Array | undefined {
  const digits = text.startsWith('0x') ? text.slice(2) : text
  return /^[0-9a-fA-F]{128}$/.test(digits) ? hexToBytes(digits) : undefined
}

function parse(options: CheckBtauthClaimOptions): BtauthClaim | BtauthRefusal {
  const read = headerReader(options.headers)
  const values: Partial<Record<BtauthHeaderName, string>> = {}
  for (const name of Object.values(btauthHeaders)) {
    const header = read(name)
    if (header === 'repeated') return refuse('malformed', `${name} came more than once or is not text`)
    if (header.value !== undefined) values[name] = header.value
  }
  if (values[btauthHeaders.version] !== '1') return refuse('malformed', 'version is absent or not 1')
  const hotkey = values[btauthHeaders.hotkey]
  const known = hotkey === undefined ? undefined : options.knownPublicKey?.(hotkey)
  if (known === undefined && !isSs58Address(hotkey)) return refuse('malformed', 'hotkey is absent or not an address with prefix 42')
  const address = hotkey as Ss58Address
  const nonce = values[btauthHeaders.nonce]
  if (nonce === undefined || !isNonce(nonce)) return refuse('malformed', 'nonce is absent or not a plain decimal')
  const crypto = values[btauthHeaders.crypto]?.toLowerCase() ?? 'sr25519'
  const claimedScheme = Object.hasOwn(schemeNames, crypto) ? schemeNames[crypto] : undefined
  if (claimedScheme === undefined) {
    return refuse(
      'malformed',
      unsupportedSchemes.has(crypto) ? `crypto is ${crypto}, which this version does not support` : 'crypto names no known scheme',
    )
  }
  const signature = parseSignature(values[btauthHeaders.signature] ?? '')
  if (signature === undefined) return refuse('malformed', 'signature is absent or not 64 bytes in hex')
  const bodySha256 = values[btauthHeaders.bodySha256]
  if (bodySha256 === undefined ? options.requireBodySha256 === true : !isSha256Hex(bodySha256)) {
    return refuse('malformed', 'body hash is absent or not 64 lower-case hex digits')
  }
  const receiver = values[btauthHeaders.receiver]
  if (receiver === undefined ? options.requireReceiver !== false : receiver !== options.receiver) {
    return refuse('wrong-receiver', receiver === undefined ? 'receiver is absent' : 'receiver is another hotkey')
  }
  return {
    hotkey: address,
    publicKey: known ?? decodeSs58(address),
    ...(receiver === undefined ? {} : { receiver: options.receiver }),
    nonce,
    unixNs: BigInt(nonce),
    claimedScheme,
    signature,
    ...(bodySha256 === undefined ? {} : { bodySha256 }),
  }
}

/**
 * The cheap first half of a verification: shape, receiver, freshness. Nothing is proved yet.
 *
 * A server looks the claimed hotkey up and applies its limits between this and `verifyBtauthSignature`.
 *
 * @throws CORE_INVALID_ARGUMENT only if the options are wrong, never for what a peer sent.
 */
export function checkBtauthClaim(options: CheckBtauthClaimOptions): { readonly ok: true; readonly claim: BtauthClaim } | BtauthRefusal {
  const { maxAgeMs, allowedSkewMs } = resolveWindow(options)
  const claim = parse(options)
  if ('ok' in claim) return claim
  const stale = checkFreshness({ unixNs: claim.unixNs, nowNs: (options.clock ?? systemClock).nowNs(), maxAgeMs, allowedSkewMs })
  return stale ?? { ok: true, claim }
}
