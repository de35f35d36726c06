import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventData, type Outcome, TestChain } from '../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n

describe('Balances and Sudo', () => {
  let chain: TestChain
  let restore: () => void
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    restore = chain.snapshot()
  })
  beforeEach(() => restore())

  const account = (uri: string) =>
    chain.query('system', 'account', chain.account(uri)) as { consumers: number; data: { free: number | string; reserved: number } }
  const free = (uri: string): bigint => BigInt(account(uri).data.free)
  const issuance = (): bigint => BigInt(chain.query('balances', 'totalIssuance') as string)
  const sudo = (method: string, ...args: unknown[]): Outcome =>
    chain.submit('//Alice', 'sudo', 'sudo', chain.call('balances', method, ...args))
  const sudid = (outcome: Outcome): unknown => eventData<[unknown]>(outcome.events, 'sudo.Sudid')[0]
  const reserveOfBob = (): void => {
    chain.submit('//Bob', 'proxy', 'addProxy', chain.account('//Eve'), 'Any', 0)
  }

  it('burn destroys, and keeps an account alive if asked to', () => {
    const before = issuance()
    const { events, result } = chain.submit('//Bob', 'balances', 'burn', 5n * tao, true)
    expect(result).toBe('ok')
    const fee = BigInt(eventData<[string, number]>(events, 'transactionPayment.TransactionFeePaid')[1])
    expect(before - issuance()).toBe(5n * tao + fee)
    expect(chain.submit('//Bob', 'balances', 'burn', 10_000_000n * tao, false).result).toBe('{"token":"FundsUnavailable"}')
    expect(chain.submit('//Eve', 'balances', 'burn', free('//Eve') - 1_000_000n, true).result).toBe('ok')
  })

  it('a reserve keeps an account alive, and cannot be spent', () => {
    reserveOfBob()
    expect(account('//Bob')).toMatchObject({ consumers: 1, data: { reserved: 93_000_000 } })
    expect(chain.submit('//Bob', 'balances', 'transferAll', chain.account('//New'), false).result).toBe('ok')
    expect(free('//Bob')).toBeGreaterThanOrEqual(500n)
    expect(account('//Bob').data.reserved).toBe(93_000_000)
    expect(sudid(sudo('forceTransfer', chain.account('//Bob'), chain.account('//New'), free('//Bob')))).toEqual({
      err: { token: 'Frozen' },
    })
  })

  it('root transfers, unreserves and corrects the issuance', () => {
    const own = chain.submit('//Bob', 'balances', 'forceTransfer', chain.account('//Dave'), chain.account('//New'), tao)
    expect(own.result).toBe('{"badOrigin":null}')
    expect(sudid(sudo('forceTransfer', chain.account('//Dave'), chain.account('//New'), tao))).toEqual({ ok: null })
    expect(free('//New')).toBe(tao)
    reserveOfBob()
    sudo('forceUnreserve', chain.account('//Bob'), 90_000_000)
    expect(account('//Bob')).toMatchObject({ consumers: 1, data: { reserved: 3_000_000 } })
    sudo('forceUnreserve', chain.account('//Bob'), 90_000_000)
    expect(account('//Bob')).toMatchObject({ consumers: 0, data: { reserved: 0 } })
    const before = issuance()
    const { events } = sudo('forceAdjustTotalIssuance', 'Increase', 7n * tao)
    expect(events.map(({ name }) => name)).toContain('balances.TotalIssuanceForced')
    expect(issuance()).toBe(before + 7n * tao)
    sudo('forceAdjustTotalIssuance', 'Decrease', 7n * tao)
    expect(issuance()).toBe(before)
    expect(sudid(sudo('forceAdjustTotalIssuance', 'Decrease', 0))).toMatchObject({ err: { module: { index: 5 } } })
  })

  it('the issuance ends at nothing where root has set it below what accounts hold', () => {
    sudo('forceAdjustTotalIssuance', 'Decrease', issuance() - 7n)
    expect(issuance()).toBe(7n)
    const before = free('//Bob')
    expect(chain.submit('//Bob', 'balances', 'burn', 5n * tao, true).result).toBe('ok')
    expect(free('//Bob')).toBeLessThan(before - 5n * tao)
    expect(issuance()).toBe(0n)
    sudo('forceAdjustTotalIssuance', 'Increase', 2n ** 64n - 1n)
    sudo('forceSetBalance', chain.account('//Rich'), 7n * tao)
    expect(issuance()).toBe(2n ** 64n - 1n)
  })

  it('upgrade_accounts has nothing to do, and costs by the account', () => {
    const fee = (count: number): number => {
      const { events } = chain.submit('//Bob', 'balances', 'upgradeAccounts', Array<string>(count).fill(chain.account('//Bob')))
      return Number(eventData<[string, number]>(events, 'transactionPayment.TransactionFeePaid')[1])
    }
    expect(fee(0)).toBe(0)
    expect(fee(2)).toBeGreaterThan(fee(1))
  })

  it('sudo_as calls as another account; remove_key ends sudo', () => {
    const pay = chain.call('balances', 'transferKeepAlive', chain.account('//New'), tao)
    const { events } = chain.submit('//Alice', 'sudo', 'sudoAs', chain.account('//Dave'), pay)
    expect(eventData(events, 'sudo.SudoAsDone')).toEqual([{ ok: null }])
    expect(free('//New')).toBe(tao)
    expect(chain.submit('//Bob', 'sudo', 'sudoAs', chain.account('//Dave'), pay).result).toBe('Invalid.BadSigner')
    expect(chain.submit('//Alice', 'sudo', 'removeKey').events.map(({ name }) => name)).toContain('sudo.KeyRemoved')
    expect(chain.submit('//Alice', 'sudo', 'sudo', pay).result).toBe('Invalid.BadSigner')
  })
})
