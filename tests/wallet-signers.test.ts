import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiPromise, WsProvider } from '@polkadot/api'
import { Keyring } from '@polkadot/keyring'
import { TypeRegistry } from '@polkadot/types'
import type { SignerPayloadJSON } from '@polkadot/types/types'
import { tao } from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { connectSubtensor, prepareCall, type Subtensor, signPreparedCall, submitPreparedCall } from '@tensorkit/subtensor'
import { injectedSigner, toPolkadotSigner } from '@tensorkit/wallet'
import { connectAgent, createAgent } from '@tensorkit/wallet/agent'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeApi } from './support/close-api.js'

let localnet: Localnet
let subtensor: Subtensor
let alice: LocalSigner
let bob: LocalSigner
beforeAll(async () => {
  localnet = await createLocalnet({ port: 0, sealing: 'instant' })
  subtensor = await connectSubtensor({ endpoint: localnet.url })
  ;[alice, bob] = await Promise.all([signerFromUri('//Alice'), signerFromUri('//Bob')])
})
afterAll(async () => {
  await subtensor?.close()
  await localnet?.close()
})

const transfer = (amount: bigint) => ({
  pallet: 'Balances',
  name: 'transfer_keep_alive',
  args: { dest: { Id: bob.address }, value: amount },
})
const balance = async () => (await subtensor.getBalance({ address: bob.address })).rao

describe('a browser wallet', () => {
  /** What an extension of polkadot.js does with a payload: no metadata of the chain, its own registry. */
  const extension = {
    signPayload: async (payload: SignerPayloadJSON) => {
      const registry = new TypeRegistry()
      registry.setSignedExtensions(payload.signedExtensions)
      const pair = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
      return registry.createType('ExtrinsicPayload', payload, { version: payload.version }).sign(pair)
    },
  }

  it('signs calls of the chain', async () => {
    const before = await balance()
    const signer = injectedSigner({ address: alice.address, signer: extension })
    const result = await subtensor.transfer({ from: signer, to: bob.address, amount: tao(1) })
    expect(result).toMatchObject({ ok: true })
    expect((await balance()) - before).toBe(1_000_000_000n)
  })

  it('that says no, or signs by another scheme, sends nothing', async () => {
    const wallets = [
      { signPayload: () => Promise.reject(new Error('Cancelled')) },
      { signPayload: async () => ({ signature: `0x00${'11'.repeat(64)}` }) },
      { signPayload: async () => ({ signature: 'none' }) },
    ]
    for (const signer of wallets) {
      const result = await subtensor.transfer({
        from: injectedSigner({ address: alice.address, signer }),
        to: bob.address,
        amount: tao(1),
      })
      expect(result).toMatchObject({ ok: false, error: { code: 'WALLET_SIGN_REFUSED' } })
    }
    const signer = injectedSigner({ address: alice.address, signer: extension })
    await expect(signer.sign(new Uint8Array(1))).rejects.toMatchObject({ code: 'WALLET_SIGN_REFUSED' })
    expect(() => injectedSigner({ address: alice.address, signer: {} })).toThrow('signPayload')
  })
})

describe('a call that is signed elsewhere', () => {
  it.each([
    ['short', () => transfer(5_000_000n)],
    // Over 256 bytes: its hash is signed.
    ['long', () => ({ pallet: 'System', name: 'remark_with_event', args: { remark: new Uint8Array(600).fill(7) } })],
  ])('goes there and back as JSON: %s', async (_, call) => {
    const { client } = subtensor
    const prepared = await prepareCall(client, call(), { address: alice.address })
    const carried = JSON.parse(JSON.stringify(prepared))
    const signature = await signPreparedCall(carried, alice)
    expect(await submitPreparedCall(client, carried, signature)).toMatchObject({ ok: true, status: 'included' })
    const again = await submitPreparedCall(client, carried, `0x01${signature.slice(2)}`)
    expect(again).toMatchObject({ ok: false })
  })

  it('is sent with the right signature alone', async () => {
    const { client } = subtensor
    const prepared = await prepareCall(client, transfer(1n), { address: alice.address })
    await expect(signPreparedCall(prepared, bob)).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    const signature = await signPreparedCall(prepared, alice)
    const other = await signPreparedCall(await prepareCall(client, transfer(2n), { address: alice.address }), alice)
    for (const wrong of [other, signature.slice(0, -2), 'x', '0x'])
      await expect(submitPreparedCall(client, prepared, wrong)).rejects.toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    for (const extrinsic of ['0x', '0x00', prepared.extrinsic.replace('5555', '1111')])
      await expect(submitPreparedCall(client, { ...prepared, extrinsic }, signature)).rejects.toMatchObject({
        code: 'CORE_INVALID_ARGUMENT',
      })
  })
})

describe('an agent', () => {
  it('sets weights on the chain that it was told of, and moves no money', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tensorkit-signers-'))
    try {
      await using agent = await createAgent({
        socket: join(directory, 'run', 's'),
        signers: [alice],
        genesisHashes: [subtensor.genesisHash],
      })
      using hotkey = await connectAgent({ socket: agent.socket })
      // Alice has no uid there: the chain's own answer, after her signature.
      for (const count of [2, 300]) {
        const uids = Array.from({ length: count }, (_, uid) => uid)
        const call = { pallet: 'SubtensorModule', name: 'set_weights', args: { netuid: 1, dests: uids, weights: uids, version_key: 0n } }
        const result = await subtensor.submitCall(call, hotkey)
        expect(result).toMatchObject({ ok: false, hash: expect.any(String), error: { code: expect.stringMatching(/^CHAIN_/) } })
      }
      const before = await balance()
      expect(await subtensor.transfer({ from: hotkey, to: bob.address, amount: tao(1) })).toMatchObject({
        ok: false,
        error: { code: 'WALLET_SIGN_REFUSED' },
      })
      expect(await balance()).toBe(before)
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})

describe('@polkadot/api', () => {
  it('takes our signers', async () => {
    const provider = new WsProvider(localnet.url)
    const api = await ApiPromise.create({ provider, noInitWarn: true })
    try {
      const before = await balance()
      const call = api.tx.balances?.transferKeepAlive?.(bob.address, 7_000_000n)
      const extrinsic = await call?.signAsync(alice.address, { signer: toPolkadotSigner(alice) })
      await extrinsic?.send()
      await expect.poll(balance, { timeout: 30_000 }).toBe(before + 7_000_000n)
      await expect(toPolkadotSigner(alice).signRaw({ address: bob.address, data: '0x' })).rejects.toMatchObject({
        code: 'CORE_INVALID_ARGUMENT',
      })
    } finally {
      await closeApi(api)
    }
  })
})
