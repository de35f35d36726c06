import { ApiPromise, HttpProvider, WsProvider } from '@polkadot/api'
import { Keyring } from '@polkadot/keyring'
import { signerFromUri } from '@tensorkit/core/crypto'
import { createLocalnet, devAccounts, type Localnet, type LocalnetOptions } from '@tensorkit/localnet'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { closeApi } from './support/close-api.js'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function connect(options: LocalnetOptions = {}): Promise<{ api: ApiPromise; localnet: Localnet; keyring: Keyring }> {
  const localnet = await createLocalnet(options)
  closers.push(() => localnet.close())
  // No types, no signed extensions, no RPC definitions: what the metadata says is all the client gets.
  const api = await ApiPromise.create({ provider: new WsProvider(localnet.url), noInitWarn: true, throwOnConnect: true })
  closers.push(() => closeApi(api))
  return { api, localnet, keyring: new Keyring({ type: 'sr25519', ss58Format: 42 }) }
}

const transfer = (api: ApiPromise, to: string, rao = 5_000_000_000n) => {
  const call = api.tx.balances?.transferKeepAlive
  if (!call) throw new Error('no Balances.transfer_keep_alive in the metadata')
  return call(to, rao)
}

const freeOf = async (api: ApiPromise, address: string): Promise<number> => {
  const account = (await api.query.system?.account?.(address))?.toJSON() as { data: { free: number } } | undefined
  return account?.data.free ?? Number.NaN
}

