import type { Axon, TlsIdentity } from '@tensorkit/axon'
import type { AxonEndpoint, Logger, NeuronCertificate, Signer } from '@tensorkit/core'
import type { Neuron } from '@tensorkit/metagraph'
import type { Subtensor } from '@tensorkit/subtensor'
import type { NeuronListener } from './neuron-event.js'

/** After a call that was refused, or is not in a block yet, the axon is published again after so many blocks. */
const RETRY_BLOCKS = 10

/** What an {@link AxonPublication} works with. */
export interface AxonPublicationParts {
  readonly axon: Pick<Axon, 'certificate' | 'rotateTls'>
  /** What others are to call. */
  readonly endpoint: AxonEndpoint
  readonly netuid: number
  readonly hotkey: Signer
  readonly subtensor: Pick<Subtensor, 'serveAxon'>
  readonly logger: Logger
  readonly onEvent: NeuronListener
  readonly signal: AbortSignal
}

/** Keeps what the chain says of an axon true: its address and its TLS key. */
export class AxonPublication {
  readonly #parts: AxonPublicationParts
  #isPublished = false
  #nextTry = 0
  #nextIdentity: TlsIdentity | undefined

  constructor(parts: AxonPublicationParts) {
    this.#parts = parts
  }

  /**
   * Publishes another TLS key at the next block, and serves with it once the pool has taken the call.
   *
   * Not once a block shows it: callers connect anew at that very block, maybe before this process has seen it. Until then
   * they stay with the connections that they have, which are of the old key.
   */
  rotate(identity: TlsIdentity): void {
    this.#nextIdentity = identity
    this.#nextTry = 0
  }

  /** @param own - This neuron at a block. @throws The chain's error if the axon can never be published. */
  async onBlock(own: Pick<Neuron, 'axon' | 'certificate'>, block: number): Promise<void> {
    const { axon, endpoint, netuid, hotkey, subtensor, logger, onEvent, signal } = this.#parts
    const certificate = this.#nextIdentity?.certificate ?? axon.certificate
    if (own.axon?.host === endpoint.host && own.axon.port === endpoint.port && isPublished(certificate, own.certificate)) {
      // Where the chain has it already.
      this.#rotateNow(certificate)
      if (!this.#isPublished) onEvent({ type: 'serving', ...endpoint, block })
      this.#isPublished = true
      return
    }
    this.#isPublished = false
    if (block < this.#nextTry) return
    this.#nextTry = block + RETRY_BLOCKS
    // Not waited for: the block that includes it is one of those that the miner sees.
    const result = await subtensor.serveAxon({ netuid, hotkey, ...endpoint, certificate, waitFor: 'pool', signal })
    if (result.ok) {
      this.#rotateNow(certificate)
      onEvent({ type: 'serve-submitted', ...endpoint, block })
    } else if (result.error.retryable || signal.aborted) {
      const { code, shortMessage: reason } = result.error
      logger.warn({ code, reason, nextTry: this.#nextTry }, 'The address is not published yet')
    } else throw result.error
  }

  /** @param published - Another key may have been asked for while this one was on its way. */
  #rotateNow(published: NeuronCertificate | undefined): void {
    const next = this.#nextIdentity
    if (!next || next.certificate !== published) return
    const { axon, logger } = this.#parts
    axon.rotateTls(next)
    this.#nextIdentity = undefined
    logger.info({ spkiSha256: next.spkiSha256 }, 'The axon serves with its new TLS key')
  }
}

/** An axon on plain text has no key: what an earlier one published stays on chain, since nothing takes it back. */
const isPublished = (wanted: NeuronCertificate | undefined, shown: NeuronCertificate | undefined): boolean =>
  wanted === undefined || (wanted.algorithm === shown?.algorithm && Buffer.compare(wanted.publicKey, shown.publicKey) === 0)
