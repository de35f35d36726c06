import {
  type handleBidiStreamingCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js'

const identity = {
  requestSerialize: (bytes: Buffer) => bytes,
  requestDeserialize: (bytes: Buffer) => bytes,
  responseSerialize: (bytes: Buffer) => bytes,
  responseDeserialize: (bytes: Buffer) => bytes,
}

/** Methods of the test service; what they do is gRPC's interop tests, with messages that are bare bytes. */
export const paths = {
  /** Answers the request; a first byte 0xee answers with the status in the second byte and the rest as its text. */
  unary: '/grpc.testing.TestService/UnaryCall',
  /** Answers with the count of messages and bytes, as text. */
  clientStream: '/grpc.testing.TestService/StreamingInputCall',
  /** The request is JSON: an array of sizes, or `{ endless: size }`. */
  serverStream: '/grpc.testing.TestService/StreamingOutputCall',
  /** Answers each message with itself. */
  bidi: '/grpc.testing.TestService/FullDuplexCall',
  /** Never answers. */
  sleep: '/grpc.testing.TestService/Sleep',
  unimplemented: '/grpc.testing.TestService/UnimplementedCall',
} as const

/** The interop server: plain grpc-js. */
export interface InteropServer {
  readonly port: number
  /** Calls that the client cancelled or left. */
  readonly cancelled: () => number
  /** Messages that the endless stream has written. */
  readonly endlessBytes: () => number
  /** `grpc-timeout` and others as the last call brought them. */
  readonly lastMetadata: () => Metadata | undefined
  close(): void
  /** Ends gracefully: GOAWAY, calls in flight go on. */
  shutdown(): Promise<void>
}

/** Echoes `x-grpc-test-echo-initial` as header and `x-grpc-test-echo-trailing-bin` as trailer, as the interop tests do. */
export async function startInteropServer(tls?: { readonly key: string; readonly cert: string }, port = 0): Promise<InteropServer> {
  const server = new Server({ 'grpc.max_receive_message_length': -1 })
  let cancelled = 0
  let endlessBytes = 0
  let lastMetadata: Metadata | undefined
  const watch = (call: { on(event: 'cancelled', listener: () => void): unknown; metadata: Metadata; sendMetadata(m: Metadata): void }) => {
    lastMetadata = call.metadata
    call.on('cancelled', () => cancelled++)
    const echoed = call.metadata.get('x-grpc-test-echo-initial')[0]
    if (echoed === undefined) return
    const headers = new Metadata()
    headers.set('x-grpc-test-echo-initial', echoed)
    call.sendMetadata(headers)
  }
  const trailersOf = (metadata: Metadata) => {
    const trailers = new Metadata()
    for (const value of metadata.get('x-grpc-test-echo-trailing-bin')) trailers.add('x-grpc-test-echo-trailing-bin', value)
    return trailers
  }
  const sendEndless = (call: ServerWritableStream<Buffer, Buffer>, size: number) => {
    const chunk = Buffer.alloc(size, 7)
    const more = () => {
      while (!call.cancelled && !call.destroyed) {
        endlessBytes += size
        if (!call.write(chunk)) {
          call.once('drain', more)
          return
        }
      }
    }
    more()
  }
  const duplex: handleBidiStreamingCall<Buffer, Buffer> = (call: ServerDuplexStream<Buffer, Buffer>) => {
    watch(call)
    call.on('data', (message: Buffer) => {
      if (message[0] === 0xee) call.emit('error', { code: message[1], details: message.subarray(2).toString() })
      else if (!call.write(message)) {
        call.pause()
        call.once('drain', () => call.resume())
      }
    })
    call.on('end', () => call.end(trailersOf(call.metadata)))
    call.on('error', () => {})
  }
  const definition = (path: string, requestStream: boolean, responseStream: boolean) => ({
    path,
    requestStream,
    responseStream,
    ...identity,
  })
  server.addService(
    {
      unary: definition(paths.unary, false, false),
      clientStream: definition(paths.clientStream, true, false),
      serverStream: definition(paths.serverStream, false, true),
      bidi: definition(paths.bidi, true, true),
      sleep: definition(paths.sleep, true, true),
    },
    {
      unary: (
        call: Parameters<typeof watch>[0] & { request: Buffer },
        reply: (error: object | null, value?: Buffer, trailers?: Metadata) => void,
      ) => {
        watch(call)
        const { request } = call
        if (request[0] === 0xee) reply({ code: request[1], details: request.subarray(2).toString(), metadata: trailersOf(call.metadata) })
        else reply(null, request, trailersOf(call.metadata))
      },
      clientStream: (call: Parameters<typeof watch>[0] & NodeJS.ReadableStream, reply: (error: null, value: Buffer) => void) => {
        watch(call)
        let [count, bytes] = [0, 0]
        call.on('data', (message: Buffer) => {
          count++
          bytes += message.length
        })
        call.on('end', () => reply(null, Buffer.from(`${count} ${bytes}`)))
        call.on('error', () => {})
      },
      serverStream: (call: ServerWritableStream<Buffer, Buffer>) => {
        watch(call)
        const wanted = JSON.parse(call.request.toString()) as number[] | { endless: number }
        call.on('error', () => {})
        if (!Array.isArray(wanted)) {
          sendEndless(call, wanted.endless)
          return
        }
        wanted.forEach((size, index) => {
          call.write(Buffer.alloc(size, index))
        })
        call.end(trailersOf(call.metadata))
      },
      bidi: duplex,
      sleep: (call: ServerDuplexStream<Buffer, Buffer>) => {
        watch(call)
        call.on('data', () => {})
        call.on('error', () => {})
      },
    },
  )
  const credentials =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }])
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, got) => (error === null ? resolve(got) : reject(error))),
  )
  return {
    port: bound,
    cancelled: () => cancelled,
    endlessBytes: () => endlessBytes,
    lastMetadata: () => lastMetadata,
    close: () => server.forceShutdown(),
    shutdown: () => new Promise((resolve) => server.tryShutdown(() => resolve())),
  }
}