describe('unmodified @polkadot/api', () => {
  test('connects by metadata V16, and reads chain, constants and storage', async () => {
    const { api, localnet, keyring } = await connect()
    expect(api.genesisHash.toHex()).toBe(localnet.genesisHash)
    expect(api.runtimeVersion.specName.toString()).toBe('node-subtensor')
    expect(api.runtimeMetadata.version).toBe(16)
    expect(api.consts.balances?.existentialDeposit?.toString()).toBe('500')
    expect(await freeOf(api, keyring.addFromUri(devAccounts.alice).address)).toBe(1_000_000_000_000_000)
  })

  test('works by metadata V14 as well', async () => {
    const { api: first, localnet, keyring } = await connect()
    const hex = (await first.rpc.state.getMetadata()).toHex()
    const key = `${localnet.genesisHash}-${first.runtimeVersion.specVersion.toString()}`
    const api = await ApiPromise.create({ provider: new WsProvider(localnet.url), noInitWarn: true, metadata: { [key]: hex } })
    closers.push(() => closeApi(api))
    expect(api.runtimeMetadata.version).toBe(14)
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    await transfer(api, owner.address).signAndSend(alice)
    await localnet.mine()
    expect(await freeOf(api, owner.address)).toBe(5_000_000_000)
  })

  test('subscribes to heads, best and final', async () => {
    const { api, localnet } = await connect()
    for (const subscribe of [api.rpc.chain.subscribeNewHeads, api.rpc.chain.subscribeFinalizedHeads]) {
      const start = localnet.block.number
      const seen: number[] = []
      await new Promise<void>((resolve, reject) => {
        subscribe((header) => {
          seen.push(header.number.toNumber() - start)
          if (seen.length === 3) resolve()
          else if (seen.length < 3) localnet.mine().catch(reject)
        }).catch(reject)
      })
      expect(seen).toEqual([0, 1, 2])
    }
  })

  test('a signed transfer is included, final, and shows in events and in a storage subscription', async () => {
    const { api, localnet, keyring } = await connect()
    const alice = keyring.addFromUri(devAccounts.alice)
    const owner = keyring.addFromUri(devAccounts.owner)
    const balances: number[] = []
    await api.query.system?.account?.(owner.address, (account: { toJSON(): unknown }) => {
      balances.push((account.toJSON() as { data: { free: number } }).data.free)
    })
    const statuses: string[] = []
    const events = await new Promise<string[]>((resolve, reject) => {
      transfer(api, owner.address)
        .signAndSend(alice, ({ status, events, dispatchError }) => {
          statuses.push(status.type)
          if (dispatchError) reject(new Error(dispatchError.toString()))
          if (status.isReady) void localnet.mine()
          if (status.isFinalized) resolve(events.map(({ event }) => `${event.section}.${event.method}`))
        })
        .catch(reject)
    })
    expect(statuses).toEqual(['Ready', 'InBlock', 'Finalized'])
    expect(events).toContain('balances.Transfer')
    expect(events.at(-1)).toBe('system.ExtrinsicSuccess')
    await vi.waitFor(() => expect(balances).toEqual([0, 5_000_000_000]))
  })

  test('the client decodes a block with its extrinsics, and the state as it was before', async () => {
    const { api, localnet, keyring } = await connect()
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    const before = localnet.block.hash
    const hash = await transfer(api, owner.address).signAndSend(alice)
    const { hash: blockHash } = await localnet.mine()
    const { block } = await api.rpc.chain.getBlock(blockHash)
    expect(block.extrinsics.map(({ method }) => `${method.section}.${method.method}`)).toEqual([
      'timestamp.set',
      'balances.transferKeepAlive',
    ])
    expect(block.extrinsics[1]?.hash.toHex()).toBe(hash.toHex())
    expect(block.extrinsics[1]?.signer.toString()).toBe(alice.address)
    expect(block.header.hash.toHex()).toBe(blockHash)
    const old = await api.at(before)
    expect((await old.query.system?.account?.(owner.address))?.toJSON()).toMatchObject({ data: { free: 0 } })
  })

  test('fees are told before they are paid', async () => {
    const { api, localnet, keyring } = await connect()
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    const call = transfer(api, owner.address)
    const { partialFee } = await call.paymentInfo(alice)
    const before = await freeOf(api, alice.address)
    await call.signAndSend(alice)
    // Raw, because the client's own type for this answer is that of an older Substrate.
    expect(await api.rpc.payment.queryInfo.raw(call.toHex())).toMatchObject({ class: 'normal', partialFee: partialFee.toString() })
    await localnet.mine()
    expect(before - (await freeOf(api, alice.address))).toBe(5_000_000_000 + Number(partialFee.toBigInt()))
  })

  test('reads over HTTP', async () => {
    const { localnet, keyring } = await connect()
    const api = await ApiPromise.create({ provider: new HttpProvider(localnet.httpUrl), noInitWarn: true })
    closers.push(() => api.disconnect())
    expect(await freeOf(api, keyring.addFromUri(devAccounts.bob).address)).toBe(1_000_000_000_000_000)
  })
})

