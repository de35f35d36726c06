import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2'
import { acceptedEncodings, type Decompressed, decompress } from '@tensorkit/core/node'
import { type CallFacts, grpcStatus, localEnd, peerEnd } from '../call-end.js'
import type { CallEnd, CallFault, CallListener, ClientCall, StartCallOptions } from '../client-transport.js'
import { decodeStatusMessage, parseStatus, statusOfHttp, statusOfReset, timeoutHeader } from './grpc-http2.js'
import type { Http2Connection } from './http2-connection.js'
import { MessageReader } from './message-reader.js'
import { MessageWriter } from './message-writer.js'
import { Http2Metadata } from './reply-metadata.js'
import { listenTo, type ResponseHeaders, type StreamListener } from './stream-listener.js'

const maxTimerMs = 0x7fffffff
// Between the last frame of a server that dies and the end of its socket.
const lastMomentMs = 50

/** What {@link Http2Call} is made of. */
export interface Http2CallParts {
  readonly options: StartCallOptions
  readonly listener: CallListener
  readonly maxReplyBytes: number
  readonly compression: 'gzip' | undefined
  readonly onOver: (call: Http2Call) => void
}

/** One call: waits for a connection, then is one stream of it. */
export class Http2Call implements ClientCall, StreamListener {
  readonly #parts: Http2CallParts
  readonly #startedMs = performance.now()
  readonly #timer: NodeJS.Timeout
  readonly #reader: MessageReader
  readonly #writer: MessageWriter
  #connection: Http2Connection | undefined
  #stream: ClientHttp2Stream | undefined
  #sentMs: number | undefined
  #firstByteMs: number | undefined
  #encoding: string | undefined
  #hasHeaders = false
  // What the peer said the end is; it waits for the messages before it.
  #peerEnd: CallEnd | undefined
  #wanted: number
  #single: Buffer | undefined
  #isInflating = false
  #isOver = false

  constructor(parts: Http2CallParts) {
    this.#parts = parts
    const { options, maxReplyBytes, compression } = parts
    this.#wanted = options.replies === 'one' ? 2 : 0
    this.#reader = new MessageReader(maxReplyBytes)
    this.#writer = new MessageWriter(compression, () => {
      if (!this.#isOver) this.#parts.listener.onDrain?.()
    })
    this.#timer = setTimeout(onDeadline, Math.min(options.timeoutMs, maxTimerMs), this)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** The only connection that will do, if there is one. */
  get wantedConnectionId(): number | undefined {
    return this.#parts.options.connectionId
  }

