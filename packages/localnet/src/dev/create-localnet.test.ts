import { decodeSs58, encodeSs58 } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { u32 } from 'scale-ts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { RpcClient } from '../../test/rpc-client.js'
import { createLocalnet, type Localnet, type LocalnetOptions } from './create-localnet.js'
import { devAccounts } from './dev-accounts.js'

const opened: Localnet[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function start(options?: LocalnetOptions): Promise<Localnet> {
  const localnet = await createLocalnet(options)
  opened.push(localnet)
  return localnet
}

/** Waits until exactly so many servers and sockets are open in this process; the system closes them a little later than we do. */
const expectOpen = (...names: string[]): Promise<void> =>
  vi.waitFor(() =>
    expect(
      process
        .getActiveResourcesInfo()
        .filter((name) => name.startsWith('TCP'))
        .sort(),
    ).toEqual(names),
  )

describe('createLocalnet', () => {
  test('starts, mines and answers in this process and over the wire alike', async () => {
    const localnet = await start()
    expect(localnet.block).toEqual({ number: 0, hash: localnet.genesisHash })
    const mined = await localnet.mine(2)
    expect(localnet.block).toEqual(mined)
    const client = await RpcClient.connect(localnet.url)
    expect(await client.call('chain_getBlockHash', 2)).toBe(mined.hash)
    const { publicKey, address } = await signerFromUri(devAccounts.alice)
    expect(u32.dec(localnet.callRuntime('AccountNonceApi_account_nonce', publicKey))).toBe(0)
    expect(await client.call('system_accountNextIndex', address)).toBe(0)
    expect(encodeSs58(decodeSs58(address))).toBe(address)
    await client.close()
  })

  test('a runtime API that is not modelled is refused by name', async () => {
    const localnet = await start()
    expect(() => localnet.callRuntime('GrandpaApi_grandpa_authorities', new Uint8Array())).toThrow(
      /A network of authorities is not modelled/,
    )
  })

  test('arguments of a runtime call that cannot be decoded', async () => {
    const localnet = await start()
    expect(() => localnet.callRuntime('AccountNonceApi_account_nonce', Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }),
    )
  })

  test('refuses another mode of sealing', async () => {
    // @ts-expect-error JavaScript users have no compiler to tell them.
    await expect(createLocalnet({ sealing: 'auto' })).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })

  test.each<LocalnetOptions>([
    { port: -1 },
    { port: 65_536 },
    ...[0, 2.5, Number.NaN, -1].map((intervalMs) => ({ sealing: { intervalMs } })),
    { keepBlocks: 0 },
    { genesisTimeMs: -1 },
  ])('refuses %o', async (options) => {
    await expect(createLocalnet(options)).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })

  test('a taken port is told with a remedy, and leaves nothing running', async () => {
    const first = await start()
    await expectOpen('TCPServerWrap')
    await expect(createLocalnet({ port: first.port, sealing: { intervalMs: 10 } })).rejects.toMatchObject({
      code: 'LOCALNET_ADDRESS_IN_USE',
      facts: { host: '127.0.0.1', port: first.port },
      remedy: expect.stringContaining('choose another port'),
    })
    await expectOpen('TCPServerWrap')
  })
})

describe('close', () => {
  test('leaves nothing that keeps a process alive', async () => {
    await expectOpen()
    const localnet = await createLocalnet({ sealing: { intervalMs: 1000 } })
    const client = await RpcClient.connect(localnet.url)
    await client.call('chain_subscribeNewHeads')
    const closed = new Promise((resolve) => client.socket.once('close', resolve))
    await localnet.close()
    expect(await closed).toBe(1001)
    await localnet.close()
    await expectOpen()
    await expect(localnet.mine()).rejects.toMatchObject({ code: 'CORE_CLOSED' })
  })

  test('a client that does not answer is not waited for', async () => {
    const localnet = await createLocalnet()
    const client = await RpcClient.connect(localnet.url)
    client.socket.pause()
    const start = performance.now()
    await localnet.close()
    expect(performance.now() - start).toBeLessThan(2000)
    client.socket.terminate()
  })

  test('by signal', async () => {
    const abort = new AbortController()
    const localnet = await start({ signal: abort.signal })
    abort.abort()
    await expect(localnet.mine()).rejects.toMatchObject({ code: 'CORE_CLOSED' })
    await expect(createLocalnet({ signal: abort.signal })).rejects.toMatchObject({ code: 'CORE_ABORTED' })
  })
})
