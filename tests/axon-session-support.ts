import { createHash, X509Certificate } from 'node:crypto'
import { connect } from 'node:tls'
import { credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js'
import type { Axon } from '@tensorkit/axon'
import {
  AxonService,
  checkSessionAnswer,
  type InferResponse,
  type Metrics,
  type NeuronDirectory,
  type SessionDomain,
  type Signer,
  signSessionOpen,
  systemClock,
} from '@tensorkit/core'
import { verifySignature } from '@tensorkit/core/crypto'
import { genesisHash, type RawOutcome } from './axon-dendrite-support.js'

/** The domain of these tests' directories. */
export const domain: SessionDomain = { genesisHash, netuid: 1 }

/** Metadata by key: text, bytes for keys that end in `-bin`, several values for a key that comes more than once. */
export type RawHeaders = Readonly<Record<string, string | Uint8Array | readonly (string | Uint8Array)[]>>

/** A peer's TLS key, as a probe reads it. */
export interface Pin {
  readonly leafPem: string
  readonly spkiSha256: string
}

/** Reads a server's certificate, and believes nothing of it. */
export function probe({ host, port }: { readonly host: string; readonly port: number }): Promise<Pin> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false }, () => {
      const leaf = new X509Certificate(socket.getPeerCertificate().raw)
      const spki = leaf.publicKey.export({ type: 'spki', format: 'der' })
      socket.destroy()
      resolve({ leafPem: leaf.toString(), spkiSha256: createHash('sha256').update(spki).digest('hex') })
    })
    socket.on('error', reject)
  })
}

/** One connection of a plain grpc-js client, which knows nothing of TensorKit: plain text without a pin. */
export function rawConnection({ host, port }: { readonly host: string; readonly port: number }, pin?: Pin) {
  const Client = makeGenericClientConstructor({}, 'Raw')
  const secure = pin && credentials.createSsl(Buffer.from(pin.leafPem), null, null, { checkServerIdentity: () => undefined })
  const client = new Client(`${host}:${port}`, secure ?? credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  const identity = (bytes: Buffer) => bytes
  const call = (path: string, body: Uint8Array, headers: RawHeaders = {}): Promise<RawOutcome> =>
    new Promise((resolve) => {
      const metadata = new Metadata()
      for (const [name, values] of Object.entries(headers)) {
        for (const value of Array.isArray(values) ? values : [values])
          metadata.add(name, typeof value === 'string' ? value : Buffer.from(value))
      }
      client.makeUnaryRequest(path, identity, identity, Buffer.from(body), metadata, { deadline: Date.now() + 10_000 }, (error, value) =>
        resolve(error ? { ok: false, error } : { ok: true, body: value as Buffer }),
      )
    })
  const open = (headers: RawHeaders) => call(AxonService.openSession.path, AxonService.openSession.request.encode({}), headers)
  return { call, open, close: () => client.close() }
}

/** A connection of {@link rawConnection}. */
export type RawConnection = ReturnType<typeof rawConnection>

/** What a caller sends to open a session, and the text that its answer must be to. */
export async function signedOpen(options: Partial<Parameters<typeof signSessionOpen>[0]> & { signer: Signer; server: Signer['address'] }) {
  const { text, signature, nonce } = await signSessionOpen({ domain, spkiSha256: '-', ...options })
  return { text, nonce, headers: { 'tk-open-bin': text, 'tk-open-sig-bin': signature } }
}

/** Opens a session as a client should, and checks the answer. @returns The token, 64 hex digits, and the whole answer. */
export async function openSession(
  connection: RawConnection,
  { signer, server, spkiSha256 = '-' }: { readonly signer: Signer; readonly server: Signer; readonly spkiSha256?: string },
): Promise<{ token: string; answer: InferResponse<typeof AxonService.openSession>; expiresAtS: number }> {
  const { text, headers } = await signedOpen({ signer, server: server.address, spkiSha256 })
  const outcome = await connection.open(headers)
  if (!outcome.ok) throw outcome.error
  const answer = AxonService.openSession.response.decode(outcome.body)
  const checked = await checkSessionAnswer({
    ...answer,
    clientText: text,
    server: server.address,
    scheme: server.scheme,
    domain,
    verify: verifySignature,
  })
  if (!checked.ok) throw new Error(`the answer was refused: ${checked.reason}`)
  return { token: Buffer.from(answer.token).toString('hex'), answer, expiresAtS: checked.expiresAtS }
}

/** A clock that can be set forward, wall and monotonic alike. */
export function movableClock() {
  let offsetMs = 0
  return {
    ...systemClock,
    nowMs: () => systemClock.nowMs() + offsetMs,
    nowNs: () => systemClock.nowNs() + BigInt(offsetMs) * 1_000_000n,
    monotonicMs: () => systemClock.monotonicMs() + offsetMs,
    pass: (ms: number) => {
      offsetMs += ms
    },
  }
}

/** A directory whose content can be replaced, as a metagraph's is. */
export function changingDirectory(first: NeuronDirectory): NeuronDirectory & { replace(next: NeuronDirectory): void } {
  let now = first
  return {
    netuid: first.netuid,
    genesisHash: first.genesisHash,
    get block() {
      return now.block
    },
    get syncedAtMs() {
      return now.syncedAtMs
    },
    get: (hotkey) => now.get(hotkey),
    all: () => now.all(),
    replace: (next) => {
      now = next
    },
  }
}

/** Counters that can be read. */
export function countingMetrics(): Metrics & { total(name: string): number } {
  const totals = new Map<string, number>()
  return {
    count: (name, _labels, by = 1) => void totals.set(name, (totals.get(name) ?? 0) + by),
    gauge: () => {},
    observe: () => {},
    total: (name) => totals.get(name) ?? 0,
  }
}

/** Where an axon that serves TLS is, and its key. */
export const pinOf = (axon: Axon): Promise<Pin> => probe(axon.endpoint)
