import { type Channel, Metadata, type StatusObject } from '@grpc/grpc-js'
import { type CallFacts, grpcStatus, localEnd, peerEnd } from '../call-end.js'
import type { CallEnd, CallFault, CallListener, ClientCall, ClientChannel, ReplyMetadata, StartCallOptions } from '../client-transport.js'

const highWaterBytes = 64 * 1024
/** What HTTP/2 counts for each field beside its name and value (RFC 9113 §6.5.2). */
const metadataOverheadBytes = 32
const tooMuchMetadata = 'The metadata of the reply is larger than the limit'

/** What {@link GrpcJsCall} is made of. */
export interface GrpcJsCallParts {
  readonly call: ReturnType<Channel['createCall']>
  readonly options: StartCallOptions
  readonly listener: CallListener
  readonly maxReplyBytes: number
  readonly maxHeaderBytes: number
  readonly channel: Pick<ClientChannel, 'connectionId'> & { connectFailure(details: string): CallEnd }
  readonly onOver: () => void
}

/** A call of grpc-js. */
export class GrpcJsCall implements ClientCall {
  readonly #parts: GrpcJsCallParts
  readonly #startedMs = performance.now()
  #given: { readonly fault: CallFault; readonly details: string } | undefined
  #single: Buffer | undefined
  #count = 0
  #connectionId: number | undefined
  #sentMs: number | undefined
  #firstByteMs: number | undefined
  readonly #outgoing: Uint8Array[] = []
  #isWriting = false
  #wantedReads = 0
  #pendingBytes = 0
  #isDrainWanted = false
  #isSendingOver = false
  #isOver = false

