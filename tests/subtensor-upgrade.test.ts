import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { connectSubtensor } from '@tensorkit/subtensor'
import { afterEach, expect, it, vi } from 'vitest'
import { type RawData, WebSocket, WebSocketServer } from 'ws'

const closers: (() => unknown)[] = []
const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name))
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  result?: { specVersion?: number }
}

/** Stands before a chain and raises its spec version when told: to a client, that is a runtime upgrade. */
async function upgradable(localnet: Localnet) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  closers.push(() => server.close())
  let upgraded = 0
  let announce: () => void = () => {}
  const asked: string[] = []
  server.on('connection', (client) => {
    const node = new WebSocket(localnet.url)
    const opened = once(node, 'open')
    const methods = new Map<number, string>()
    client.on('message', (data: RawData) => {
      const { id, method } = JSON.parse(String(data)) as { id: number; method: string }
      methods.set(id, method)
      asked.push(method === 'state_call' ? String(JSON.parse(String(data)).params[0]) : method)
      void opened.then(() => node.send(String(data)))
    })
    node.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message
      if (methods.get(message.id ?? -1) === 'state_getRuntimeVersion' && message.result?.specVersion) message.result.specVersion += upgraded
      const notification = message as { method?: string; params?: { result: { specVersion: number } } }
      if (notification.method === 'state_runtimeVersion' && notification.params) {
        const text = String(data)
        announce = () => {
          const next = JSON.parse(text) as { params: { result: { specVersion: number } } }
          next.params.result.specVersion += upgraded
          client.send(JSON.stringify(next))
        }
      }
      client.send(JSON.stringify(message))
    })
    client.on('close', () => node.close())
  })
  const upgrade = () => {
    upgraded++
    announce()
  }
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, upgrade }
}

it('follows a runtime upgrade by the new metadata, runtime APIs included, and fetches it once', async () => {
  const localnet = await createLocalnet({ port: 0, sealing: 'manual' })
  closers.push(() => localnet.close())
  const node = await upgradable(localnet)
  const subtensor = await connectSubtensor({ endpoint: node.url })
  closers.push(() => subtensor.close())
  const before = subtensor.specVersion
  const fetched = () => node.asked.filter((method) => method === 'Metadata_metadata_at_version').length
  expect(fetched()).toBe(1)

  node.upgrade()
  await vi.waitFor(() => expect(subtensor.specVersion).toBe(before + 1))
  await localnet.mine()
  expect(fetched()).toBe(2)
  expect(subtensor.client.backend.hasRuntimeCall('SubnetInfoRuntimeApi', 'get_all_metagraphs')).toBe(true)
  const { value } = await subtensor.callRuntimeApi({ api: 'Core', method: 'version', args: [] })
  expect(value).toMatchObject({ specName: 'node-subtensor' })
  expect(await subtensor.subnetExists({ netuid: 0 })).toBe(true)
  expect(fetched()).toBe(2)
})
