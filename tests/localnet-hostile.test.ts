import { ApiPromise, WsProvider } from '@polkadot/api'
import { Keyring } from '@polkadot/keyring'
import { createLocalnet, devAccounts, type Localnet } from '@tensorkit/localnet'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeApi } from './support/close-api.js'
import { callOf } from './support/extrinsics.js'

// Bytes that no honest client sends, over the whole runtime: an error that names the fault each time, and never -32603,
// which is what a fault of the node itself gives.

let localnet: Localnet
let api: ApiPromise
let signed: Uint8Array
let apiNames: string[]

beforeAll(async () => {
  localnet = await createLocalnet()
  api = await ApiPromise.create({ provider: new WsProvider(localnet.url), noInitWarn: true })
  const alice = new Keyring({ type: 'sr25519' }).addFromUri(devAccounts.alice)
  signed = (await callOf(api, 'balances', 'transferKeepAlive', alice.address, 1n).signAsync(alice)).toU8a()
  apiNames = api.runtimeMetadata.asLatest.apis.flatMap((one) =>
    one.methods.map((method) => `${one.name.toString()}_${method.name.toString()}`),
  )
})
afterAll(async () => {
  await closeApi(api)
  await localnet.close()
})

async function post(
  method: string,
  ...params: unknown[]
): Promise<{ readonly result?: unknown; readonly error?: { readonly code: number; readonly message: string } }> {
  const response = await fetch(localnet.httpUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  return (await response.json()) as Awaited<ReturnType<typeof post>>
}

const toHex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

test('extrinsics: noise, cut short, with a byte changed', async () => {
  const changed = fc
    .tuple(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }))
    .map(([at, flip]) => signed.map((byte, index) => (index === at ? byte ^ flip : byte)))
  const framed = fc.uint8Array({ minLength: 1, maxLength: 63 }).map((body) => Uint8Array.of(body.length << 2, ...body))
  const almostSigned = fc.uint8Array({ minLength: 1, maxLength: 61 }).map((rest) => Uint8Array.of((rest.length + 2) << 2, 0x84, 0, ...rest))
  const short = fc.nat(signed.length - 1).map((length) => signed.subarray(0, length))
  await fc.assert(
    fc.asyncProperty(fc.oneof(changed, framed, almostSigned, short, fc.uint8Array({ maxLength: 300 })), async (bytes) => {
      for (const method of ['author_submitExtrinsic', 'payment_queryInfo', 'payment_queryFeeDetails']) {
        const { error, result } = await post(method, toHex(bytes))
        expect(error?.code).not.toBe(-32603)
        // A price may be told for what is not signed; nothing is taken into the pool.
        if (method === 'author_submitExtrinsic') expect(result).toBeUndefined()
      }
    }),
    { numRuns: 200 },
  )
  expect((await post('author_pendingExtrinsics')).result).toEqual([])
})

test('runtime calls: noise as arguments', async () => {
  expect(apiNames).toContain('SubnetInfoRuntimeApi_get_metagraph')
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...apiNames), fc.uint8Array({ maxLength: 80 }), async (name, bytes) => {
      expect((await post('state_call', name, toHex(bytes))).error?.code).not.toBe(-32603)
    }),
    { numRuns: 200, examples: [['TransactionPaymentApi_query_fee_details', Uint8Array.of(7, 0, 0, 0, 0, 0)]] },
  )
  expect(localnet.block.number).toBe(0)
})