  constructor(parts: GrpcJsCallParts) {
    this.#parts = parts
    this.onConnection()
    const { call, options, listener } = parts
    const metadata = new Metadata()
    for (const name in options.headers) metadata.set(name, asHeader(options.headers[name] as string | Uint8Array))
    call.start(metadata, {
      onReceiveMetadata: (received) => {
        this.#firstByteMs = performance.now()
        if (this.#isTooMuch(received)) this.abandon('bad-reply', tooMuchMetadata)
        else if (this.#given === undefined) listener.onHeaders?.(replyMetadata(received))
      },
      onReceiveMessage: (message: Buffer | null) => this.#onMessage(message),
      onReceiveStatus: (status) => this.#onStatus(status),
    })
    if (options.replies === 'one') call.startRead()
  }

  /** The channel has a connection: a call that waited goes out over it. */
  onConnection(): void {
    if (this.#connectionId !== undefined) return
    this.#connectionId = this.#parts.channel.connectionId
    if (this.#connectionId !== undefined) this.#sentMs = performance.now()
  }

  send(message: Uint8Array): boolean {
    if (this.#isOver || this.#isSendingOver || this.#given !== undefined) return false
    this.#pendingBytes += message.byteLength
    this.#outgoing.push(message)
    if (!this.#isWriting) this.#writeNext()
    this.#isDrainWanted = this.#pendingBytes >= highWaterBytes
    return !this.#isDrainWanted
  }

  sendLast(message: Uint8Array): void {
    this.send(message)
    this.endSending()
  }

  endSending(): void {
    if (this.#isOver || this.#isSendingOver) return
    this.#isSendingOver = true
    if (this.#outgoing.length === 0) this.#parts.call.halfClose()
  }

  read(): void {
    if (this.#isOver || this.#parts.options.replies !== 'many') return
    this.#wantedReads++
    if (this.#wantedReads === 1) this.#parts.call.startRead()
  }

  cancel(): void {
    this.abandon('cancelled', 'Cancelled')
  }

  // Of messages given before there is a connection, and of reads, grpc-js keeps one and forgets the others.
  #writeNext(): void {
    const message = this.#outgoing.shift()
    if (message === undefined) {
      this.#isWriting = false
      return
    }
    this.#isWriting = true
    const onWritten = () => {
      this.#pendingBytes -= message.byteLength
      if (this.#isOver || this.#given !== undefined) return
      // grpc-js may call back before it returns.
      process.nextTick(() => this.#onRoom())
      this.#writeNext()
    }
    this.#parts.call.sendMessageWithContext({ callback: onWritten }, asBuffer(message))
    if (this.#isSendingOver && this.#outgoing.length === 0) this.#parts.call.halfClose()
  }

  /** grpc-js has no cap of its own: what is over ours has come, but goes no further. */
  #isTooMuch(metadata: Metadata | undefined): boolean {
    let left = this.#parts.maxHeaderBytes
    for (const [name, values] of Object.entries(metadata?.toJSON() ?? {}))
      for (const value of values) left -= name.length + value.length + metadataOverheadBytes
    return left < 0
  }

  #onRoom(): void {
    if (!this.#isDrainWanted || this.#pendingBytes >= highWaterBytes || this.#isOver || this.#given !== undefined) return
    this.#isDrainWanted = false
    this.#parts.listener.onDrain?.()
  }

  /** Ends the call from this side. */
  abandon(fault: CallFault, details: string): void {
    if (this.#isOver || this.#given !== undefined) return
    this.#given = { fault, details }
    this.#parts.call.cancelWithStatus(grpcStatus.cancelled, details)
  }

  #onMessage(message: Buffer | null): void {
    // null means that there is none left.
    if (message === null || this.#given !== undefined) return
    const { call, options, listener, maxReplyBytes } = this.#parts
    this.#firstByteMs ??= performance.now()
    this.#count++
    if (message.length > maxReplyBytes) {
      this.abandon('too-large', `The message is larger than ${maxReplyBytes} bytes`)
    } else if (options.replies === 'many') {
      this.#wantedReads--
      if (this.#wantedReads > 0) call.startRead()
      listener.onMessage(message)
    } else if (this.#count > 1) {
      this.abandon('bad-reply', 'The reply was not exactly one message')
    } else {
      this.#single = message
      call.startRead()
    }
  }

  #onStatus(status: StatusObject): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#parts.onOver()
    const { listener, options } = this.#parts
    const end = this.#endOf(status)
    if (options.replies === 'one' && end.code === grpcStatus.ok && this.#single !== undefined) listener.onMessage(this.#single)
    listener.onEnd(end)
  }

  #endOf({ code, details, metadata }: StatusObject): CallEnd {
    const facts: CallFacts = {
      wasSent: this.#connectionId !== undefined,
      connectionId: this.#connectionId,
      sentMs: this.#sentMs,
      firstByteMs: this.#firstByteMs,
    }
    const { options, channel } = this.#parts
    if (this.#given !== undefined) return localEnd(this.#given.fault, this.#given.details, facts)
    if (code === grpcStatus.ok && options.replies === 'one' && this.#single === undefined) {
      return localEnd('bad-reply', 'The reply was not exactly one message', facts)
    }
    if (this.#isTooMuch(metadata)) return localEnd('bad-reply', tooMuchMetadata, facts)
    // An error of its filters comes as it was thrown: neither code nor details.
    if (typeof code !== 'number') return localEnd('bad-reply', 'The reply is not made of gRPC messages', facts)
    // What grpc-js says by itself has no metadata. A peer that uses its words wins nothing by it.
    if (code !== grpcStatus.ok && Object.keys(metadata?.getMap() ?? {}).length === 0) {
      if (code === grpcStatus.deadlineExceeded && performance.now() - this.#startedMs >= options.timeoutMs - 2) {
        return localEnd('deadline', 'The call took longer than its deadline', facts)
      }
      if (code === grpcStatus.unavailable && this.#connectionId === undefined) return channel.connectFailure(details)
      const own = ownWords.find(({ words }) => words.test(details))
      if (own?.fault === 'refused') return localEnd('refused', details, { ...facts, wasSent: false })
      if (own !== undefined) return localEnd(own.fault, details, facts, code)
    }
    return { ...peerEnd(code, details, replyMetadata(metadata), facts), wasSent: facts.wasSent }
  }
}

// Of grpc-js 1.14: subchannel-call.ts, stream-decoder.ts, compression-filter.ts.
const ownWords: readonly { readonly words: RegExp; readonly fault: CallFault }[] = [
  { words: /^Stream refused by server/, fault: 'refused' },
  { words: /^Received message (that decompresses to a size )?larger/, fault: 'too-large' },
  { words: /^(Failed to decompress|Received HTTP status|Received RST_STREAM with code 0)/, fault: 'bad-reply' },
  {
    words: /^(Received RST_STREAM|Connection dropped|Call cancelled|Bandwidth exhausted|Protocol not secure|Write |No status)/,
    fault: 'lost',
  },
]

function replyMetadata(metadata: Metadata): ReplyMetadata {
  return {
    text: (name) => metadata.get(name).find((value) => typeof value === 'string'),
    bytes: (name) => metadata.get(name).find((value) => typeof value !== 'string'),
  }
}

const asBuffer = (bytes: Uint8Array) => (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
const asHeader = (value: string | Uint8Array) => (typeof value === 'string' ? value : asBuffer(value))
