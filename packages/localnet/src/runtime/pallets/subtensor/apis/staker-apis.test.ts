import { beforeAll, describe, expect, it } from 'vitest'
import { callApi } from '../../../../../test/runtime/call-api.js'
import { TestChain } from '../../../../../test/runtime/test-chain.js'
import { locks } from '../storage/locks.js'

const tao = 1_000_000_000n
const netuid = 2
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8)
const u64 = (value: bigint): Uint8Array => new Uint8Array(new BigUint64Array([value]).buffer)
const join = (...parts: Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]))

describe('runtime APIs for stakers', () => {
  let chain: TestChain
  const key = (uri: string): Uint8Array => chain.pair(uri).publicKey
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    const steps: [string, string, ...unknown[]][] = [
      ['//Alice', 'registerNetwork', chain.account('//Owner')],
      ['//Alice', 'startCall', netuid],
      ['//Bob', 'burnedRegister', netuid, chain.account('//V')],
      ['//Bob', 'addStake', chain.account('//V'), netuid, 100n * tao],
      ['//Dave', 'addStakeLimit', chain.account('//V'), netuid, 10n * tao, 10n ** 15n, false],
    ]
    for (const [uri, method, ...args] of steps) expect(chain.submit(uri, 'subtensorModule', method, ...args).result).toBe('ok')
  })

  const call = <T>(api: string, method: string, ...args: Uint8Array[]): T => callApi(chain, api, method, join(...args)) as T
  interface Position {
    readonly hotkey: string
    readonly netuid: number
    readonly stake: number
    readonly isRegistered: boolean
  }
  const positions = (uri: string): Position[] => call('StakeInfoRuntimeApi', 'get_stake_info_for_coldkey', key(uri))

  it('tell all stakes of a coldkey, and of several', () => {
    const [position, ...rest] = positions('//Dave')
    expect(rest).toEqual([])
    expect(position).toMatchObject({ hotkey: chain.pair('//V').address, netuid, isRegistered: true })
    expect(position?.stake).toBeGreaterThan(0)
    const both = call<[string, Position[]][]>(
      'StakeInfoRuntimeApi',
      'get_stake_info_for_coldkeys',
      join(Uint8Array.of(2 << 2), key('//Dave'), key('//Eve')),
    )
    expect(both).toEqual([
      [chain.pair('//Dave').address, [position]],
      [chain.pair('//Eve').address, []],
    ])
  })

  it('tell what may be taken out, for the subnets asked for', () => {
    const available = (...netuids: Uint8Array[]): Record<string, Record<string, unknown>> =>
      call('StakeInfoRuntimeApi', 'get_stake_availability_for_coldkeys', Uint8Array.of(1 << 2), key('//Dave'), ...netuids)
    const total = positions('//Dave')[0]?.stake
    const whole = { [chain.pair('//Dave').address]: { [netuid]: { total, locked: 0, available: total } } }
    expect(available(Uint8Array.of(0))).toEqual(whole)
    // Twice the same subnet, and one that is not there.
    expect(available(Uint8Array.of(1, 3 << 2), u16(netuid), u16(netuid), u16(77))).toEqual(whole)
    const none = { [chain.pair('//Dave').address]: {} }
    expect(available(Uint8Array.of(1, 0))).toEqual(none)
    // More subnets than there are: the chain answers none.
    expect(available(Uint8Array.of(1, 4 << 2), ...[0, 1, 2, 3].map(u16))).toEqual(none)
  })

  it('tell the fee of a stake, and none for a move to where it is', () => {
    const place = join(Uint8Array.of(1), key('//V'), u16(netuid))
    const fee = (origin: Uint8Array, destination: Uint8Array): number =>
      call('StakeInfoRuntimeApi', 'get_stake_fee', origin, key('//Dave'), destination, key('//Dave'), u64(10n * tao))
    // 33 of 65,535.
    expect(fee(Uint8Array.of(0), place)).toBe(5_035_477)
    expect(fee(place, place)).toBe(0)
    expect(fee(Uint8Array.of(0), join(Uint8Array.of(1), key('//V'), u16(0)))).toBe(0)
  })

  it('nobody has locked stake; a lock that was written is not guessed at', () => {
    expect(call('StakeInfoRuntimeApi', 'get_coldkey_lock', key('//Dave'), u16(netuid))).toBeNull()
    expect(call('StakeInfoRuntimeApi', 'get_hotkey_conviction', key('//V'), u16(netuid))).toEqual({ bits: 0 })
    expect(call('StakeInfoRuntimeApi', 'get_most_convicted_hotkey_on_subnet', u16(netuid))).toBeNull()
    const forget = chain.snapshot()
    const lock = { locked_mass: 1n, conviction: { bits: 0n }, last_update: 1n }
    locks.Lock.set(chain.storage, chain.account('//Dave'), netuid, chain.account('//V'), lock)
    locks.HotkeyLock.set(chain.storage, netuid, chain.account('//V'), lock)
    expect(() => call('StakeInfoRuntimeApi', 'get_coldkey_lock', key('//Dave'), u16(netuid))).toThrow(/locked stake is not modelled/)
    expect(() => call('StakeInfoRuntimeApi', 'get_hotkey_conviction', key('//V'), u16(netuid))).toThrow(/locked stake is not modelled/)
    forget()
  })

  it('tell a delegate, its nominators and what a coldkey has delegated', () => {
    interface Delegate {
      readonly delegateSs58: string
      readonly nominators: [string, [number, number][]][]
    }
    const delegate = call<Delegate>('DelegateInfoRuntimeApi', 'get_delegate', key('//V'))
    expect(delegate).toMatchObject({ delegateSs58: chain.pair('//V').address, take: 11_796, registrations: [netuid] })
    expect(delegate).toMatchObject({ ownerSs58: chain.pair('//Bob').address, validatorPermits: [], returnPer1000: 0 })
    const staked = Object.fromEntries(delegate.nominators)
    expect(Object.keys(staked).sort()).toEqual([chain.pair('//Bob').address, chain.pair('//Dave').address].sort())
    expect(staked[chain.pair('//Dave').address]).toEqual([[netuid, positions('//Dave')[0]?.stake]])
    expect(call('DelegateInfoRuntimeApi', 'get_delegates')).toEqual([delegate])
    expect(call('DelegateInfoRuntimeApi', 'get_delegate', key('//Eve'))).toBeNull()
    expect(call('DelegateInfoRuntimeApi', 'get_delegated', key('//Dave'))).toEqual([
      [{ ...delegate, nominators: [] }, [netuid, positions('//Dave')[0]?.stake]],
    ])
    expect(call('DelegateInfoRuntimeApi', 'get_delegated', key('//Eve'))).toEqual([])
  })

  it('simulate what the next swap would give', () => {
    interface Swap {
      readonly taoAmount: number
      readonly alphaAmount: number
      readonly taoFee: number
      readonly alphaFee: number
      readonly alphaSlippage: number
      readonly taoSlippage: number
    }
    const quote = call<Swap>('SwapRuntimeApi', 'sim_swap_tao_for_alpha', u16(netuid), u64(10n * tao))
    expect(quote.taoAmount + quote.taoFee).toBe(Number(10n * tao))
    expect(quote.alphaSlippage).toBeGreaterThan(0)
    const sale = call<Swap>('SwapRuntimeApi', 'sim_swap_alpha_for_tao', u16(netuid), u64(tao))
    expect(sale.alphaAmount + sale.alphaFee).toBe(Number(tao))
    expect(sale.taoSlippage).toBeGreaterThan(0)
    // One to one on root; nothing at all where there is no subnet, or where the swap would fail.
    expect(call('SwapRuntimeApi', 'sim_swap_tao_for_alpha', u16(0), u64(tao))).toMatchObject({ alphaAmount: Number(tao), taoFee: 0 })
    const nothing = { taoAmount: 0, alphaAmount: 0, taoFee: 0, alphaFee: 0, taoSlippage: 0 }
    expect(call('SwapRuntimeApi', 'sim_swap_alpha_for_tao', u16(99), u64(0n))).toMatchObject(nothing)
    expect(call('SwapRuntimeApi', 'sim_swap_tao_for_alpha', u16(netuid), u64(2n ** 64n - 1n))).toMatchObject(nothing)
    const before = positions('//Eve')
    expect(chain.submit('//Eve', 'subtensorModule', 'addStake', chain.account('//V'), netuid, 10n * tao).result).toBe('ok')
    expect(before).toEqual([])
    expect(positions('//Eve')[0]?.stake).toBeGreaterThanOrEqual(quote.alphaAmount * 0.999)
  })
})
