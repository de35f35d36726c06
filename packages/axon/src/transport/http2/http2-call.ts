import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { type Clock, TensorKitError } from '@tensorkit/core'
import { type Decompressed, decompress } from '@tensorkit/core/node'
import type { AxonLimits } from '../../limits.js'
import { type Refusal, refusals } from '../../refusal.js'
import type { Connection } from '../connection.js'
import type { CallHeaders, CallTrailers, IncomingCall } from '../incoming-call.js'
import { MessageReader } from './message-reader.js'
import { messageRefusals } from './refusals.js'
import type { Encoding } from './request-head.js'
import { okHeaders, refusalHeaders, replyHeaders } from './status-headers.js'

const prefixBytes = 5
// Up to here a copy is cheaper than a second write.
const maxJoinedBytes = 16 * 1024
const smallBytes = 4 * 1024
// What may wait to be written before sendMessage() asks for patience.
const sendBufferBytes = 64 * 1024
// Node's timers may fire a little before the wall clock gets there.
const timerSlackMs = 5
// How long a status that came with the deadline may wait behind a reply that nobody takes.
const stalledReplyMs = 1_000

// A timer fires at once for more.
const maxTimerMs = 0x7fffffff

const hasRoom: Promise<void> = Promise.resolve()
// node:http2 clones these for each call and adds to the clone. Node 20 does so a hundred times faster with what is frozen.
const withTrailers = Object.freeze({ waitForTrailers: true, sendDate: false })
const withoutBody = Object.freeze({ endStream: true, sendDate: false })

// One function for all streams, which finds its call here, instead of closures for each.
const callOf = Symbol('call')
type CallStream = ServerHttp2Stream & { [callOf]: Http2Call }

function onData(this: CallStream, frame: Buffer): void {
  this[callOf].onData(frame)
}

function onEnd(this: CallStream): void {
  this[callOf].onHalfClose()
}

function onWantTrailers(this: CallStream): void {
  this[callOf].onWantTrailers()
}

function onClose(this: CallStream): void {
  this[callOf].onClose()
}

const onDeadline = (call: Http2Call): void => call.onDeadline()

/** All is said; whatever the caller still sends is for nobody. */
const closeUnread = (stream: ServerHttp2Stream): void => {
  if (!stream.closed && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR)
}

/** What carries a call. */
export interface CallCarrier {
  readonly connection: Connection
  readonly limits: AxonLimits
  readonly clock: Clock
  /** A call's stream is gone. */
  onCallClosed(): void
}

/** What a request says of itself. */
export interface RequestHead {
  readonly path: string
  readonly headers: CallHeaders
  readonly encoding: Encoding
  /** As its caller gave it, in ms. */
  readonly timeoutMs: number | undefined
}

/** One call over node:http2: one stream of a connection. */
export class Http2Call implements IncomingCall {
  readonly path: string
  readonly headers: CallHeaders
  readonly deadlineMs: number
  readonly #stream: ServerHttp2Stream
  readonly #carrier: CallCarrier
  readonly #encoding: Encoding
  // By the machine's clock; deadlineMs is by the axon's own.
  readonly #endsAtMs: number
  readonly #timer: NodeJS.Timeout
  #reader: MessageReader | undefined
  #settleRead: ((message: Uint8Array | Refusal | undefined) => void) | undefined
  // Whether that read is of a request that is exactly one message, and the message, until the request has ended.
  #wantsOnly = false
  #only: Uint8Array | undefined
  #hasReplied = false
  #whenWritten: (() => void) | undefined
  #isHalfClosed = false
  #isInflating = false
  #isOver = false
  #trailers: OutgoingHttpHeaders | undefined
  #overListeners: (() => void)[] | undefined
  #roomListeners: (() => void)[] | undefined
  #sentListeners: (() => void)[] | undefined
  #abort: AbortController | undefined
  #abortReason: TensorKitError | undefined

  constructor(stream: ServerHttp2Stream, carrier: CallCarrier, { path, headers, encoding, timeoutMs }: RequestHead) {
    const { clock, limits } = carrier
    this.path = path
    this.headers = headers
    this.#stream = stream
    this.#carrier = carrier
    this.#encoding = encoding
    const leftMs = Math.min(timeoutMs ?? limits.defaultDeadlineMs, limits.maxDeadlineMs)
    this.#endsAtMs = Date.now() + leftMs
    this.deadlineMs = clock.nowMs() + leftMs
    this.#timer = setTimeout(onDeadline, Math.min(leftMs, maxTimerMs), this)
    ;(stream as CallStream)[callOf] = this
    stream.on('close', onClose)
  }

