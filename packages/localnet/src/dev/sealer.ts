import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Logger, TensorKitError, toTensorKitError } from '@tensorkit/core'
import type { Block } from '../block/block.js'
import type { Chain } from '../block/chain.js'
import type { Sealing } from './sealing.js'

/** Blocks in one call of mine: more is likely a mistake, and would keep the node busy for minutes. */
const maxMine = 100_000

/** What a {@link Sealer} needs. */
export interface SealerOptions {
  readonly chain: Chain
  readonly sealing: Sealing
  readonly logger: Logger
}

/** Decides when the chain seals a block. */
export class Sealer {
  readonly sealing: Sealing
  readonly #chain: Chain
  readonly #logger: Logger
  #timer: NodeJS.Timeout | undefined
  #soon: NodeJS.Immediate | undefined
  #stopListening = (): void => {}
  #closed = false

  constructor({ chain, sealing, logger }: SealerOptions) {
    this.#chain = chain
    this.#logger = logger
    this.sealing = sealing
    if (typeof sealing === 'object') this.#schedule(sealing.intervalMs)
    else if (sealing === 'instant') this.#stopListening = chain.pool.onReady(() => this.#sealSoon())
  }

  /**
   * Seals blocks now, whatever the mode; the event loop turns between two of them.
   *
   * @param count - How many, 1 to 100,000.
   * @returns The last block.
   * @throws CORE_INVALID_ARGUMENT, CORE_ABORTED, CORE_CLOSED, LOCALNET_BLOCK_FAILED
   */
  async mine(count: number, signal?: AbortSignal): Promise<Block> {
    if (!Number.isInteger(count) || count < 1 || count > maxMine) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The number of blocks must be an integer from 1 to 100,000', { facts: { count } })
    }
    for (let sealed = 1; ; sealed++) {
      if (this.#closed) throw new TensorKitError('CORE_CLOSED', 'The localnet was closed')
      if (signal?.aborted)
        throw new TensorKitError('CORE_ABORTED', 'Mining was aborted', { cause: signal.reason, facts: { block: this.#chain.head.number } })
      const block = this.#chain.seal()
      // Subscribers read their heads meanwhile; without this a long run would look to them like a dead node.
      await nextTurn()
      if (sealed === count) return block
    }
  }

  /** Stops sealing by itself. */
  close(): void {
    this.#closed = true
    this.#stopListening()
    clearTimeout(this.#timer)
    clearImmediate(this.#soon)
  }

  #schedule(intervalMs: number, startedMs = performance.now(), nth = 1): void {
    // Against the start, so that the time a block takes does not add up.
    const delayMs = Math.max(0, startedMs + nth * intervalMs - performance.now())
    this.#timer = setTimeout(() => {
      this.#sealOrLog()
      if (!this.#closed) this.#schedule(intervalMs, startedMs, Math.max(nth + 1, Math.ceil((performance.now() - startedMs) / intervalMs)))
    }, delayMs)
  }

  #sealSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = undefined
      this.#sealOrLog()
      // What did not fit waits for no new extrinsic.
      if (!this.#closed && this.#chain.pool.readyCount > 0 && this.#chain.head.extrinsics.length > 1) this.#sealSoon()
    })
  }

  #sealOrLog(): void {
    try {
      this.#chain.seal()
    } catch (error) {
      const { code, message } = toTensorKitError(error)
      this.#logger.error({ code, error: message }, 'a block could not be built')
    }
  }
}
