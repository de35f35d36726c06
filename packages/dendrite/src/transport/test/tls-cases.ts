import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClientTransport, ClientTransportOptions, TlsPin } from '../client-transport.js'
import { unary } from './calls.js'
import { makeIdentity, type TestIdentity } from './certificates.js'
import { type InteropServer, paths, startInteropServer } from './interop-server.js'

/** The pin of a channel, and those who try to pass it. */
export function tlsCases(makeTransport: (options: ClientTransportOptions) => ClientTransport): void {
  describe('pinned TLS', () => {
    let pinned: TestIdentity
    const closers: (() => void)[] = []
    beforeAll(async () => {
      pinned = await makeIdentity()
    })
    afterEach(() => {
      for (const close of closers.splice(0)) close()
    })
    const serve = async (identity: TestIdentity): Promise<InteropServer> => {
      const server = await startInteropServer(identity)
      closers.push(() => server.close())
      return server
    }
    const call = async (port: number, pin: TlsPin, host = '127.0.0.1') => {
      const channel = makeTransport({ maxMessageBytes: 1024 * 1024 }).open({ host, port, pin })
      closers.push(() => channel.close())
      return (await unary(channel, paths.unary, new Uint8Array([1, 2, 3]), { timeoutMs: 5_000 })).end
    }
    /** A TLS server that counts what it is sent after the handshake. */
    const serveRaw = async (options: TlsOptions, onConnection: (socket: TLSSocket) => void = () => {}) => {
      let bytes = 0
      const server = createServer({ ALPNProtocols: ['h2'], ...options }, (socket) => {
        socket.on('data', (data) => {
          bytes += data.length
        })
        socket.on('error', () => {})
        onConnection(socket)
      })
      server.on('tlsClientError', () => {})
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      closers.push(() => server.close())
      return { port: (server.address() as { port: number }).port, bytes: () => bytes }
    }

    it('takes the pinned peer, by address and by name', async () => {
      const server = await serve(pinned)
      expect(await call(server.port, pinned)).toMatchObject({ code: 0 })
      expect(await call(server.port, pinned, 'localhost')).toMatchObject({ code: 0 })
    })

    it('refuses a man in the middle with his own certificate, and sends him nothing', async () => {
      const other = await makeIdentity()
      const server = await serveRaw(other)
      expect(await call(server.port, pinned)).toMatchObject({ code: 14, fault: 'pin', wasSent: false })
      expect(server.bytes()).toBe(0)
      // The control: whoever pins that very certificate gets through to it.
      const control = await serve(other)
      expect(await call(control.port, other)).toMatchObject({ code: 0 })
    })

    it('refuses a leaf that the pinned one signed, though it chains to the only CA', async () => {
      const ca = await makeIdentity({ isCa: true })
      const signed = await makeIdentity({ issuer: ca })
      const server = await serveRaw(signed)
      expect(await call(server.port, ca)).toMatchObject({ code: 14, fault: 'pin', wasSent: false })
      expect(server.bytes()).toBe(0)
      // The control: by the chain alone it passes, the SPKI stopped it.
      const control = await serve(signed)
      expect(await call(control.port, { leafPem: ca.leafPem, spkiSha256: signed.spkiSha256 })).toMatchObject({ code: 0 })
    })

    it('refuses the pinned certificate under another SPKI hash, and the hash under another certificate', async () => {
      const other = await makeIdentity()
      const server = await serve(pinned)
      expect(await call(server.port, { ...pinned, spkiSha256: other.spkiSha256 })).toMatchObject({ fault: 'pin', wasSent: false })
      expect(await call(server.port, { ...pinned, leafPem: other.leafPem })).toMatchObject({ fault: 'pin', wasSent: false })
    })

    it('refuses TLS 1.2 with the very key', async () => {
      const server = await serveRaw({ ...pinned, maxVersion: 'TLSv1.2' })
      expect(await call(server.port, pinned)).toMatchObject({ code: 14, isLocal: true, wasSent: false })
      expect(server.bytes()).toBe(0)
    })

    it('refuses an expired certificate', async () => {
      const expired = await makeIdentity({ notAfter: new Date(Date.now() - 1_000) })
      const server = await serve(expired)
      expect(await call(server.port, expired)).toMatchObject({ fault: 'pin', wasSent: false })
    })

    it('resumes no session: each connection proves the key anew', async () => {
      const reused: boolean[] = []
      const server = await serveRaw({ ...pinned, sessionTimeout: 300 }, (socket) => {
        reused.push(socket.isSessionReused())
        setTimeout(() => socket.destroy(), 50)
      })
      const channel = makeTransport({ maxMessageBytes: 1024, connectTimeoutMs: 1_000 }).open({
        host: '127.0.0.1',
        port: server.port,
        pin: pinned,
      })
      closers.push(() => channel.close())
      for (let i = 0; i < 3; i++) expect((await channel.connect()).ok).toBe(false)
      expect(reused.length).toBeGreaterThanOrEqual(3)
      expect(reused).not.toContain(true)
    })

    it('a plain-text server and a silent one are no connection', async () => {
      const plain = await startInteropServer()
      closers.push(() => plain.close())
      expect(await call(plain.port, pinned)).toMatchObject({ code: 14, isLocal: true, wasSent: false })
    })

    it.each([
      ['no certificate', { leafPem: 'x', spkiSha256: 'a'.repeat(64) }],
      ['no hash', { leafPem: '-----BEGIN CERTIFICATE-----', spkiSha256: 'xyz' }],
    ])('a pin with %s is refused when the channel is opened', (_name, pin) => {
      expect(() => makeTransport({ maxMessageBytes: 1 }).open({ host: '127.0.0.1', port: 1, pin })).toThrow(
        expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }),
      )
    })
  })
}