describe('what the pool refuses', () => {
  test('a bad signature', async () => {
    const { api, keyring } = await connect()
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    const signed = await transfer(api, owner.address).signAsync(alice)
    const bytes = signed.toU8a()
    // The amount, which the signature covers, is in the last bytes.
    bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1
    await expect(api.rpc.author.submitExtrinsic(Buffer.from(bytes).toString('hex').replace(/^/, '0x'))).rejects.toThrow(
      '1010: Invalid Transaction: Transaction has a bad signature',
    )
  })

  test('a nonce that was used, and one that leaves a gap waits', async () => {
    const { api, localnet, keyring } = await connect()
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    await transfer(api, owner.address).signAndSend(alice, { nonce: 0 })
    await localnet.mine()
    await expect(transfer(api, owner.address, 1n).signAndSend(alice, { nonce: 0 })).rejects.toThrow(
      '1010: Invalid Transaction: Transaction is outdated',
    )
    await transfer(api, owner.address).signAndSend(alice, { nonce: 2 })
    await localnet.mine()
    expect(await freeOf(api, owner.address)).toBe(5_000_000_000)
    // The node counts what is ready in the pool: the gap is at 1, and once it is closed, 3 comes next.
    expect((await api.rpc.system.accountNextIndex(alice.address)).toNumber()).toBe(1)
    await transfer(api, owner.address).signAndSend(alice, { nonce: 1 })
    expect((await api.rpc.system.accountNextIndex(alice.address)).toNumber()).toBe(3)
    await localnet.mine()
    expect(await freeOf(api, owner.address)).toBe(15_000_000_000)
  })

  test('an era that is over, and one that ends in the pool', async () => {
    const { api, localnet, keyring } = await connect()
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    await localnet.mine(10)
    const blockHash = (await api.rpc.chain.getBlockHash(2)).toHex()
    const era = api.createType('ExtrinsicEra', { current: 2, period: 4 })
    // As on any Substrate chain: an era is read against the present, where it is the next one, born at another block.
    await expect(transfer(api, owner.address).signAndSend(alice, { blockHash, era })).rejects.toThrow(
      '1010: Invalid Transaction: Transaction has a bad signature',
    )
    // It waits for a nonce that never comes.
    const statuses: string[] = []
    await new Promise<void>((resolve, reject) => {
      transfer(api, owner.address)
        .signAndSend(alice, { era: 8, nonce: 5 }, ({ status }) => {
          statuses.push(status.type)
          if (status.isFuture) void localnet.mine(8)
          if (status.isInvalid) resolve()
        })
        .catch(reject)
    })
    expect(statuses).toEqual(['Future', 'Invalid'])
  })

  test('a balance that does not suffice for the fee', async () => {
    const { api, keyring } = await connect()
    const [owner, bob] = [keyring.addFromUri(devAccounts.owner), keyring.addFromUri(devAccounts.bob)]
    await expect(transfer(api, bob.address).signAndSend(owner)).rejects.toThrow('1010: Invalid Transaction: Inability to pay some fees')
  })

  test('sudo by another than the sudo key', async () => {
    const { api, keyring } = await connect()
    const remark = api.tx.system?.remark?.('0x00')
    await expect(api.tx.sudo?.sudo?.(remark).signAndSend(keyring.addFromUri(devAccounts.bob))).rejects.toThrow(
      '1010: Invalid Transaction: Invalid signing address',
    )
  })
})

test('the development accounts are the same in every library', async () => {
  const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
  const { validator, miner, ...named } = devAccounts
  for (const uri of [...Object.values(named), validator(0), validator(1), miner(0)]) {
    expect((await signerFromUri(uri)).address).toBe(keyring.addFromUri(uri).address)
  }
})

describe('sealing', () => {
  test('by interval, in wall time', async () => {
    const { api, localnet } = await connect({ sealing: { intervalMs: 50 } })
    await vi.waitFor(() => expect(localnet.block.number).toBeGreaterThanOrEqual(3), { timeout: 5000 })
    const now = (await api.query.timestamp?.now?.())?.toJSON() as number
    expect(Math.abs(now - Date.now())).toBeLessThan(5000)
  })

  test('by hand, in virtual time: 12 s a block, and the same chain each time', async () => {
    const hashes = []
    for (let run = 0; run < 2; run++) {
      const { api, localnet } = await connect()
      const { hash } = await localnet.mine(5)
      hashes.push(hash)
      expect((await api.query.timestamp?.now?.())?.toJSON()).toBe(Date.UTC(2026, 0, 1) + 5 * 12_000)
    }
    expect(hashes[0]).toBe(hashes[1])
  })

  test('at once', async () => {
    const { api, localnet, keyring } = await connect({ sealing: 'instant' })
    const [alice, owner] = [keyring.addFromUri(devAccounts.alice), keyring.addFromUri(devAccounts.owner)]
    await transfer(api, owner.address).signAndSend(alice)
    await vi.waitFor(() => expect(localnet.block.number).toBe(1))
    expect(await freeOf(api, owner.address)).toBe(5_000_000_000)
  })
})
