import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../../../test/runtime/call-api.js'
import { TestChain } from '../../../../test/runtime/test-chain.js'

const text = (hex: string): string => Buffer.from(hex.slice(2), 'hex').toString()

interface Filter {
  readonly proxyType: number
  readonly name: string
  readonly deprecated: boolean
  readonly filterMode: string
  readonly calls: readonly {
    palletName: string
    palletIndex: number
    callName: string | null
    callIndex: number | null
    condition: unknown
  }[]
  readonly exceptions: readonly unknown[]
}

describe('the filters of proxies', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
  })
  const filter = (type: number): Filter => {
    const [only] = callApi(chain, 'ProxyFilterRuntimeApi', 'get_proxy_filter', Uint8Array.of(1, type)) as Filter[]
    if (!only) throw new Error(`no filter ${type}`)
    return only
  }

  it('all types are told, with those that are gone', () => {
    const types = callApi(chain, 'ProxyFilterRuntimeApi', 'get_proxy_types') as { name: string; index: number; deprecated: boolean }[]
    expect(types.map(({ index }) => index)).toEqual(Array.from({ length: 18 }, (_, index) => index))
    expect(types.filter(({ deprecated }) => deprecated).map(({ name }) => text(name))).toEqual([
      'Senate',
      'Triumvirate',
      'Governance',
      'RootWeights',
    ])
    expect(callApi(chain, 'ProxyFilterRuntimeApi', 'get_proxy_filter', Uint8Array.of(0))).toHaveLength(18)
    expect(callApi(chain, 'ProxyFilterRuntimeApi', 'get_proxy_filter', Uint8Array.of(1, 99))).toEqual([])
  })

  it('calls are told with the indexes that the metadata has', () => {
    const staking = filter(8)
    expect([text(staking.name), staking.filterMode]).toEqual(['Staking', 'Allow'])
    expect(staking.calls.map(({ callName, callIndex }) => `${callIndex} ${text(callName ?? '0x')}`)).toContain('2 add_stake')
    const owner = filter(1)
    expect(owner.calls[0]).toMatchObject({ palletIndex: 19, callName: null, callIndex: null, condition: null })
    expect(owner.exceptions).toHaveLength(2)
    expect(filter(3)).toMatchObject({ filterMode: 'Deny' })
    expect(filter(0)).toMatchObject({ filterMode: 'AllowAll', calls: [] })
    expect(filter(6)).toMatchObject({ filterMode: 'DenyAll', deprecated: true })
  })

  it('conditions on arguments and on nested calls', () => {
    const [transfer] = filter(11).calls
    expect(transfer?.condition).toEqual({ paramLessThan: { paramName: '0x76616c7565', limit: 500_000_000 } })
    const [sudo] = filter(14).calls
    expect(sudo?.condition).toEqual({ nestedCallMustBe: { palletName: '0x53797374656d', callName: '0x7365745f636f6465' } })
  })
})
