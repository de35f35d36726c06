import type { PeerCertificate } from 'node:tls'
import { TensorKitError } from '@tensorkit/core'
import type { TlsPin } from '../transport/client-transport.js'
import { p256SpkiOf } from './p256-spki.js'

/** What `tls.connect` and `tls.createSecureContext` are given for a pinned peer. */
export interface PinnedTlsOptions {
  /** For the context: the leaf as the only CA, TLS 1.3 alone. */
  readonly context: { readonly ca: string; readonly minVersion: 'TLSv1.3'; readonly maxVersion: 'TLSv1.3' }
  /** For the connection, beside the context. */
  readonly connection: {
    readonly rejectUnauthorized: true
    readonly ALPNProtocols: string[]
    readonly checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined
  }
}

/**
 * TLS for one pinned peer. Two checks, since each alone can be passed: a certificate that the pinned key signed chains to the leaf as CA,
 * and Node skips `checkServerIdentity` where the chain is not trusted or the session is resumed. No session is ever offered.
 *
 * @throws CORE_INVALID_ARGUMENT for a pin that is none.
 */
export function pinnedTlsOptions({ leafPem, spkiSha256 }: TlsPin): PinnedTlsOptions {
  if (!/^[0-9a-f]{64}$/.test(spkiSha256) || !leafPem.startsWith('-----BEGIN CERTIFICATE-----')) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A pin is a certificate (PEM) and the sha256 of its key (64 hex digits)')
  }
  return {
    context: { ca: leafPem, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
    connection: {
      rejectUnauthorized: true,
      ALPNProtocols: ['h2'],
      checkServerIdentity: (_host, certificate) => (isPinned(certificate, spkiSha256) ? undefined : new PinError()),
    },
  }
}

/** Whether a certificate has the pinned key. */
export function isPinned(certificate: Partial<PeerCertificate>, spkiSha256: string): boolean {
  return certificate.raw !== undefined && p256SpkiOf(certificate.raw)?.sha256 === spkiSha256
}

/** The peer is not the pinned one. */
export class PinError extends Error {
  readonly code = 'PIN_MISMATCH'
  constructor() {
    super('The certificate is not the pinned one')
  }
}

/** Whether a connection failed for what the peer is: its certificate, or no TLS 1.3; not for the network. */
export function isPinFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code
  // Verification errors of OpenSSL have names such as DEPTH_ZERO_SELF_SIGNED_CERT; those of the system start with E, of Node with ERR_.
  return typeof code === 'string' && (code === 'PIN_MISMATCH' || code.startsWith('ERR_SSL_') || certificateErrors.test(code))
}

const certificateErrors = /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_|PATH_LENGTH_|HOSTNAME_|ERR_TLS_|ERROR_IN_CERT_)/
