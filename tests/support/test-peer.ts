import { randomBytes } from 'node:crypto'
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import {
  AxonService,
  answerSession,
  checkSessionClaim,
  encodeRefusalStatus,
  type RefusalReason,
  type SessionDomain,
  type Signer,
  systemClock,
  verifySessionSignature,
} from '@tensorkit/core'
import { verifySignature } from '@tensorkit/core/crypto'

/** How a call over a {@link TestPeer} is answered. */
export type Behaviour = (call: TestCall) => void | Promise<void>

/** One call, as raw as HTTP/2 has it. */
export interface TestCall {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders
  /** The request's messages, once all are there. */
  readonly messages: Promise<Buffer[]>
  /** Sends headers, messages, and a status. */
  answer(messages: readonly Uint8Array[], trailers?: Readonly<Record<string, string>>): void
  /** Sends a status alone. */
  refuse(code: number, reason?: RefusalReason, trailers?: Readonly<Record<string, string>>): void
}

export interface TestPeerOptions {
  readonly signer: Signer
  readonly domain: SessionDomain
  /** By path; OpenSession is answered as the protocol has it unless it is given here. */
  readonly behaviours: Readonly<Record<string, Behaviour>>
  readonly identity?: TlsIdentity
  /** What it shows on its second connection, its third, and so on round. */
  readonly nextIdentities?: readonly TlsIdentity[]
  readonly plaintext?: boolean
  readonly port?: number
  /** @defaultValue 127.0.0.1 */
  readonly host?: string
  /** How long its sessions live, in s. */
  readonly lifeS?: number
  /** Whether a call without a session of its own connection is refused. */
  readonly checksTokens?: boolean
}

/** A peer that does what it is told, right or wrong; written with node:http2 alone. */
export interface TestPeer {
  readonly port: number
  readonly identity: TlsIdentity
  /** OpenSession calls that came. */
  opens(): number
  /** TCP connections that came. */
  connections(): number
  readonly sessions: Set<ServerHttp2Session>
  /** Tokens given out, hex. */
  readonly tokens: Set<string>
  /** The paths of all calls, in their order. */
  readonly paths: string[]
  /** What it does with an OpenSession unless it is told otherwise. */
  readonly grant: Behaviour
  close(): Promise<void>
}

/** Limits as an axon tells them; nobody here goes by them. */
export const noLimits = {
  maxMessageBytes: 0n,
  maxMetadataBytes: 0n,
  maxConcurrentStreams: 0,
  maxAgeMs: 0n,
  maxAheadMs: 0n,
  defaultDeadlineMs: 0n,
}

export const frame = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function unframe(bytes: Buffer): Buffer[] {
  const messages: Buffer[] = []
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 1)
    messages.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return messages
}

/** Bombs of metadata are for the receiver to refuse, in bytes. */
const maxSendHeaderBlockLength = 1024 * 1024

const secretsOf = ({ privateKey, certificatePem }: TlsIdentity) => ({
  key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  cert: certificatePem,
  minVersion: 'TLSv1.3' as const,
})

