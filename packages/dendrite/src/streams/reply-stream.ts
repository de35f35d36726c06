import type { Ss58Address, Uid } from '@tensorkit/core'
import type { StreamResult } from './stream-result.js'

/**
 * The messages of one axon, as they come.
 *
 * Iterate it once. Iterating never throws for what the peer or the network does: the loop ends, and {@link result} says why. Messages
 * that you do not take stay with the peer (flow control). Leaving the loop cancels the call on the wire.
 *
 * @example
 * ```ts
 * const tokens = dendrite.stream(miner, Llm.generate, { prompt })
 * for await (const { text } of tokens) show(text)
 * const result = await tokens.result
 * if (!result.ok) console.log(result.error.code)
 * ```
 */
export interface ReplyStream<Response> extends AsyncIterable<Response> {
  readonly hotkey: Ss58Address
  readonly uid: Uid | undefined
  /** How it ended; never rejects. Messages that came before may still wait to be taken. */
  readonly result: Promise<StreamResult>
  /** Gives the call up; `result` has CORE_ABORTED then. What came already may still be taken. */
  cancel(): void
}

/** A call with messages both ways, independent of each other. */
export interface DuplexStream<Request, Response> extends ReplyStream<Response> {
  /**
   * Sends one message, and waits until there is room for the next: await it, so that a slow peer slows you down.
   *
   * @returns Whether the call still takes messages; false once it is over.
   * @throws PROTOCOL_ENCODE_FAILED for what does not fit the protocol; DENDRITE_EXHAUSTED for a message over `maxMessageBytes`;
   * CORE_BUSY if over 1,024 messages wait because nobody awaited; CORE_CLOSED after {@link end}.
   */
  send(request: Request): Promise<boolean>
  /** Sends no more; the peer may go on. */
  end(): void
}

/** Messages to send: a list, a generator, anything that can be iterated. */
export type Messages<T> = AsyncIterable<T> | Iterable<T>
