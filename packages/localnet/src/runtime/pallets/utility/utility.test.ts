import { beforeAll, describe, expect, it } from 'vitest'
import { eventData, type Outcome, TestChain } from '../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n

describe('Utility', () => {
  let chain: TestChain
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
  })

  const pay = (to: string, amount = tao) => chain.call('balances', 'transferKeepAlive', chain.account(to), amount)
  const tooMuch = () => pay('//Nobody', 10_000_000n * tao)
  const free = (who: string): bigint =>
    BigInt(
      (chain.query('system', 'account', who.startsWith('0x') ? who : chain.account(who)) as { data: { free: number | string } }).data.free,
    )
  const names = ({ events }: Outcome): string[] => events.map(({ name }) => name).filter((name) => name.startsWith('utility.'))
  const feeOf = ({ events }: Outcome): bigint => BigInt(eventData<[string, number]>(events, 'transactionPayment.TransactionFeePaid')[1])
  const utility = (method: string, ...args: unknown[]): Outcome => chain.submit('//Bob', 'utility', method, ...args)

  it('batch: what was done before a failure stays, and what comes after is not paid for', () => {
    const all = utility('batch', [pay('//b1'), pay('//b2'), pay('//b3')])
    expect(all.result).toBe('ok')
    expect(names(all)).toEqual(['utility.ItemCompleted', 'utility.ItemCompleted', 'utility.ItemCompleted', 'utility.BatchCompleted'])
    const cut = utility('batch', [pay('//b1'), tooMuch(), pay('//b3')])
    expect(cut.result).toBe('ok')
    expect(names(cut)).toEqual(['utility.ItemCompleted', 'utility.BatchInterrupted'])
    expect(eventData(cut.events, 'utility.BatchInterrupted')).toEqual([1, { token: 'FundsUnavailable' }])
    expect([free('//b1'), free('//b2'), free('//b3')]).toEqual([2n * tao, tao, tao])
    expect(feeOf(cut)).toBeLessThan(feeOf(all))
  })

  it('batch_all: all or none', () => {
    const { result, events } = utility('batchAll', [pay('//a1'), tooMuch()])
    expect(result).toBe('{"token":"FundsUnavailable"}')
    expect(events.map(({ name }) => name)).not.toContain('balances.Transfer')
    expect(free('//a1')).toBe(0n)
    expect(utility('batchAll', [pay('//a1'), pay('//a1')]).result).toBe('ok')
    expect(free('//a1')).toBe(2n * tao)
  })

  it('force_batch: every call, whatever becomes of the others', () => {
    const outcome = utility('forceBatch', [tooMuch(), pay('//f1')])
    expect(names(outcome)).toEqual(['utility.ItemFailed', 'utility.ItemCompleted', 'utility.BatchCompletedWithErrors'])
    expect(free('//f1')).toBe(tao)
    expect(names(utility('forceBatch', []))).toEqual(['utility.BatchCompleted'])
  })

  it('a batch in a batch is filtered, but not for root', () => {
    const inner = chain.call('utility', 'batch', [pay('//n1')])
    expect(utility('batch', [inner]).result).toBe('system.CallFiltered')
    expect(utility('asDerivative', 0, chain.call('utility', 'batch', [inner])).result).toBe('system.CallFiltered')
    const nested = chain.call('utility', 'batch', [chain.call('utility', 'batch', [chain.call('system', 'remark', '0x00')])])
    const { events } = chain.submit('//Alice', 'sudo', 'sudo', nested)
    expect(eventData(events, 'sudo.Sudid')).toEqual([{ ok: null }])
  })

  it('costs what its calls cost and a little more; one that carries free calls alone is free', () => {
    const query = (call: Uint8Array): bigint => {
      const extrinsic = chain.sign('//Bob', call)
      const args = Uint8Array.of(...extrinsic, ...new Uint8Array(Uint32Array.of(extrinsic.length).buffer))
      const info = chain.runtime.call(chain.storage, 'TransactionPaymentApi_query_info', args, chain.context())
      return new DataView(info.buffer, info.byteOffset + info.length - 8).getBigUint64(0, true)
    }
    const weightFee = (call: Uint8Array): bigint => query(call) - BigInt(chain.sign('//Bob', call).length)
    const base = weightFee(pay('//b1'))
    const batch = weightFee(chain.call('utility', 'batch', [pay('//b1'), pay('//b1')]))
    // 0.0005 rao a picosecond: the transfer's 164 M twice and the batch's own 80.3 M, for the one transfer's 164 M.
    expect(batch - base).toBe(((164_000_000n + 19_446_696n + 2n * 5_450_264n + 50_000_000n) * 5n + 4_999n) / 10_000n)
    const free = chain.call('subtensorModule', 'setWeights', 1, [0], [1], 0)
    expect(query(chain.call('utility', 'batch', [free]))).toBe(0n)
    expect(query(chain.call('utility', 'batch', [free, pay('//b1')]))).toBeGreaterThan(0n)
  })

  it('if_else: the fallback runs if the main call fails', () => {
    expect(names(utility('ifElse', pay('//i1'), pay('//i2')))).toEqual(['utility.IfElseMainSuccess'])
    const outcome = utility('ifElse', tooMuch(), pay('//i2'))
    expect(eventData(outcome.events, 'utility.IfElseFallbackCalled')).toEqual([{ token: 'FundsUnavailable' }])
    expect([free('//i1'), free('//i2')]).toEqual([tao, tao])
    expect(utility('ifElse', tooMuch(), tooMuch()).result).toBe('{"token":"FundsUnavailable"}')
  })

  it('as_derivative: calls of an account that the signer holds by index', () => {
    // The account that @polkadot's own tools derive for //Bob and index 7.
    const derived = chain.registry.createType('AccountId', chain.derivative('//Bob', 7)).toHex()
    chain.submit('//Bob', 'balances', 'transferKeepAlive', derived, 5n * tao)
    expect(utility('asDerivative', 7, pay('//d1')).result).toBe('ok')
    expect(free('//d1')).toBe(tao)
    expect(utility('asDerivative', 8, pay('//d1')).result).toBe('{"token":"FundsUnavailable"}')
  })

  it('dispatch_as, dispatch_as_fallible, with_weight: root alone', () => {
    const asBob = { system: { Signed: chain.account('//Bob') } }
    expect(utility('dispatchAs', asBob, pay('//x1')).result).toBe('{"badOrigin":null}')
    const sudo = (call: Uint8Array): Outcome => chain.submit('//Alice', 'sudo', 'sudo', call)
    const done = sudo(chain.call('utility', 'dispatchAs', asBob, pay('//x1')))
    expect(eventData(done.events, 'utility.DispatchedAs')).toEqual([{ ok: null }])
    expect(free('//x1')).toBe(tao)
    const failed = sudo(chain.call('utility', 'dispatchAs', { system: 'None' }, pay('//x1')))
    expect(eventData(failed.events, 'utility.DispatchedAs')).toEqual([{ err: { badOrigin: null } }])
    const fallible = sudo(chain.call('utility', 'dispatchAsFallible', { system: 'None' }, pay('//x1')))
    expect(eventData(fallible.events, 'sudo.Sudid')).toEqual([{ err: { badOrigin: null } }])
    const weighed = sudo(
      chain.call('utility', 'withWeight', chain.call('balances', 'forceSetBalance', chain.account('//x2'), tao), {
        refTime: 5,
        proofSize: 0,
      }),
    )
    expect(eventData(weighed.events, 'sudo.Sudid')).toEqual([{ ok: null }])
    expect(free('//x2')).toBe(tao)
  })

  it('what a batch carries and is not modelled is refused by its name', () => {
    const call = chain.call('system', 'setHeapPages', 1)
    const extrinsic = chain.sign('//Bob', chain.call('utility', 'batch', [pay('//b1'), call]))
    expect(() => chain.validate(extrinsic)).toThrow(/not modelled/)
  })
})
