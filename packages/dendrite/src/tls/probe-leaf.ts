import { isIP } from 'node:net'
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import { TensorKitError } from '@tensorkit/core'
import type { TlsPin } from '../transport/client-transport.js'
import { p256SpkiOf } from './p256-spki.js'

/** What {@link probeLeaf} is given. */
export interface ProbeLeafOptions {
  /** An IPv4 or IPv6 literal (no brackets), or a name. */
  readonly host: string
  readonly port: number
  /** TCP and TLS handshake, in ms. @defaultValue 5 000 */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** For many probes: one of {@link probeContext}. @defaultValue a new one */
  readonly context?: SecureContext | undefined
}

/** TLS of probes: TLS 1.3 alone, and no roots, since nothing is believed. One serves any number. */
export const probeContext = (): SecureContext => createSecureContext({ ca: [], minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' })

/** What a peer showed: its word until a signature of its hotkey, or the chain, names the key. */
export interface ProbedLeaf extends TlsPin {
  /** The point of its P-256 key, x‖y, 64 bytes. */
  readonly publicKey: Uint8Array
}

/** How a probe ended. */
export type ProbeOutcome = { readonly ok: true; readonly leaf: ProbedLeaf } | { readonly ok: false; readonly error: TensorKitError }

/**
 * Reads the certificate of a TLS 1.3 peer and leaves. Nothing is sent over the connection, so that whoever answers gets nothing; it
 * proves that the peer holds the key of the certificate that it showed, and no more.
 *
 * Never rejects: DENDRITE_UNREACHABLE, DENDRITE_TIMEOUT, CORE_ABORTED, or DENDRITE_TLS_REFUSED for no TLS 1.3, no HTTP/2, or a key that is
 * not P-256 in its usual form.
 */
export function probeLeaf({ host, port, timeoutMs = 5_000, signal, context = probeContext() }: ProbeLeafOptions): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const facts = { address: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}` }
    let socket: TLSSocket | undefined
    let isOver = false
    const finish = (outcome: ProbeOutcome): void => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      // The peer sees a handshake that was completed, and an end.
      if (outcome.ok) socket?.destroySoon()
      else socket?.destroy()
      resolve(outcome)
    }
    const fail = (error: TensorKitError) => finish({ ok: false, error })
    const refuse = (shortMessage: string, cause?: unknown) =>
      fail(new TensorKitError('DENDRITE_TLS_REFUSED', shortMessage, { facts, cause }))
    const onAbort = () => fail(new TensorKitError('CORE_ABORTED', 'The probe was aborted', { facts }))
    const timer = setTimeout(
      () => fail(new TensorKitError('DENDRITE_TIMEOUT', 'The peer did not complete TLS in time', { facts })),
      timeoutMs,
    )
    if (signal?.aborted === true) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    socket = connect({
      host,
      port,
      // The probe alone: whom it reaches is decided later, by signatures and by the pin.
      rejectUnauthorized: false,
      secureContext: context,
      ALPNProtocols: ['h2'],
      ...(isIP(host) === 0 && { servername: host }),
    })
    const opened = socket
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('ERR_SSL_') === true) refuse('The peer does not speak TLS 1.3', error)
      else fail(new TensorKitError('DENDRITE_UNREACHABLE', 'The axon could not be reached', { facts, cause: error }))
    })
    opened.on('close', () => fail(new TensorKitError('DENDRITE_UNREACHABLE', 'The axon closed the connection', { facts })))
    opened.once('secureConnect', () => {
      if (opened.alpnProtocol !== 'h2') {
        refuse('The peer does not speak HTTP/2')
        return
      }
      const raw = opened.getPeerCertificate().raw as Buffer | undefined
      const spki = raw === undefined ? undefined : p256SpkiOf(raw)
      if (raw === undefined || spki === undefined) refuse('The key of the peer is not P-256 in its usual form')
      else finish({ ok: true, leaf: { leafPem: pemOf(raw), spkiSha256: spki.sha256, publicKey: spki.publicKey } })
    })
  })
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