export async function startTestPeer(options: TestPeerOptions): Promise<TestPeer> {
  const { signer, domain, behaviours, plaintext = false, lifeS = 3600, checksTokens = true } = options
  const identity = options.identity ?? (await createTlsIdentity())
  const sessions = new Set<ServerHttp2Session>()
  const tokens = new Set<string>()
  const tokensOf = new WeakMap<ServerHttp2Session, Set<string>>()
  const paths: string[] = []
  let opens = 0
  let connections = 0
  const openSession: Behaviour = async ({ headers, stream, answer, refuse }) => {
    opens++
    const spkiSha256 = plaintext ? '-' : identity.spkiSha256
    const bytes = (name: string) => Buffer.from(String(headers[name]), 'base64')
    const text = bytes('tk-open-bin')
    const claim = checkSessionClaim({ text, signature: bytes('tk-open-sig-bin'), receiver: signer.address, domain, spkiSha256 })
    if (!claim.ok) return refuse(16, claim.reason === 'stale' ? 'AUTH_STALE' : 'AUTH_REFUSED')
    const proved = await verifySessionSignature({ claim: claim.claim, scheme: claim.claim.claimedScheme, verify: verifySignature })
    if (!proved.ok) return refuse(16, 'AUTH_REFUSED')
    const token = randomBytes(32)
    const expiresAtS = Math.floor(Date.now() / 1000) + lifeS
    const signed = await answerSession({ signer, domain, clientText: text, token, expiresAtS })
    tokens.add(token.toString('hex'))
    const session = stream.session as ServerHttp2Session
    tokensOf.set(session, (tokensOf.get(session) ?? new Set()).add(token.toString('hex')))
    answer([AxonService.openSession.response.encode({ token, text: signed.text, signature: signed.signature, limits: noLimits })])
  }
  const describe: Behaviour = ({ answer }) =>
    answer([
      AxonService.describe.response.encode({
        version: 1,
        serverTimeMs: BigInt(systemClock.nowMs()),
        hotkey: signer.address,
        profiles: ['session/1'],
        limits: noLimits,
        protocols: [],
      }),
    ])
  const all: Readonly<Record<string, Behaviour>> = {
    [AxonService.openSession.path]: openSession,
    [AxonService.describe.path]: describe,
    ...behaviours,
  }
  const onStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const path = String(headers[':path'])
    paths.push(path)
    stream.on('error', () => {})
    const chunks: Buffer[] = []
    const messages = new Promise<Buffer[]>((resolve) => {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => resolve(unframe(Buffer.concat(chunks))))
    })
    const finish = (trailers: Readonly<Record<string, string>>) => {
      if (stream.destroyed) return
      stream.on('wantTrailers', () => stream.sendTrailers(trailers))
      stream.end()
    }
    const call: TestCall = {
      stream,
      headers,
      messages,
      answer(replies, trailers = { 'grpc-status': '0' }) {
        if (stream.destroyed) return
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
        for (const reply of replies) stream.write(frame(reply))
        finish(trailers)
      },
      refuse(code, reason, trailers = {}) {
        if (stream.destroyed) return
        const details = reason && {
          'grpc-status-details-bin': Buffer.from(encodeRefusalStatus({ code, message: 'no', reason })).toString('base64'),
        }
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code), ...details, ...trailers },
          { endStream: true },
        )
      },
    }
    const behaviour = all[path]
    if (behaviour === undefined) return call.refuse(12)
    const isOpen = path.startsWith('/tensorkit.axon.v1.')
    if (!isOpen && checksTokens && !tokensOf.get(stream.session as ServerHttp2Session)?.has(String(headers['tk-session']))) {
      return call.refuse(16, 'SESSION_EXPIRED')
    }
    void behaviour(call)
  }
  const server: Http2Server | Http2SecureServer = plaintext
    ? createServer({ maxSendHeaderBlockLength })
    : createSecureServer({
        ...secretsOf(identity),
        maxSendHeaderBlockLength,
        ALPNProtocols: ['h2'],
      })
  server.on('stream', onStream)
  server.on('connection', () => {
    connections++
    // Of this connection the key is settled; it is the next one's.
    const next = options.nextIdentities?.[(connections - 1) % options.nextIdentities.length]
    if (next !== undefined) (server as Http2SecureServer & Pick<TlsServer, 'setSecureContext'>).setSecureContext(secretsOf(next))
  })
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.on('error', () => {})
    session.on('close', () => sessions.delete(session))
  })
  server.on('sessionError', () => {})
  server.on('secureConnection', (socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    identity,
    opens: () => opens,
    grant: openSession,
    connections: () => connections,
    sessions,
    tokens,
    paths,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const session of sessions) session.destroy()
      }),
  }
}
