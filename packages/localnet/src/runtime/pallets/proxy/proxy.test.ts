import { blake2AsHex } from '@polkadot/util-crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventData, type Outcome, TestChain } from '../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n

describe('Proxy', () => {
  let chain: TestChain
  let restore: () => void
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    restore = chain.snapshot()
  })
  beforeEach(() => restore())

  const real = '//Alice'
  const delegate = '//Bob'
  const pay = (to: string, amount = tao) => chain.call('balances', 'transferKeepAlive', chain.account(to), amount)
  const data = (uri: string) =>
    (chain.query('system', 'account', chain.account(uri)) as { data: { free: number | string; reserved: number } }).data
  const free = (uri: string): bigint => BigInt(data(uri).free)
  const add = (type: string, delay = 0, from = real): Outcome =>
    chain.submit(from, 'proxy', 'addProxy', chain.account(delegate), type, delay)
  const proxy = (call: Uint8Array, type: string | null = null): Outcome =>
    chain.submit(delegate, 'proxy', 'proxy', chain.account(real), type, call)
  const executed = ({ events }: Outcome): unknown => eventData(events, 'proxy.ProxyExecuted')
  const error = (name: string): string => `proxy.${name}`
  const ok = [{ ok: null }]
  const filtered = [{ err: { module: { index: 0, error: '0x05000000' } } }]

  it('a deposit is reserved for each, in order, and given back', () => {
    const outcome = add('Transfer')
    expect(outcome.result).toBe('ok')
    expect(eventData(outcome.events, 'proxy.ProxyAdded')).toMatchObject([expect.anything(), expect.anything(), 'Transfer', 0])
    expect(data(real).reserved).toBe(93_000_000)
    add('Any')
    expect(data(real).reserved).toBe(126_000_000)
    expect(
      (chain.query('proxy', 'proxies', chain.account(real)) as [{ proxyType: string }[], number])[0].map(({ proxyType }) => proxyType),
    ).toEqual(['Any', 'Transfer'])
    expect(add('Any').result).toBe(error('Duplicate'))
    expect(chain.submit(real, 'proxy', 'addProxy', chain.account(real), 'Any', 0).result).toBe(error('NoSelfProxy'))
    const remove = (type: string): string => chain.submit(real, 'proxy', 'removeProxy', chain.account(delegate), type, 0).result
    expect(remove('Staking')).toBe(error('NotFound'))
    expect(remove('Any')).toBe('ok')
    expect(data(real).reserved).toBe(93_000_000)
    expect(chain.submit(real, 'proxy', 'removeProxies').result).toBe('ok')
    expect(data(real).reserved).toBe(0)
    expect(chain.query('proxy', 'proxies', chain.account(real))).toEqual([[], 0])
  })

  it('twenty at most, and none without the deposit', () => {
    for (let index = 0; index < 20; index++)
      expect(chain.submit(real, 'proxy', 'addProxy', chain.account(`//p${index}`), 'Any', 0).result).toBe('ok')
    expect(add('Any').result).toBe(error('TooMany'))
    chain.submit(real, 'balances', 'transferKeepAlive', chain.account('//Poor'), 50_000_000n)
    expect(add('Any', 0, '//Poor').result).toBe('balances.InsufficientBalance')
  })

  it('calls for another account, whose failure shows in the event alone', () => {
    expect(proxy(pay('//Eve')).result).toBe(error('NotProxy'))
    add('Any')
    const before = free(real)
    const paid = proxy(pay('//New'))
    expect(executed(paid)).toEqual(ok)
    expect(free('//New')).toBe(tao)
    expect(before - free(real)).toBe(tao)
    expect(executed(proxy(pay('//New', 10_000_000n * tao)))).toEqual([{ err: { token: 'FundsUnavailable' } }])
    expect(proxy(pay('//New'), 'Staking').result).toBe(error('NotProxy'))
  })

  it('gives no more rights than it has', () => {
    add('NonTransfer')
    const grant = (type: string) => chain.call('proxy', 'addProxy', chain.account('//Eve'), type, 0)
    expect(executed(proxy(grant('Any')))).toEqual(filtered)
    expect(executed(proxy(grant('Transfer')))).toEqual(filtered)
    expect(executed(proxy(grant('Staking')))).toEqual(ok)
    expect(executed(proxy(chain.call('proxy', 'removeProxies')))).toEqual(filtered)
    // Nor through a batch.
    expect(executed(proxy(chain.call('utility', 'forceBatch', [pay('//New')])))).toEqual(ok)
    expect(free('//New')).toBe(0n)
  })

  it('with a delay, calls are announced first', () => {
    add('Any', 3)
    const call = pay('//New')
    const hash = blake2AsHex(call)
    expect(proxy(call).result).toBe(error('Unannounced'))
    const announced = () => chain.submit('//Eve', 'proxy', 'proxyAnnounced', chain.account(delegate), chain.account(real), null, call)
    expect(announced().result).toBe(error('Unannounced'))
    const announce = () => chain.submit(delegate, 'proxy', 'announce', chain.account(real), hash)
    expect(announce().result).toBe('ok')
    expect(data(delegate).reserved).toBe(104_000_000)
    expect(announced().result).toBe(error('Unannounced'))
    chain.blocks(2)
    expect(executed(announced())).toEqual(ok)
    expect(free('//New')).toBe(tao)
    expect(data(delegate).reserved).toBe(0)
    expect(chain.submit('//Eve', 'proxy', 'announce', chain.account(real), hash).result).toBe(error('NotProxy'))
    const edit = (who: string, method: string, other: string) => chain.submit(who, 'proxy', method, chain.account(other), hash).result
    expect(edit(delegate, 'removeAnnouncement', real)).toBe(error('NotFound'))
    announce()
    expect(edit(delegate, 'removeAnnouncement', real)).toBe('ok')
    announce()
    expect(edit(real, 'rejectAnnouncement', delegate)).toBe('ok')
    expect(data(delegate).reserved).toBe(0)
  })

  it('an account without a key is called through its proxy, and killed by it', () => {
    const created = chain.submit(delegate, 'proxy', 'createPure', 'Any', 0, 7)
    const [pure] = eventData<[string]>(created.events, 'proxy.PureCreated')
    expect(data(delegate).reserved).toBe(93_000_000)
    chain.submit(real, 'balances', 'transferKeepAlive', pure, 5n * tao)
    const asPure = (call: Uint8Array) => chain.submit(delegate, 'proxy', 'proxy', pure, null, call)
    expect(executed(asPure(pay('//New')))).toEqual(ok)
    const kill = (index: number) => chain.call('proxy', 'killPure', chain.account(delegate), 'Any', index, 2, 1)
    expect(executed(asPure(kill(8)))).toEqual([{ err: { module: { index: 16, error: '0x05000000' } } }])
    expect(executed(asPure(kill(7)))).toEqual(ok)
    expect(data(delegate).reserved).toBe(0)
    expect(asPure(pay('//New')).result).toBe(error('NotProxy'))
  })

  it("the fee is the other account's, if it says so", () => {
    expect(chain.submit(real, 'proxy', 'setRealPaysFee', chain.account(delegate), true).result).toBe(error('NotProxy'))
    add('Any')
    const fees = (): [bigint, bigint] => {
      const before = [free(real), free(delegate)] as const
      proxy(chain.call('system', 'remark', '0x00'))
      return [before[0] - free(real), before[1] - free(delegate)]
    }
    expect(fees()[0]).toBe(0n)
    expect(chain.submit(real, 'proxy', 'setRealPaysFee', chain.account(delegate), true).result).toBe('ok')
    const [paid, own] = fees()
    expect(paid).toBeGreaterThan(0n)
    expect(own).toBe(0n)
    chain.submit(real, 'proxy', 'removeProxy', chain.account(delegate), 'Any', 0)
    add('Any')
    expect(fees()[0]).toBe(0n)
  })

  it('a deposit that is as it should be is not poked for free', () => {
    add('Any')
    const { events } = chain.submit(real, 'proxy', 'pokeDeposit')
    expect(events.map(({ name }) => name)).not.toContain('proxy.DepositPoked')
    expect(Number(eventData<[string, number]>(events, 'transactionPayment.TransactionFeePaid')[1])).toBeGreaterThan(0)
    expect(data(real).reserved).toBe(93_000_000)
  })
})
