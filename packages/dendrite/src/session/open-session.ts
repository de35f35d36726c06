import { AxonService, checkSessionAnswer, sessionHeaders, signSessionOpen, TensorKitError } from '@tensorkit/core'
import { initCrypto, verifySignature } from '@tensorkit/core/crypto'
import { callUnary } from '../call/call-unary.js'
import { CancelScope } from '../call/cancel-scope.js'
import { inTime, type TimeLeft } from '../call/in-time.js'
import { lateError } from '../call/late-error.js'
import { failureError } from '../failure-error.js'
import type { Link, Peer, Session } from '../peers/peer.js'
import type { ResolvedOptions } from '../resolve-options.js'

const maxAnswerBytes = 16 * 1024
/** A session is renewed when a tenth of its life is left, but a minute before its end at the earliest. */
const renewAtMostMs = 60_000
const maxLifeMs = 3_600_000

/** What {@link OpenSession} is given. */
export interface OpenSessionRequest {
  readonly peer: Peer
  readonly link: Link
  /** The connection that the session is to live on. */
  readonly connectionId: number
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Opens a session over a connection that carried nothing yet. */
export type OpenSession = (request: OpenSessionRequest) => Promise<Session | TensorKitError>

/** Advice on an axon that found the time stamp wrong, as far as there is time to ask for it. */
export type AdviseStale = (error: TensorKitError, peer: Peer, wait: TimeLeft) => Promise<TensorKitError>

/**
 * Makes the two halves of `OpenSession`: ours is signed for this hotkey, subnet and TLS key; the axon's is checked against our own
 * text, the token and the hotkey that the directory or the configuration names.
 *
 * Source: the protocol page, §2.1.
 */
export function sessionOpening(options: ResolvedOptions, adviseStale: AdviseStale): OpenSession {
  const { signer, directory, clock } = options
  const open = async ({ peer, link, connectionId, timeoutMs }: OpenSessionRequest, cancel: CancelScope) => {
    if (directory === undefined) return new TensorKitError('CORE_INVALID_ARGUMENT', 'A dendrite without a directory cannot open sessions')
    await initCrypto()
    const domain = { genesisHash: directory.genesisHash, netuid: directory.netuid }
    const spkiSha256 = link.pin?.spkiSha256 ?? '-'
    const untilMs = performance.now() + timeoutMs
    const left = () => Math.max(1, untilMs - performance.now())
    const signing = signSessionOpen({ signer, server: peer.hotkey, domain, spkiSha256, clock })
    // A signer may be a device, or a person.
    const signed = await inTime(signing, { leftMs: left(), cancel }, () => lateError(peer, { waitedFor: 'signature' }))
    if (TensorKitError.isInstance(signed)) return signed
    const { text: clientText, signature } = signed
    const { path, request, response } = AxonService.openSession
    const { end, message } = await callUnary({
      channel: link.channel,
      path,
      headers: { [sessionHeaders.open]: clientText, [sessionHeaders.openSignature]: signature },
      body: request.encode({}),
      timeoutMs: left(),
      maxReplyBytes: maxAnswerBytes,
      connectionId,
      cancel,
    })
    if (message === undefined) {
      // The attempt's time and not that of the call that waits for it, which may be longer.
      if (end.fault === 'deadline') return lateError(peer, { waitedFor: 'session' })
      const error = failureError(end, peer, path)
      return error.code === 'AUTH_STALE' ? adviseStale(error, peer, { leftMs: left(), cancel }) : error
    }
    let answer: ReturnType<typeof response.decode>
    try {
      answer = response.decode(message)
    } catch {
      return unproved(peer, 'The answer does not fit the protocol')
    }
    const checked = await checkSessionAnswer({
      text: answer.text,
      signature: answer.signature,
      token: answer.token,
      clientText,
      server: peer.hotkey,
      scheme: peer.scheme ?? 'sr25519',
      domain,
      clock,
      // In this thread, as the signature above: a handshake costs more, and worker threads for it would only take memory.
      verify: verifySignature,
    })
    if (!checked.ok) return unproved(peer, checked.detail)
    const nowMs = clock.monotonicMs()
    const lifeMs = Math.min(checked.expiresAtS * 1000 - clock.nowMs(), maxLifeMs)
    return {
      headers: { [sessionHeaders.token]: Buffer.from(answer.token).toString('hex') },
      connectionId,
      expiresMs: nowMs + lifeMs,
      renewMs: nowMs + lifeMs - Math.min(lifeMs / 10, renewAtMostMs),
    }
  }
  return async (request) => {
    const cancel = new CancelScope()
    const release = cancel.follow(request.signal)
    try {
      return await open(request, cancel)
    } finally {
      release()
    }
  }
}

const unproved = (peer: Peer, detail: string) =>
  new TensorKitError('DENDRITE_UNPROVED', 'The axon did not prove that it holds its hotkey', {
    facts: { hotkey: peer.hotkey, address: peer.address, detail },
  })
