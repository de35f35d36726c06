import { once } from 'node:events'
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createNonceSource, encodeBtauthPayload, type Logger, type Signer } from '@tensorkit/core'
import { blake2b256, initCrypto, signerFromUri, verifySignature } from '@tensorkit/core/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { bobAddress, path, rejection } from '../test-support.js'
import { connectAgent } from './connect-agent.js'
import { type CreateAgentOptions, createAgent } from './create-agent.js'
import { encodeFrame, FrameReader } from './frames.js'

let alice: Signer
let bob: Signer
beforeAll(async () => {
  await initCrypto()
  alice = await signerFromUri('//Alice')
  bob = await signerFromUri('//Bob', 'ed25519')
})
const socketOf = () => join(path, 'run', 'agent.sock')
const start = (options: Partial<CreateAgentOptions> = {}) => createAgent({ socket: socketOf(), signers: [alice], ...options })
const nextNonce = createNonceSource()
const request = ({ address, scheme }: Signer = alice) =>
  encodeBtauthPayload({ scheme, method: 'POST', target: '/a.B/C', bodySha256: '00'.repeat(32), nonce: nextNonce(), sender: address })
const genesisHash = 'aa'.repeat(32)
/** commit_timelocked_weights of so many bytes. */
const payload = (length: number) => {
  const call = Buffer.concat([Buffer.of(7, 113, 2, 0, ((length << 2) | 1) & 255, length >> 6), Buffer.alloc(length + 8 + 2)])
  return Buffer.concat([
    call,
    Buffer.from('15000400', 'hex'),
    Buffer.of(0),
    Buffer.alloc(8),
    Buffer.from(genesisHash, 'hex'),
    Buffer.alloc(33),
  ])
}
const extrinsic = (bytes: Uint8Array) => ({ bytes, json: {} })

