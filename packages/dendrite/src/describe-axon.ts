import { AxonService, type Clock, TensorKitError } from '@tensorkit/core'
import { callUnary } from './call/call-unary.js'
import type { CancelScope } from './call/cancel-scope.js'
import { inTime } from './call/in-time.js'
import { lateError } from './call/late-error.js'
import type { AxonDescription } from './dendrite.js'
import { failureError } from './failure-error.js'
import type { Peer } from './peers/peer.js'
import type { ProbeOutcome } from './tls/probe-leaf.js'
import type { ClientTransport } from './transport/client-transport.js'

const maxDescriptionBytes = 1024 * 1024
const skewKeptMs = 30_000
const skewTimeoutMs = 2_000
const maxSkews = 4_096

/** What {@link AxonDescriber.describe} may be told. */
export interface DescribeOptions {
  readonly timeoutMs: number
  readonly cancel?: CancelScope | undefined
}

/** Asks axons what they are, each over a channel that carries nothing else and is closed then. */
export class AxonDescriber {
  readonly #clock: Clock
  readonly #transport: ClientTransport
  readonly #probe: (peer: Peer) => Promise<ProbeOutcome>
  readonly #skews = new Map<string, { readonly atMs: number; readonly skewMs: Promise<number | undefined> }>()

  constructor(clock: Clock, transport: ClientTransport, probe: (peer: Peer) => Promise<ProbeOutcome>) {
    this.#clock = clock
    this.#transport = transport
    this.#probe = probe
  }

  /** @throws PROTOCOL_DECODE_FAILED. */
  async describe(peer: Peer, { timeoutMs, cancel }: DescribeOptions): Promise<AxonDescription | TensorKitError> {
    const untilMs = performance.now() + timeoutMs
    let pin = peer.link?.pin
    if (!peer.isPlaintext && pin === undefined) {
      const late = () => lateError(peer, { waitedFor: 'certificate', method: AxonService.describe.path })
      const probed = await inTime(this.#probe(peer), { leftMs: timeoutMs, cancel }, late)
      if (TensorKitError.isInstance(probed)) return probed
      if (!probed.ok) return probed.error
      pin = probed.leaf
    }
    if (cancel?.error !== undefined) return cancel.error
    if (performance.now() >= untilMs) return lateError(peer, { waitedFor: 'certificate', method: AxonService.describe.path })
    const { path, request, response } = AxonService.describe
    const channel = this.#transport.open({ host: peer.host, port: peer.port, pin })
    try {
      const { end, message } = await callUnary({
        channel,
        path,
        headers: {},
        body: request.encode({}),
        timeoutMs: Math.max(1, untilMs - performance.now()),
        maxReplyBytes: maxDescriptionBytes,
        cancel,
      })
      return message === undefined ? failureError(end, peer, path) : response.decode(message)
    } finally {
      channel.close()
    }
  }

  /** This machine's clock less the axon's, in ms; asked once in a while for each axon, since a stale request fails for all calls alike. */
  skewOf(peer: Peer): Promise<number | undefined> {
    const known = this.#skews.get(peer.key)
    const nowMs = this.#clock.monotonicMs()
    if (known !== undefined && nowMs - known.atMs < skewKeptMs) return known.skewMs
    const skewMs = this.#measure(peer)
    if (this.#skews.size >= maxSkews) this.#skews.clear()
    this.#skews.set(peer.key, { atMs: nowMs, skewMs })
    return skewMs
  }

  async #measure(peer: Peer): Promise<number | undefined> {
    const beforeMs = this.#clock.nowMs()
    try {
      const description = await this.describe(peer, { timeoutMs: skewTimeoutMs })
      if (TensorKitError.isInstance(description)) return undefined
      return (beforeMs + this.#clock.nowMs()) / 2 - Number(description.serverTimeMs)
    } catch {
      return undefined
    }
  }
}
