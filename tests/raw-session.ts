import {
  Client,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js'
import { AxonService, type Method, type SessionDomain, type Ss58Address, sessionHeaders, signSessionOpen } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'

const identity = (bytes: Buffer) => bytes

/** What {@link openRawSession} is given. */
export interface RawSessionOptions {
  readonly signer: LocalSigner
  readonly server: Ss58Address
  readonly domain: SessionDomain
  readonly endpoint: { readonly host: string; readonly port: number }
  /** The pinned leaf and its key's hash; without it all is plain text. */
  readonly pin?: { readonly certificatePem: string; readonly spkiSha256: string }
}

/** How a call ended for a client that collects everything. */
export interface RawStreamOutcome {
  readonly messages: readonly Buffer[]
  readonly status: StatusObject
}

/** A session over a plain grpc-js client that knows nothing of the dendrite. */
export class RawSession {
  readonly client: Client
  #token = ''

  constructor(readonly options: RawSessionOptions) {
    const { endpoint, pin } = options
    const channel =
      pin === undefined
        ? credentials.createInsecure()
        : credentials.createSsl(Buffer.from(pin.certificatePem), null, null, { checkServerIdentity: () => undefined })
    this.client = new Client(`${endpoint.host}:${endpoint.port}`, channel, { 'grpc.use_local_subchannel_pool': 1 })
  }

  get token(): string {
    return this.#token
  }

  /** Opens a session on the connection that there is. */
  async open(): Promise<void> {
    const { signer, server, domain, pin } = this.options
    const { text, signature } = await signSessionOpen({ signer, server, domain, spkiSha256: pin?.spkiSha256 ?? '-' })
    const metadata = new Metadata()
    metadata.set(sessionHeaders.open, Buffer.from(text))
    metadata.set(sessionHeaders.openSignature, Buffer.from(signature))
    const { body } = await this.unary(AxonService.openSession, {}, metadata)
    if (body === undefined) throw new Error('no session')
    this.#token = Buffer.from(AxonService.openSession.response.decode(body).token).toString('hex')
  }

  /** Metadata with the token. */
  metadata(more: Readonly<Record<string, string>> = {}): Metadata {
    const metadata = new Metadata()
    metadata.set(sessionHeaders.token, this.#token)
    for (const [name, value] of Object.entries(more)) metadata.set(name, value)
    return metadata
  }

  /** One unary call. */
  unary<Q>(
    method: Method<'unary', Q>,
    request: Q,
    metadata = this.metadata(),
    deadlineMs = 10_000,
  ): Promise<{ readonly body?: Buffer; readonly error?: ServiceError; readonly status: StatusObject }> {
    return new Promise((resolve) => {
      let status: StatusObject
      let outcome: { body?: Buffer; error?: ServiceError } = {}
      const call = this.client.makeUnaryRequest(
        method.path,
        identity,
        identity,
        Buffer.from(method.request.encode(request)),
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error, value) => {
          outcome = error ? { error } : { body: value }
          if (status !== undefined) resolve({ ...outcome, status })
        },
      )
      call.on('status', (ended: StatusObject) => {
        status = ended
        if (outcome.body !== undefined || outcome.error !== undefined) resolve({ ...outcome, status })
      })
    })
  }

  serverStream<Q>(method: Method<'serverStreaming', Q>, request: Q, metadata = this.metadata(), deadlineMs = 10_000) {
    return this.client.makeServerStreamRequest(method.path, identity, identity, Buffer.from(method.request.encode(request)), metadata, {
      deadline: Date.now() + deadlineMs,
    })
  }

  clientStream(method: Method<'clientStreaming'>, metadata = this.metadata(), deadlineMs = 10_000) {
    let call: ClientWritableStream<Buffer> | undefined
    const outcome = new Promise<{ readonly body?: Buffer; readonly error?: ServiceError }>((resolve) => {
      call = this.client.makeClientStreamRequest(
        method.path,
        identity,
        identity,
        metadata,
        { deadline: Date.now() + deadlineMs },
        (error, value) => resolve(error ? { error } : { body: value as Buffer }),
      )
      call.on('error', () => {})
    })
    return { call: call as ClientWritableStream<Buffer>, outcome }
  }

  bidi(method: Method<'bidi'>, metadata = this.metadata(), deadlineMs = 10_000): ClientDuplexStream<Buffer, Buffer> {
    return this.client.makeBidiStreamRequest(method.path, identity, identity, metadata, { deadline: Date.now() + deadlineMs })
  }

  close(): void {
    this.client.close()
  }
}

/** All messages of a stream, and how it ended. */
export function collect(call: ClientReadableStream<Buffer> | ClientDuplexStream<Buffer, Buffer>): Promise<RawStreamOutcome> {
  return new Promise((resolve) => {
    const messages: Buffer[] = []
    call.on('data', (message: Buffer) => messages.push(message))
    call.on('error', () => {})
    call.on('status', (status: StatusObject) => resolve({ messages, status }))
  })
}

/** Opens a session by hand. */
export async function openRawSession(options: RawSessionOptions): Promise<RawSession> {
  const session = new RawSession(options)
  await session.open()
  return session
}
