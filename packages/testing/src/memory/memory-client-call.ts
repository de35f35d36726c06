import { grpcStatus } from '@tensorkit/core'
import type { CallEnd, CallListener, ClientCall, StartCallOptions } from '@tensorkit/dendrite'
import { localEnd, type MemoryCall } from './memory-call.js'

/** What {@link MemoryClientCall} is made of. */
export interface MemoryClientCallOptions {
  readonly start: StartCallOptions
  readonly listener: CallListener
  readonly maxMessageBytes: number
}

/** The client's end of a call in memory. */
export class MemoryClientCall implements ClientCall {
  /** Settles when the listener has been told the end. */
  readonly over: Promise<void>
  readonly #options: MemoryClientCallOptions
  readonly #maxReplyBytes: number
  #settleOver!: () => void
  #wire: MemoryCall | undefined
  #isOver = false
  #asked = 0
  #isReading = false
  #endToReport: CallEnd | undefined

  constructor(options: MemoryClientCallOptions) {
    this.#options = options
    this.#maxReplyBytes = Math.min(options.start.maxReplyBytes ?? options.maxMessageBytes, options.maxMessageBytes)
    this.over = new Promise((resolve) => {
      this.#settleOver = resolve
    })
  }

  /** Gives it the call that it is an end of. */
  attach(wire: MemoryCall): void {
    this.#wire = wire
    if (this.#options.start.replies === 'one') void this.#readOne(wire)
    else void this.#reportEndOf(wire)
  }

  /** Ends it without a call. */
  fail(end: CallEnd): void {
    queueMicrotask(() => this.#end(end))
  }

  send(message: Uint8Array): boolean {
    const wire = this.#wire
    if (this.#isOver || wire === undefined || wire.isOver) return true
    const hasRoom = wire.request.push(message)
    if (!hasRoom) {
      void wire.request.room().then(() => {
        if (!this.#isOver) this.#options.listener.onDrain?.()
      })
    }
    return hasRoom
  }

  sendLast(message: Uint8Array): void {
    this.send(message)
    this.endSending()
  }

  endSending(): void {
    if (!this.#isOver) this.#wire?.request.end()
  }

  read(): void {
    if (this.#isOver || this.#options.start.replies === 'one' || this.#wire === undefined) return
    this.#asked++
    if (!this.#isReading) void this.#readMany(this.#wire)
  }

  cancel(): void {
    this.#wire?.abandon('cancelled', 'Cancelled')
  }

  /** Ends it because its channel closes. */
  close(): void {
    this.#wire?.abandon('closed', 'The channel is closed')
  }

  async #readOne(wire: MemoryCall): Promise<void> {
    const message = await wire.response.take()
    const second = message === undefined ? undefined : await wire.response.take()
    if (this.#isTooLarge(message, wire) || this.#isTooLarge(second, wire)) return
    if (second !== undefined) wire.abandon('bad-reply', 'The reply was not exactly one message')
    const end = await wire.ended
    if (end.code === grpcStatus.OK && (message === undefined || second !== undefined)) {
      const { connectionId, sentMs, firstByteMs } = end
      this.#end(localEnd('bad-reply', 'The reply was not exactly one message', { connectionId, sentMs, firstByteMs }))
      return
    }
    if (message !== undefined && end.code === grpcStatus.OK) this.#options.listener.onMessage(message)
    this.#end(end)
  }

  async #readMany(wire: MemoryCall): Promise<void> {
    this.#isReading = true
    while (this.#asked > 0) {
      this.#asked--
      const message = await wire.response.take()
      if (this.#isOver || message === undefined || this.#isTooLarge(message, wire)) break
      this.#options.listener.onMessage(message)
    }
    this.#isReading = false
    if (this.#endToReport !== undefined) this.#end(this.#endToReport)
  }

  /** The end comes after all messages: those that nobody asked for yet hold it back, as they do on a network. */
  async #reportEndOf(wire: MemoryCall): Promise<void> {
    const end = await wire.ended
    await wire.response.drained()
    // The last message may be on its way to the listener.
    if (this.#isReading) this.#endToReport = end
    else this.#end(end)
  }

  #isTooLarge(message: Uint8Array | undefined, wire: MemoryCall): boolean {
    if (message === undefined || message.byteLength <= this.#maxReplyBytes) return false
    const { sentMs } = wire
    wire.abandon('too-large', 'The reply is too large')
    this.#end(localEnd('too-large', 'The reply is too large', { connectionId: wire.connection.id, sentMs, firstByteMs: sentMs }))
    return true
  }

  #end(end: CallEnd): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#options.listener.onEnd(end)
    this.#settleOver()
  }
}
