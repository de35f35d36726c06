import { bytesToHex } from '@noble/hashes/utils.js'
import type { Ss58Address } from '../../identity/brands.js'
import { type Clock, systemClock } from '../../interfaces/clock.js'
import type { Signer } from '../../interfaces/signer.js'
import { type SessionDomain, signExactly } from '../signed-lines.js'
import { encodeSessionOpen } from './session-text.js'

/** What {@link signSessionOpen} takes. */
export interface SignSessionOpenOptions {
  /** The client's hotkey. */
  readonly signer: Signer
  /** The server's hotkey, as the metagraph or the configuration names it. */
  readonly server: Ss58Address
  readonly domain: SessionDomain
  /** SHA-256 of the server's TLS key as pinned on this channel, 64 lower-case hex digits; `-` on plain text. */
  readonly spkiSha256: string
  /** @defaultValue the machine's clock. */
  readonly clock?: Clock
  /** 64 lower-case hex digits. @defaultValue 32 fresh random bytes; give one in tests alone. */
  readonly nonce?: string
}

/** What a client sends to open a session. */
export interface SignedSessionOpen {
  /** For the metadata `tk-open-bin`. Keep it: the server's answer is checked against it. */
  readonly text: Uint8Array
  /** 64 bytes, for `tk-open-sig-bin`. */
  readonly signature: Uint8Array
  readonly nonce: string
}

/**
 * Signs the client's half of `OpenSession`: who asks whom, on which subnet, over which TLS key, when.
 *
 * @throws CORE_INVALID_ARGUMENT, CORE_ADDRESS_INVALID if a field is malformed or the signer gives anything but 64 bytes.
 */
export async function signSessionOpen(options: SignSessionOpenOptions): Promise<SignedSessionOpen> {
  const { signer, server, domain, spkiSha256, clock = systemClock } = options
  const nonce = options.nonce ?? bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
  const text = encodeSessionOpen({
    domain,
    scheme: signer.scheme,
    client: signer.address,
    server,
    spkiSha256,
    nonce,
    unixNs: clock.nowNs(),
  })
  return { text, signature: await signExactly(signer, text), nonce }
}
