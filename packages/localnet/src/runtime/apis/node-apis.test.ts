import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../../test/runtime/call-api.js'
import { TestChain } from '../../../test/runtime/test-chain.js'

const hash = new Uint8Array(32)
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)

describe('the node’s runtime APIs', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
  })

  it('metadata comes in the versions that are told', () => {
    expect(callApi(chain, 'Metadata', 'metadata_versions')).toEqual([14, 15, 16])
    for (const version of [14, 15, 16])
      expect(chain.runtime.call(chain.storage, 'Metadata_metadata_at_version', u32(version), chain.context())[0]).toBe(1)
    expect(callApi(chain, 'Metadata', 'metadata_at_version', u32(13))).toBeNull()
  })

  it('the version tells all 24 APIs', () => {
    expect(callApi(chain, 'Core', 'version')).toMatchObject({ specName: 'node-subtensor', specVersion: 424 })
    expect((callApi(chain, 'Core', 'version') as { apis: unknown[] }).apis).toHaveLength(24)
  })

  it('a transaction is validated as the pool does it', () => {
    const call = chain.call('balances', 'transferKeepAlive', chain.account('//Bob'), 1_000_000n)
    const validate = (extrinsic: Uint8Array) =>
      callApi(chain, 'TaggedTransactionQueue', 'validate_transaction', join(Uint8Array.of(2), extrinsic, hash))
    expect(validate(chain.sign('//Alice', call))).toMatchObject({ ok: { propagate: true, requires: [] } })
    expect(validate(chain.sign('//Alice', call, { specVersion: 1 }))).toEqual({ err: { invalid: { badProof: null } } })
    const serve = chain.call('subtensorModule', 'serveAxon', 1, 1, 0x01020304, 80, 4, 4, 0, 0)
    expect(validate(chain.sign('//Alice', serve))).toEqual({ err: { invalid: { custom: expect.any(Number) } } })
  })

  it('the fee of a call is the fee of its transaction', () => {
    const call = chain.call('balances', 'transferKeepAlive', chain.account('//Bob'), 1_000_000n)
    const extrinsic = chain.sign('//Alice', call)
    const length = u32(extrinsic.length)
    const ofCall = callApi(chain, 'TransactionPaymentCallApi', 'query_call_info', join(call, length))
    expect(ofCall).toEqual(callApi(chain, 'TransactionPaymentApi', 'query_info', join(extrinsic, length)))
    expect(callApi(chain, 'TransactionPaymentCallApi', 'query_call_fee_details', join(call, length))).toEqual(
      callApi(chain, 'TransactionPaymentApi', 'query_fee_details', join(extrinsic, length)),
    )
  })

  it.each([
    ['GrandpaApi_current_set_id', 'A network of authorities is not modelled'],
    ['BlockBuilder_finalize_block', 'Building blocks from outside is not modelled'],
    ['GenesisBuilder_preset_names', 'Building a genesis from outside is not modelled'],
    ['BabeApi_configuration', 'A network of authorities is not modelled'],
    ['EthereumRuntimeRPCApi_chain_id', 'The runtime API EthereumRuntimeRPCApi_chain_id is not modelled'],
    ['No_such', 'The runtime API No_such is not modelled'],
  ])('%s is refused by name', (method, message) => {
    expect(() => chain.runtime.call(chain.storage, method, new Uint8Array(), chain.context())).toThrow(
      expect.objectContaining({ code: 'LOCALNET_NOT_MODELLED', message: expect.stringContaining(message) }),
    )
  })
})
