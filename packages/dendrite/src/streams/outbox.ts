import { TensorKitError } from '@tensorkit/core'
import type { ClientCall } from '../transport/client-transport.js'

const maxWaiting = 1_024
/** What is kept for a second attempt. */
const maxKeptBytes = 1024 * 1024

/** The sending half of a stream: one message after the other, as fast as the peer takes them, kept for a while in case that they must be sent again. */
export class Outbox {
  #call: ClientCall | undefined
  #hasRoom = false
  #isOver = false
  #isEnded = false
  #waiting = 0
  #turn: Promise<unknown> = Promise.resolve()
  #wake: (() => void)[] = []
  /** All that was sent; undefined once it is too much, or the peer has shown that it got something. */
  #kept: Uint8Array[] | undefined = []
  #keptBytes = 0

  /** @param onSent - Told of each message that goes out, as often as it does. */
  constructor(readonly onSent: (message: Uint8Array) => void) {}

  /** Whether a new attempt could send everything again. */
  get canResend(): boolean {
    return this.#kept !== undefined
  }

  /** Sends over a call: what was sent before first. */
  attach(call: ClientCall): void {
    this.#call = call
    this.#hasRoom = true
    for (const message of this.#kept ?? []) {
      this.#hasRoom = call.send(message)
      this.onSent(message)
    }
    if (this.#isEnded && this.#waiting === 0) call.endSending()
    this.#wakeAll()
  }

  /** The call has ended; another may come. */
  detach(): void {
    this.#call = undefined
  }

  /** The peer has begun to answer: what was sent will not be sent again. */
  forget(): void {
    this.#kept = undefined
  }

  drained(): void {
    this.#hasRoom = true
    this.#wakeAll()
  }

  /** No call will come any more. */
  close(): void {
    this.#isOver = true
    this.#call = undefined
    this.#kept = undefined
    this.#wakeAll()
  }

  /** @returns Whether the call still takes messages. @throws CORE_BUSY, CORE_CLOSED. */
  async send(message: Uint8Array): Promise<boolean> {
    if (this.#isOver) return false
    if (this.#isEnded) throw new TensorKitError('CORE_CLOSED', 'The stream was ended: nothing more can be sent')
    if (this.#waiting >= maxWaiting) throw new TensorKitError('CORE_BUSY', 'Too many messages wait to be sent: await each send()')
    this.#waiting++
    const sent = this.#turn.then(() => this.#sendNow(message))
    this.#turn = sent
    return sent
  }

  end(): void {
    if (this.#isEnded) return
    this.#isEnded = true
    void this.#turn.then(() => this.#call?.endSending())
  }

  async #sendNow(message: Uint8Array): Promise<boolean> {
    while (!this.#isOver && (this.#call === undefined || !this.#hasRoom)) await this.#change()
    this.#waiting--
    if (this.#isOver || this.#call === undefined) return false
    this.#keep(message)
    this.#hasRoom = this.#call.send(message)
    this.onSent(message)
    while (!this.#isOver && !this.#hasRoom) await this.#change()
    return !this.#isOver
  }

  #keep(message: Uint8Array): void {
    if (this.#kept === undefined) return
    this.#keptBytes += message.byteLength
    if (this.#keptBytes > maxKeptBytes) this.#kept = undefined
    else this.#kept.push(message)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake()
  }
}