describe('a signing agent', () => {
  it('signs requests and weights, and nothing else', async () => {
    await using agent = await start({ genesisHashes: [genesisHash] })
    using hotkey = await connectAgent({ socket: agent.socket })
    expect([hotkey.address, hotkey.scheme]).toEqual([alice.address, 'sr25519'])
    const { publicKey, scheme } = hotkey
    const message = request()
    expect(verifySignature({ scheme, publicKey, message, signature: await hotkey.sign(message) })).toBe(true)
    for (const length of [100, 1300]) {
      const bytes = payload(length)
      const signed = bytes.length > 256 ? blake2b256(bytes) : bytes
      expect(verifySignature({ scheme, publicKey, message: signed, signature: await hotkey.signExtrinsic(extrinsic(bytes)) })).toBe(true)
    }
    for (const refused of [new Uint8Array(0), Buffer.from('hello'), payload(100), blake2b256(payload(1300)), request(bob)])
      expect((await rejection(hotkey.sign(refused))).code).toBe('WALLET_SIGN_REFUSED')
    const transfer = Buffer.concat([Buffer.of(5, 3, 0), Buffer.alloc(33)])
    for (const refused of [transfer, message, payload(100).subarray(1)])
      expect((await rejection(hotkey.signExtrinsic(extrinsic(refused)))).code).toBe('WALLET_SIGN_REFUSED')
    expect((await rejection(hotkey.sign(new Uint8Array(70_000)))).code).toBe('WALLET_SIGN_REFUSED')
    expect((await rejection(hotkey.sign('x' as never))).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it('signs only what it was allowed to, on the main network unless told otherwise', async () => {
    const logged: string[] = []
    const log = (fields: object, text: string) => void logged.push(`${text} ${JSON.stringify(fields)}`)
    const logger: Logger = { debug: log, info: log, warn: log, error: log }
    await using agent = await start({ allow: ['weights'], logger })
    using hotkey = await connectAgent({ socket: agent.socket })
    expect((await rejection(hotkey.sign(request()))).code).toBe('WALLET_SIGN_REFUSED')
    expect((await rejection(hotkey.signExtrinsic(extrinsic(payload(100))))).code).toBe('WALLET_SIGN_REFUSED')
    expect(logged).toEqual([
      `The agent refused to sign {"key":"${alice.address}","op":"message","permission":"requests"}`,
      `The agent refused to sign {"key":"${alice.address}","op":"extrinsic","permission":"unknown"}`,
    ])
    expect((await rejection(start({ allow: ['transfers' as never], socket: join(path, 'x') }))).code).toBe('CORE_INVALID_ARGUMENT')
  })

  it('holds several keys, each by its name', async () => {
    await using agent = await start({ signers: [alice, bob] })
    expect((await rejection(connectAgent({ socket: agent.socket }))).code).toBe('CORE_INVALID_ARGUMENT')
    expect((await rejection(connectAgent({ socket: agent.socket, address: bobAddress as never }))).code).toBe('WALLET_NOT_FOUND')
    using hotkey = await connectAgent({ socket: agent.socket, address: bob.address })
    const message = request(bob)
    const signature = await hotkey.sign(message)
    expect(verifySignature({ scheme: 'ed25519', publicKey: bob.publicKey, message, signature })).toBe(true)
    expect((await rejection(hotkey.sign(request(alice)))).code).toBe('WALLET_SIGN_REFUSED')
    expect(inspect(hotkey)).toContain(bob.address)
  })

  it('is found again after a restart', async () => {
    const first = await start()
    using hotkey = await connectAgent({ socket: first.socket })
    await hotkey.sign(request())
    await first.close()
    expect(await readdir(join(path, 'run'))).toEqual([])
    expect((await rejection(hotkey.sign(request()))).code).toBe('WALLET_AGENT_UNREACHABLE')
    await using _second = await start()
    expect(await hotkey.sign(request())).toHaveLength(64)
    hotkey.close()
    expect((await rejection(hotkey.sign(request()))).code).toBe('CORE_CLOSED')
  })

  it('bounds what is under way, on both sides, and a signer that hangs', async () => {
    const hanging: Signer = { ...alice, sign: () => new Promise(() => {}) }
    await using agent = await start({ signers: [hanging], maxInFlight: 2, signTimeoutMs: 2000 })
    using hotkey = await connectAgent({ socket: agent.socket, maxInFlight: 3 })
    const codes = await Promise.all([1, 2, 3, 4].map(async () => (await rejection(hotkey.sign(request()))).code))
    expect(codes).toEqual(['WALLET_AGENT_FAILED', 'WALLET_AGENT_FAILED', 'CORE_BUSY', 'CORE_BUSY'])
  })

  it('waits for no agent for ever', async () => {
    const hanging: Signer = { ...alice, sign: () => new Promise(() => {}) }
    await using agent = await start({ signers: [hanging] })
    using hotkey = await connectAgent({ socket: agent.socket, timeoutMs: 3000 })
    expect((await rejection(hotkey.sign(request()))).code).toBe('CORE_TIMEOUT')
  })
})

describe('the place of its socket', () => {
  it('is 0600 in 0700', async () => {
    await using agent = await start()
    expect((await stat(agent.socket)).mode & 0o777).toBe(0o600)
    expect((await stat(join(path, 'run'))).mode & 0o777).toBe(0o700)
  })

  it('is for a group, where one is named', async () => {
    // The group of this process: a user may give a file to a group of his own.
    const { readFile } = await import('node:fs/promises')
    const line = (await readFile('/etc/group', 'utf8')).split('\n').find((entry) => Number(entry.split(':')[2]) === process.getgid?.())
    const group = line?.split(':')[0] as string
    await using agent = await start({ group })
    expect([(await stat(agent.socket)).mode & 0o777, (await stat(agent.socket)).gid]).toEqual([0o660, process.getgid?.()])
    expect((await stat(join(path, 'run'))).mode & 0o777).toBe(0o750)
    expect((await rejection(start({ group: 'no such group', socket: join(path, 'other', 's') }))).code).toBe('WALLET_AGENT_LISTEN_FAILED')
  })

  it('is not made for a group by changing a directory that is there already', async () => {
    const { readFile } = await import('node:fs/promises')
    const line = (await readFile('/etc/group', 'utf8')).split('\n').find((entry) => Number(entry.split(':')[2]) === process.getgid?.())
    const group = line?.split(':')[0] as string
    const there = join(path, 'there')
    await mkdir(there)
    await chmod(there, 0o755)
    const refused = await rejection(start({ group, socket: join(there, 's') }))
    expect(refused).toMatchObject({ code: 'WALLET_AGENT_LISTEN_FAILED', remedy: expect.stringContaining(`chmod 750 '${there}'`) })
    expect((await stat(there)).mode & 0o777).toBe(0o755)
    await chmod(there, 0o750)
    await using agent = await start({ group, socket: join(there, 's') })
    expect((await stat(agent.socket)).mode & 0o777).toBe(0o660)
  })

  it('is refused where others may go, where something else is, and where another agent listens', async () => {
    await mkdir(join(path, 'open'))
    await chmod(join(path, 'open'), 0o755)
    const shared = await rejection(start({ socket: join(path, 'open', 's') }))
    expect([shared.code, shared.remedy]).toEqual([
      'WALLET_AGENT_LISTEN_FAILED',
      expect.stringContaining(`chmod 700 '${join(path, 'open')}'`),
    ])
    await using agent = await start()
    expect((await rejection(start())).shortMessage).toBe('Another agent listens there')
    await writeFile(join(path, 'run', 'file'), '')
    expect((await rejection(start({ socket: join(path, 'run', 'file') }))).code).toBe('WALLET_AGENT_LISTEN_FAILED')
    expect((await rejection(start({ socket: join(path, 'x'.repeat(120)) }))).code).toBe('WALLET_AGENT_LISTEN_FAILED')
    expect(await readdir(join(path, 'run'))).toEqual(['agent.sock', 'file'])
    expect(agent.socket).toBe(socketOf())
  })
})

describe('clients that misbehave', () => {
  const dial = async () => {
    const socket = createConnection(socketOf())
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))

  it('are dropped, and the others are served', async () => {
    await using agent = await start({ frameTimeoutMs: 50, maxConnections: 8 })
    using hotkey = await connectAgent({ socket: agent.socket })
    const frames = [
      Buffer.from('ffffffff', 'hex'),
      Buffer.from('00000002', 'hex').subarray(0, 3),
      Buffer.concat([Buffer.from('00000003', 'hex'), Buffer.from('{"x')]),
      encodeFrame({ id: 1, op: 'export' }),
      encodeFrame({ id: 'x', op: 'keys' }),
      encodeFrame({ id: 1, op: 'message', address: alice.address, data: 'no base64!' }),
      encodeFrame(null),
    ]
    for (const frame of frames) {
      const socket = await dial()
      const gone = closed(socket.resume())
      socket.write(frame)
      await gone
    }
    expect(await hotkey.sign(request())).toHaveLength(64)
  })

  it('get answers to their own questions alone', async () => {
    await using agent = await start()
    const socket = await dial()
    const reader = new FrameReader()
    const data = Buffer.from(request()).toString('base64')
    const frames = [
      { id: 5, op: 'message', address: bobAddress, data },
      { id: 6, op: 'message', address: alice.address, data },
      { id: 7, op: 'keys' },
    ]
    // One byte at a time: frames come in any pieces.
    const replies: unknown[] = []
    const all = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        replies.push(...reader.push(chunk))
        if (replies.length === frames.length) resolve()
      })
    })
    for (const byte of Buffer.concat(frames.map(encodeFrame))) socket.write(Buffer.of(byte))
    await all
    socket.destroy()
    expect(replies).toContainEqual({ id: 5, ok: false, failure: 'unknown-key' })
    expect(replies).toContainEqual({ id: 6, ok: true, signature: expect.stringMatching(/^[0-9a-f]{128}$/) })
    expect(replies).toContainEqual({ id: 7, ok: true, keys: [{ address: alice.address, scheme: 'sr25519' }] })
    expect(agent.socket).toBe(socketOf())
  })
})

describe('what is no agent', () => {
  it('is told as such', async () => {
    expect((await rejection(connectAgent({ socket: join(path, 'none') }))).code).toBe('WALLET_AGENT_UNREACHABLE')
    for (const answer of [
      Buffer.from('HTTP/1.1 400'),
      encodeFrame({ id: 0, ok: true, keys: [{ address: 'x', scheme: 'sr25519' }] }),
      encodeFrame({ id: 0, ok: true, signature: 'zz' }),
    ]) {
      const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(answer)))
      await new Promise<void>((resolve) => server.listen(join(path, 's'), resolve))
      expect((await rejection(connectAgent({ socket: join(path, 's') }))).code).toBe('WALLET_AGENT_FAILED')
      await new Promise((resolve) => server.close(resolve))
    }
    const abort = new AbortController()
    abort.abort()
    expect((await rejection(connectAgent({ socket: join(path, 'none'), signal: abort.signal }))).code).toBe('CORE_ABORTED')
  })
})
