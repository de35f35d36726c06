import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { createServer as createTcpServer } from 'node:net'
import { createServer, type TlsOptions } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { makeIdentity } from '../transport/test/certificates.js'
import { p256SpkiOf } from './p256-spki.js'
import { probeLeaf } from './probe-leaf.js'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

async function serve(options: TlsOptions): Promise<{ port: number; bytes: () => number; closed: Promise<void> }> {
  let bytes = 0
  let onClosed: () => void = () => {}
  const closed = new Promise<void>((resolve) => {
    onClosed = resolve
  })
  const server = createServer({ ALPNProtocols: ['h2'], ...options }, (socket) => {
    socket.on('data', (data) => {
      bytes += data.length
    })
    socket.on('error', () => {})
  })
  server.on('connection', (socket) => socket.on('close', onClosed))
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { port: (server.address() as { port: number }).port, bytes: () => bytes, closed }
}

const probe = (port: number, options: { timeoutMs?: number; signal?: AbortSignal } = {}) =>
  probeLeaf({ host: '127.0.0.1', port, timeoutMs: 5_000, ...options })

describe('probeLeaf', () => {
  it('reads leaf, hash and point, sends nothing and leaves', async () => {
    const identity = await makeIdentity()
    const server = await serve(identity)
    const outcome = await probe(server.port)
    if (!outcome.ok) throw outcome.error
    const { leafPem, spkiSha256, publicKey } = outcome.leaf
    expect(spkiSha256).toBe(identity.spkiSha256)
    expect(new X509Certificate(leafPem).raw).toEqual(new X509Certificate(identity.leafPem).raw)
    const jwk = new X509Certificate(identity.leafPem).publicKey.export({ format: 'jwk' })
    expect(Buffer.from(publicKey).toString('base64url')).toBe(
      Buffer.concat([Buffer.from(jwk.x as string, 'base64url'), Buffer.from(jwk.y as string, 'base64url')]).toString('base64url'),
    )
    await server.closed
    expect(server.bytes()).toBe(0)
  })

  it('refuses TLS 1.2, a key on another curve, and a peer without HTTP/2', async () => {
    const identity = await makeIdentity()
    const refused = { ok: false, error: { code: 'DENDRITE_TLS_REFUSED' } }
    expect(await probe((await serve({ ...identity, maxVersion: 'TLSv1.2' })).port)).toMatchObject(refused)
    expect(await probe((await serve(await makeIdentity({ curve: 'P-384' }))).port)).toMatchObject(refused)
    expect(await probe((await serve({ ...identity, ALPNProtocols: ['http/1.1'] })).port)).toMatchObject({ ok: false })
    expect(await probe((await serve({ ...identity, ALPNProtocols: undefined })).port)).toMatchObject(refused)
  })

  it('tells who cannot be reached, who is silent, and who was given up', async () => {
    const silent = createTcpServer((socket) => socket.resume())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as { port: number }
    expect(await probe(port, { timeoutMs: 50 })).toMatchObject({ ok: false, error: { code: 'DENDRITE_TIMEOUT' } })
    const controller = new AbortController()
    const aborted = probe(port, { signal: controller.signal })
    controller.abort()
    expect(await aborted).toMatchObject({ ok: false, error: { code: 'CORE_ABORTED' } })
    expect(await probe(port, { signal: AbortSignal.abort() })).toMatchObject({ ok: false, error: { code: 'CORE_ABORTED' } })
    await new Promise((resolve) => silent.close(resolve))
    expect(await probe(port)).toMatchObject({ ok: false, error: { code: 'DENDRITE_UNREACHABLE' } })
  })
})

describe('p256SpkiOf', () => {
  it('takes nothing but 91 bytes of a P-256 key', async () => {
    const raw = new X509Certificate((await makeIdentity()).leafPem).raw
    expect(p256SpkiOf(raw)?.publicKey).toHaveLength(64)
    expect(p256SpkiOf(new Uint8Array(raw))?.sha256).toBe(p256SpkiOf(raw)?.sha256)
    expect(p256SpkiOf(new X509Certificate((await makeIdentity({ curve: 'P-384' })).leafPem).raw)).toBeUndefined()
    expect(p256SpkiOf(raw.subarray(1))).toBeUndefined()
    expect(p256SpkiOf(new Uint8Array())).toBeUndefined()
    expect(p256SpkiOf(Buffer.concat([raw, Buffer.alloc(9_000)]))).toBeUndefined()
  })

  it('takes no compressed point, though it is the same key', async () => {
    const { leafPem } = await makeIdentity()
    const raw = new X509Certificate(leafPem).raw
    const spki = new X509Certificate(leafPem).publicKey.export({ type: 'spki', format: 'der' })
    const at = raw.indexOf(spki)
    const sign = ((spki.at(-1) as number) & 1) === 0 ? 2 : 3
    const short = Buffer.concat([
      Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex'),
      Buffer.of(sign),
      spki.subarray(27, 59),
    ])
    // The lengths of the certificate and of its body are two bytes each, as is what they lose.
    const der = Buffer.concat([raw.subarray(0, at), short, raw.subarray(at + spki.length)])
    for (const offset of [2, 6]) der.writeUInt16BE(der.readUInt16BE(offset) - 32, offset)
    expect(new X509Certificate(der).publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(p256SpkiOf(der)).toBeUndefined()
  })

  it('is no help for other kinds of keys', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    expect(p256SpkiOf(publicKey.export({ type: 'spki', format: 'der' }))).toBeUndefined()
  })
})
