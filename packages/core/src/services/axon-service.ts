import { defineProtocol } from '../protocol/define-protocol.js'
import { bytes, message, nested, repeated, string, uint32, uint64 } from '../protocol/fields.js'
import { unary } from '../protocol/methods.js'

const limits = message('Limits', {
  maxMessageBytes: uint64(1),
  maxMetadataBytes: uint64(2),
  maxConcurrentStreams: uint32(3),
  /** How old and how far ahead a signed request may be, in ms. */
  maxAgeMs: uint64(4),
  maxAheadMs: uint64(5),
  /** How long a call without a deadline may take, in ms. */
  defaultDeadlineMs: uint64(6),
})

/**
 * What every axon serves beside its own protocols: a description of itself, and the opening of sessions.
 *
 * `Describe` needs no credentials and proves nothing: use it to help a user, never to decide. `OpenSession` has its credentials in
 * the metadata: see `sessionHeaders`, `signSessionOpen` and `checkSessionAnswer`.
 */
export const AxonService = defineProtocol('tensorkit.axon.v1.AxonService', {
  describe: unary({
    request: message({}),
    response: message({
      /** The version of the synapse protocol. */
      version: uint32(1),
      /** The server's clock: unix ms. */
      serverTimeMs: uint64(2),
      /** SS58, prefix 42. */
      hotkey: string(3),
      /** The authentication profiles that it takes: `session/1`, `btauth/1`. */
      profiles: repeated(string(4)),
      limits: nested(5, limits),
      protocols: repeated(
        nested(
          6,
          message({
            /** The full name of the service. */
            service: string(1),
            /** The protocol's hash: 64 hex digits. */
            hash: string(2),
          }),
        ),
      ),
    }),
  }),
  openSession: unary({
    request: message({}),
    response: message({
      /** 32 bytes. A secret of client and server: never log it. */
      token: bytes(1),
      /** What the server signed. */
      text: bytes(2),
      /** 64 bytes. */
      signature: bytes(3),
      limits: nested(4, limits),
    }),
  }),
})
