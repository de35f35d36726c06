/** Names of the metadata of the profile `session/1`. */
export const sessionHeaders = {
  /** On each call: the token, 64 lower-case hex digits. */
  token: 'tk-session',
  /** On `OpenSession`: the client's text. */
  open: 'tk-open-bin',
  /** On `OpenSession`: the client's signature, 64 bytes. */
  openSignature: 'tk-open-sig-bin',
} as const
