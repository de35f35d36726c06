import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { onFirstRecord } from './first-record.js'

let server: Server
const clients: Socket[] = []

beforeAll(async () => {
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => {
  for (const client of clients) client.destroy()
  server.close()
})

/** Both ends of a new connection, and what the listener was told. */
async function connection(): Promise<{ readonly client: Socket; readonly socket: Socket; readonly told: boolean[] }> {
  const accepted = once(server, 'connection')
  const client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', noDelay: true })
  clients.push(client)
  const [socket] = (await accepted) as [Socket]
  const told: boolean[] = []
  onFirstRecord(socket, (isHandshake) => told.push(isHandshake))
  return { client, socket, told }
}

/** A record of TLS with so many bytes. */
function record(bytes: number, type = 22): Buffer {
  const made = Buffer.alloc(5 + bytes, 0xab)
  made.writeUInt8(type, 0)
  made.writeUInt16BE(0x0301, 1)
  made.writeUInt16BE(bytes, 3)
  return made
}

describe('the first record of a connection', () => {
  it('is told once it is whole, and stays in the socket with all behind it', async () => {
    const { client, socket, told } = await connection()
    const sent = Buffer.concat([record(300), record(20)])
    client.end(sent)
    await expect.poll(() => told).toEqual([true])
    expect(await buffer(socket)).toEqual(sent)
    expect(told).toEqual([true])
  })

  it('is waited for however it is cut', async () => {
    const { client, socket, told } = await connection()
    const sent = record(40)
    for (const byte of sent.subarray(0, -1)) {
      client.write(Buffer.of(byte))
      await sleep(1)
    }
    await sleep(50)
    expect(told).toEqual([])
    client.end(sent.subarray(-1))
    await expect.poll(() => told).toEqual([true])
    expect(await buffer(socket)).toEqual(sent)
  })

  it.each([
    ['that is no handshake', record(10, 23)],
    ['of which the first byte is another protocol’s', Buffer.from('P')],
    ['that says to be longer than a record can be', record(0x4001).subarray(0, 5)],
  ])('%s is told at once', async (_, sent) => {
    const { client, told } = await connection()
    client.write(sent)
    await expect.poll(() => told).toEqual([false])
  })

  it('of the largest size is taken', async () => {
    const { client, told } = await connection()
    client.write(record(0x4000))
    await expect.poll(() => told).toEqual([true])
  })

  it('of a peer that leaves before it is not told', async () => {
    const { client, socket, told } = await connection()
    client.end(record(300).subarray(0, 100))
    await once(socket, 'end')
    await sleep(20)
    expect(told).toEqual([])
  })
})
