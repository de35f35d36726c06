/** One open connection of a peer. It is an identity: a session belongs to the very object that it was opened on. */
export interface Connection {
  /** The peer's address, without its port; undefined where there is none. */
  readonly address: string | undefined
  /** Whom caps and buckets count it for: an IPv4 address or the /64 of an IPv6 address. */
  readonly source: string
  /**
   * sha256 over the SPKI (DER) of the certificate that this connection's own handshake used: 64 lower-case hex digits; `-` for plain text.
   */
  readonly spkiSha256: string
  /** Whether it still carries calls. */
  readonly isOpen: boolean
  /** Says that a call on it proved a hotkey. */
  markProved(): void
  /** Runs something once when it closes; at once if it is closed. */
  onClose(listener: () => void): void
}