  get connection(): Connection {
    return this.#carrier.connection
  }

  get isCompressed(): boolean {
    return this.#encoding !== 'identity'
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get isUnsent(): boolean {
    return !this.#stream.destroyed && this.#stream.writableLength >= sendBufferBytes
  }

  get signal(): AbortSignal {
    // Made on demand: most handlers never ask, and a controller costs more than the rest of this class.
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason)
    }
    return this.#abort.signal
  }

  onSent(listener: () => void): void {
    if (!this.isUnsent) listener()
    else if (this.#sentListeners === undefined) this.#sentListeners = [listener]
    else this.#sentListeners.push(listener)
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener()
    else if (this.#overListeners === undefined) this.#overListeners = [listener]
    else this.#overListeners.push(listener)
  }

  readMessage(): Promise<Uint8Array | Refusal | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) {
        resolve(undefined)
        return
      }
      if (this.#settleRead !== undefined) {
        reject(new TensorKitError('CORE_INTERNAL', 'Two reads of one call at the same time'))
        return
      }
      this.#settleRead = resolve
      if (this.#reader === undefined) this.#startReading()
      else this.#deliver()
    })
  }

  readOnly(listener: (message: Uint8Array | Refusal | undefined) => void): void {
    if (this.#isOver) {
      listener(undefined)
      return
    }
    this.#wantsOnly = true
    this.#settleRead = listener
    this.#startReading()
  }

  sendMessage(message: Uint8Array): Promise<void> {
    const stream = this.#stream
    if (this.#isOver || isGone(stream)) return hasRoom
    const { length } = message
    let onWritten: (() => void) | undefined
    // Of one small message nobody needs to know when it is written.
    if (this.#hasReplied || length > smallBytes) {
      this.#whenWritten ??= () => this.#onWritten()
      onWritten = this.#whenWritten
    }
    if (!this.#hasReplied) {
      this.#hasReplied = true
      stream.respond(replyHeaders, withTrailers)
      stream.on('wantTrailers', onWantTrailers)
    }
    if (length <= maxJoinedBytes) {
      const frame = Buffer.allocUnsafe(prefixBytes + length)
      writePrefix(frame, length)
      frame.set(message, prefixBytes)
      stream.write(frame, onWritten)
    } else {
      // Too much to copy for a prefix: one writev takes both.
      stream.cork()
      stream.write(writePrefix(Buffer.allocUnsafe(prefixBytes), length))
      stream.write(Buffer.from(message.buffer, message.byteOffset, length), onWritten)
      stream.uncork()
    }
    if (stream.writableLength < sendBufferBytes) return hasRoom
    return new Promise((resolve) => {
      if (this.#roomListeners === undefined) this.#roomListeners = [resolve]
      else this.#roomListeners.push(resolve)
    })
  }

  finish(trailers?: CallTrailers): void {
    // Not waiting for what is written: the status goes out behind it in any case.
    if (!this.#isOver) this.#conclude(okHeaders(trailers))
  }

  refuse(refusal: Refusal, trailers?: CallTrailers): void {
    if (!this.#isOver) this.#conclude(refusalHeaders(refusal, trailers))
  }

  onData(frame: Buffer): void {
    if (this.#isOver) return
    this.#reader?.add(frame)
    if (this.#settleRead === undefined || this.#isInflating) this.#stream.pause()
    else this.#deliver()
  }

  onHalfClose(): void {
    this.#isHalfClosed = true
    if (!this.#isOver) this.#deliver()
  }

  onWantTrailers(): void {
    const stream = this.#stream
    if (isGone(stream)) return
    stream.sendTrailers(this.#trailers ?? okHeaders(undefined))
    // They leave in an immediate of node:http2's; this one comes behind it.
    if (!this.#isHalfClosed) setImmediate(closeUnread, stream)
  }

  onClose(): void {
    clearTimeout(this.#timer)
    if (!this.#isOver) {
      this.#abandon(
        Date.now() + timerSlackMs >= this.#endsAtMs
          ? timedOut()
          : new TensorKitError('CORE_ABORTED', 'The caller cancelled the call or went away'),
      )
    }
    this.#tellRoom()
    this.#tellSent()
    this.#carrier.onCallClosed()
  }

  onDeadline(): void {
    if (this.#isOver) {
      // What was sent had until now to be taken.
      this.#reset()
      return
    }
    this.#conclude(refusalHeaders(refusals.deadline), timedOut())
    if (this.#stream.writableLength > 0) setTimeout(() => this.#reset(), stalledReplyMs).unref()
  }

  #reset(): void {
    if (!isGone(this.#stream)) this.#stream.close(constants.NGHTTP2_CANCEL)
  }

  #startReading(): void {
    this.#reader = new MessageReader(this.#carrier.limits.maxMessageBytes)
    this.#stream.on('end', onEnd)
    // Starts the flow.
    this.#stream.on('data', onData)
  }

  /** Gives the read that waits what there is for it. */
  #deliver(): void {
    const reader = this.#reader
    if (this.#settleRead === undefined || this.#isInflating || reader === undefined) return
    if (this.#only === undefined) {
      const message = reader.next()
      if (message !== undefined) {
        if (typeof message === 'string') this.#settle(message === 'too-large' ? messageRefusals.tooLarge : messageRefusals.badFlag)
        else if (reader.isCompressed) this.#inflate(message)
        else this.#onMessage(message)
        return
      }
    } else if (!reader.isEmpty) {
      this.#settle(refusals.noMessage)
      return
    }
    if (!this.#isHalfClosed) {
      if (this.#stream.isPaused()) this.#stream.resume()
    } else if (!reader.isEmpty) this.#settle(messageRefusals.cut)
    else this.#settle(this.#only ?? (this.#wantsOnly ? refusals.noMessage : undefined))
  }

  #onMessage(message: Uint8Array): void {
    if (this.#wantsOnly) {
      this.#only = message
      this.#deliver()
    } else this.#settle(message)
  }

  #inflate(packed: Buffer): void {
    const encoding = this.#encoding
    if (encoding === 'identity' || encoding === 'unknown') {
      this.#settle(encoding === 'identity' ? messageRefusals.unannounced : messageRefusals.unknownEncoding)
      return
    }
    this.#isInflating = true
    const done = (result: Decompressed) => {
      this.#isInflating = false
      if (typeof result !== 'string') this.#onMessage(result)
      else this.#settle(result === 'too-large' ? messageRefusals.tooLarge : messageRefusals.badCompression)
    }
    decompress(encoding, packed, { maxBytes: this.#carrier.limits.maxMessageBytes, done })
  }

  #settle(message: Uint8Array | Refusal | undefined): void {
    const settle = this.#settleRead
    this.#settleRead = undefined
    settle?.(message)
  }

  /** Says how it ends, behind all that was sent. */
  #conclude(trailers: OutgoingHttpHeaders, reason?: TensorKitError): void {
    const stream = this.#stream
    if (!isGone(stream)) {
      if (this.#hasReplied) {
        this.#trailers = trailers
        stream.end()
      } else {
        stream.respond({ ...replyHeaders, ...trailers }, withoutBody)
        // What nobody began to read, node:http2 resets by itself.
        if (this.#reader !== undefined && !this.#isHalfClosed) setImmediate(closeUnread, stream)
      }
    }
    this.#abandon(reason)
  }

  /** Nothing more is read or said. */
  #abandon(reason: TensorKitError | undefined): void {
    this.#isOver = true
    this.#abortReason = reason
    this.#settle(undefined)
    // Else a stream that was paused would never be seen to end.
    if (this.#reader !== undefined && this.#stream.isPaused()) this.#stream.resume()
    this.#tellRoom()
    const listeners = this.#overListeners
    this.#overListeners = undefined
    if (listeners !== undefined) for (const listener of listeners) listener()
    if (reason !== undefined) this.#abort?.abort(reason)
  }

  #onWritten(): void {
    if (this.isUnsent) return
    this.#tellRoom()
    this.#tellSent()
  }

  #tellRoom(): void {
    const waiting = this.#roomListeners
    this.#roomListeners = undefined
    if (waiting !== undefined) for (const resolve of waiting) resolve()
  }

  #tellSent(): void {
    const waiting = this.#sentListeners
    this.#sentListeners = undefined
    if (waiting !== undefined) for (const tell of waiting) tell()
  }
}

const timedOut = () => new TensorKitError('CORE_TIMEOUT', 'The deadline of the call passed')

const isGone = (stream: ServerHttp2Stream): boolean => stream.destroyed || stream.closed

function writePrefix(target: Buffer, length: number): Buffer {
  target[0] = 0
  target.writeUInt32BE(length, 1)
  return target
}