  /** Goes out over a connection that has room. */
  attach(connection: Http2Connection): void {
    const { options, compression } = this.#parts
    const nowMs = performance.now()
    this.#connection = connection
    this.#sentMs = nowMs
    const headers: Record<string, string> = {
      ':method': 'POST',
      ':path': options.path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'tensorkit-dendrite',
      'grpc-accept-encoding': acceptedEncodings,
      'grpc-timeout': timeoutHeader(options.timeoutMs - (nowMs - this.#startedMs)),
    }
    if (compression !== undefined) headers['grpc-encoding'] = compression
    for (const name in options.headers) {
      const value = options.headers[name] as string | Uint8Array
      headers[name] = typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    }
    const stream = connection.request(headers)
    this.#stream = stream
    listenTo(stream, this)
    // Once this side has ended, `close` follows at once and says the same.
    if (options.replies === 'many' || !this.#writer.isEnding) stream.on('end', () => this.#onStreamEnd())
    if (this.#wanted === 0) stream.pause()
    this.#writer.attach(stream)
  }

  send(message: Uint8Array): boolean {
    return !this.#isOver && this.#writer.send(message, false)
  }

  sendLast(message: Uint8Array): void {
    if (!this.#isOver) this.#writer.send(message, true)
  }

  endSending(): void {
    if (!this.#isOver) this.#writer.end()
  }

  read(): void {
    if (this.#isOver || this.#parts.options.replies !== 'many') return
    this.#wanted++
    // Callbacks are never made within a method.
    if (!this.#reader.isEmpty || this.#peerEnd !== undefined) process.nextTick(deliver, this)
    else this.#stream?.resume()
  }

  cancel(): void {
    this.abandon('cancelled', 'Cancelled')
  }

  /** Ends the call from this side; the listener hears so in the next tick. */
  abandon(fault: CallFault, details: string): void {
    if (this.#isOver) return
    const end = localEnd(fault, details, this.#facts())
    this.#settle()
    process.nextTick(() => this.#parts.listener.onEnd(end))
  }

  onDeadline(): void {
    if (!this.#isOver) this.#end(localEnd('deadline', 'The call took longer than its deadline', this.#facts()))
  }

  onResponse(headers: ResponseHeaders, flags: number): void {
    if (this.#isOver) return
    this.#firstByteMs = performance.now()
    this.#hasHeaders = true
    const contentType = headers['content-type']
    const isGrpc = headers[':status'] === 200 && contentType?.startsWith('application/grpc') === true
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0 && headers['grpc-status'] !== undefined) {
      this.onTrailers(headers)
      return
    }
    if (!isGrpc) {
      const status = headers[':status']
      this.#end(localEnd('bad-reply', `The peer is no gRPC server: HTTP status ${status}`, this.#facts(), statusOfHttp(status)))
      return
    }
    this.#encoding = headers['grpc-encoding'] as string | undefined
    this.#parts.listener.onHeaders?.(new Http2Metadata(headers))
    this.deliver()
  }

  onData(frame: Buffer): void {
    if (this.#isOver) return
    this.#reader.add(frame)
    if (this.#wanted === 0 || this.#isInflating) this.#stream?.pause()
    else this.deliver()
  }

  onTrailers(headers: IncomingHttpHeaders): void {
    if (this.#isOver) return
    // What came before and was not asked for yet.
    while (this.#stream?.readableFlowing === false && this.#stream.read() !== null);
    const status = headers['grpc-status']
    if (typeof status !== 'string') {
      this.#peerEnd = localEnd('bad-reply', 'The reply has no grpc-status', this.#facts(), grpcStatus.unknown)
    } else {
      const message = headers['grpc-message']
      const details = decodeStatusMessage(typeof message === 'string' ? message : undefined)
      this.#peerEnd = peerEnd(parseStatus(status), details, new Http2Metadata(headers), this.#facts())
    }
    this.deliver()
  }

  /** The stream ended; with trailers, they came before. */
  #onStreamEnd(): void {
    // What is closed with it may have been reset: that is told when it closes.
    if (this.#isOver || this.#peerEnd !== undefined || this.#stream?.closed !== false) return
    this.#peerEnd = localEnd('bad-reply', 'The reply ended without a status', this.#facts(), grpcStatus.unknown)
    this.deliver()
  }

  onClose(): void {
    this.#connection?.onStreamClosed()
    if (this.#isOver || this.#peerEnd !== undefined) return
    const { rstCode, id } = this.#stream as ClientHttp2Stream
    const facts = this.#facts()
    const isRefused = rstCode === constants.NGHTTP2_REFUSED_STREAM || this.#connection?.isBeyondGoaway(id) === true
    if (isRefused && !this.#hasHeaders) {
      this.#end(localEnd('refused', 'The peer refused the stream', { ...facts, wasSent: false }))
    } else if (this.#connection?.isDown === true) {
      this.#end(localEnd('lost', 'The connection broke', facts))
    } else if (rstCode === constants.NGHTTP2_NO_ERROR && this.#hasHeaders) {
      // A server that dies resets its streams like that, and its socket is seen to close only a moment later.
      setTimeout(onEndWithoutStatus, lastMomentMs, this)
    } else {
      this.#end(localEnd('lost', `The stream was reset with code ${rstCode}`, facts, statusOfReset(rstCode)))
    }
  }

  onEndWithoutStatus(): void {
    const facts = this.#facts()
    if (this.#connection?.isDown === true) this.#end(localEnd('lost', 'The connection broke', facts))
    else this.#end(localEnd('bad-reply', 'The reply ended without a status', facts, grpcStatus.unknown))
  }

  /** Delivers what is there and asked for, then the end if it is due. */
  deliver(): void {
    while (!this.#isOver && this.#wanted > 0 && !this.#isInflating && this.#hasHeaders) {
      const message = this.#reader.next()
      if (message === undefined) break
      if (typeof message === 'string') {
        this.#refuse(message === 'too-large' ? 'too-large' : 'bad-data')
        return
      }
      if (this.#reader.isCompressed) this.#inflate(message)
      else this.#onMessage(message)
    }
    if (this.#isOver || this.#isInflating) return
    if (this.#peerEnd !== undefined) this.#endByPeer(this.#peerEnd)
    else if (this.#wanted > 0 && this.#stream?.readableFlowing === false) this.#stream.resume()
  }

  #endByPeer(end: CallEnd): void {
    if (end.code !== grpcStatus.ok) {
      // Of a failed call the messages before the end still count; half a message does not.
      if (this.#parts.options.replies === 'one' || this.#wanted > 0 || this.#reader.isEmpty) this.#end(end)
      return
    }
    if (this.#reader.isEmpty) {
      if (this.#parts.options.replies === 'many') this.#end(end)
      else if (this.#single === undefined) this.#end(localEnd('bad-reply', 'The reply was not exactly one message', this.#facts()))
      else {
        this.#parts.listener.onMessage(this.#single)
        this.#end(end)
      }
      return
    }
    // Asked for and not given: it is half a message.
    if (this.#wanted > 0) this.#end(localEnd('bad-reply', 'The reply ended within a message', this.#facts()))
  }

  #onMessage(message: Buffer): void {
    this.#wanted--
    if (this.#parts.options.replies === 'many') this.#parts.listener.onMessage(message)
    else if (this.#single === undefined) this.#single = message
    else this.#end(localEnd('bad-reply', 'The reply was not exactly one message', this.#facts()))
  }

  #inflate(packed: Buffer): void {
    const encoding = this.#encoding
    if (encoding !== 'gzip' && encoding !== 'deflate') {
      this.#end(localEnd('bad-reply', 'A message is compressed, but not by an encoding that was offered', this.#facts()))
      return
    }
    this.#isInflating = true
    const done = (result: Decompressed) => {
      this.#isInflating = false
      if (this.#isOver) return
      if (typeof result === 'string') this.#refuse(result)
      else {
        this.#onMessage(result)
        this.deliver()
      }
    }
    decompress(encoding, packed, { maxBytes: this.#parts.maxReplyBytes, done })
  }

  #refuse(why: 'too-large' | 'bad-data'): void {
    const facts = this.#facts()
    if (why === 'too-large') this.#end(localEnd('too-large', `The message is larger than ${this.#parts.maxReplyBytes} bytes`, facts))
    else this.#end(localEnd('bad-reply', 'The reply is not made of gRPC messages', facts))
  }

  #facts(): CallFacts {
    return {
      wasSent: this.#stream !== undefined,
      connectionId: this.#connection?.id,
      sentMs: this.#sentMs,
      firstByteMs: this.#firstByteMs,
    }
  }

  #end(end: CallEnd): void {
    if (this.#isOver) return
    this.#settle()
    this.#parts.listener.onEnd(end)
  }

  /** Nothing more will come of it: timer, buffers and stream go. */
  #settle(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
    this.#writer.clear()
    this.#single = undefined
    const stream = this.#stream
    if (stream !== undefined && !stream.closed) {
      // All is said on both sides, or the peer is told that nobody listens.
      if (this.#peerEnd === undefined || !stream.writableEnded) stream.close(constants.NGHTTP2_CANCEL)
      else if (stream.readableFlowing === false) stream.resume()
    }
    this.#parts.onOver(this)
  }
}

function deliver(call: Http2Call): void {
  call.deliver()
}

function onEndWithoutStatus(call: Http2Call): void {
  call.onEndWithoutStatus()
}

function onDeadline(call: Http2Call): void {
  call.onDeadline()
}
