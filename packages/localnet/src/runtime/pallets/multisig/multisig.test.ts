import { blake2AsHex, createKeyMulti, sortAddresses } from '@polkadot/util-crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventData, type Outcome, TestChain } from '../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n
const weight = { refTime: 1_000_000_000, proofSize: 0 }

describe('Multisig', () => {
  let chain: TestChain
  const three = ['//Alice', '//Bob', '//Charlie']
  const others = (who: string): string[] => sortAddresses(three.filter((uri) => uri !== who).map((uri) => chain.pair(uri).address))
  const account = (threshold: number): string =>
    Buffer.from(
      createKeyMulti(
        three.map((uri) => chain.pair(uri).publicKey),
        threshold,
      ),
    )
      .toString('hex')
      .replace(/^/, '0x')
  const pay = (amount = tao) => chain.call('balances', 'transferKeepAlive', chain.account('//New'), amount)
  const data = (who: string) => (chain.query('system', 'account', who) as { data: { free: number | string; reserved: number } }).data
  const error = (name: string): string => `multisig.${name}`
  type Timepoint = { readonly height: number; readonly index: number } | null
  const asMulti = (who: string, timepoint: Timepoint, call = pay(), threshold = 2, maxWeight = weight): Outcome =>
    chain.submit(who, 'multisig', 'asMulti', threshold, others(who), timepoint, call, maxWeight)
  const here = (): Timepoint => ({ height: chain.number, index: 1 })

  let restore: () => void
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    for (const threshold of [1, 2, 3]) chain.submit('//Dave', 'balances', 'transferKeepAlive', account(threshold), 10n * tao)
    restore = chain.snapshot()
  })
  beforeEach(() => restore())

  it('two of three: opened by one, carried out by another, the deposit given back', () => {
    const opened = asMulti('//Alice', null)
    expect(opened.result).toBe('ok')
    expect(eventData(opened.events, 'multisig.NewMultisig')).toMatchObject([
      chain.pair('//Alice').address,
      chain.registry.createType('AccountId', account(2)).toString(),
      blake2AsHex(pay()),
    ])
    expect(data(chain.account('//Alice')).reserved).toBe(196_000_000)
    const when = here()
    expect(asMulti('//Alice', when).result).toBe(error('AlreadyApproved'))
    expect(asMulti('//Bob', null).result).toBe(error('NoTimepoint'))
    expect(asMulti('//Bob', { height: 1, index: 1 }).result).toBe(error('WrongTimepoint'))
    expect(asMulti('//Bob', when, pay(), 2, { refTime: 5, proofSize: 0 }).result).toBe(error('MaxWeightTooLow'))
    const done = asMulti('//Bob', when)
    expect(eventData<unknown[]>(done.events, 'multisig.MultisigExecuted').at(-1)).toEqual({ ok: null })
    expect(data(chain.account('//New')).free).toBe(Number(tao))
    expect(data(chain.account('//Alice')).reserved).toBe(0)
    expect(asMulti('//Bob', when).result).toBe(error('UnexpectedTimepoint'))
  })

  it('approvals by hash, then the call; what fails shows in the event', () => {
    const call = pay(1000n * tao)
    const approve = (who: string, timepoint: Timepoint) =>
      chain.submit(who, 'multisig', 'approveAsMulti', 3, others(who), timepoint, blake2AsHex(call), weight)
    expect(approve('//Alice', null).result).toBe('ok')
    const when = here()
    expect(approve('//Bob', when).events.map(({ name }) => name)).toContain('multisig.MultisigApproval')
    expect(approve('//Bob', when).result).toBe(error('AlreadyApproved'))
    const done = asMulti('//Charlie', when, call, 3)
    expect(eventData<unknown[]>(done.events, 'multisig.MultisigExecuted').at(-1)).toEqual({ err: { token: 'FundsUnavailable' } })
  })

  it('is cancelled by who opened it', () => {
    asMulti('//Alice', null)
    const when = here()
    const hash = blake2AsHex(pay())
    const cancel = (who: string, timepoint: Timepoint) =>
      chain.submit(who, 'multisig', 'cancelAsMulti', 2, others(who), timepoint, hash).result
    expect(cancel('//Bob', when)).toBe(error('NotOwner'))
    expect(cancel('//Alice', { height: 1, index: 0 })).toBe(error('WrongTimepoint'))
    expect(chain.submit('//Alice', 'multisig', 'pokeDeposit', 2, others('//Alice'), hash).result).toBe('ok')
    expect(chain.submit('//Bob', 'multisig', 'pokeDeposit', 2, others('//Bob'), hash).result).toBe(error('NotOwner'))
    expect(cancel('//Alice', when)).toBe('ok')
    expect(data(chain.account('//Alice')).reserved).toBe(0)
    expect(cancel('//Alice', when)).toBe(error('NotFound'))
  })

  it('one of three needs no approval of others', () => {
    const one = (who: string, call: Uint8Array, list = others(who)) => chain.submit(who, 'multisig', 'asMultiThreshold1', list, call).result
    expect(one('//Bob', pay())).toBe('ok')
    expect(one('//Bob', pay(1000n * tao))).toBe('{"token":"FundsUnavailable"}')
    expect(one('//Bob', pay(), [])).toBe(error('TooFewSignatories'))
    expect(one('//Bob', pay(), others('//Bob').reverse())).toBe(error('SignatoriesOutOfOrder'))
    expect(one('//Bob', pay(), sortAddresses([chain.pair('//Bob').address, chain.pair('//Eve').address]))).toBe(
      error('SenderInSignatories'),
    )
  })

  it('refuses thresholds and signatories that make no sense', () => {
    expect(asMulti('//Alice', null, pay(), 1).result).toBe(error('MinimumThreshold'))
    const many = sortAddresses(Array.from({ length: 100 }, (_, index) => chain.pair(`//m${index}`).address))
    expect(chain.submit('//Alice', 'multisig', 'asMulti', 2, many, null, pay(), weight).result).toBe(error('TooManySignatories'))
    expect(chain.submit('//Alice', 'multisig', 'asMulti', 2, [], null, pay(), weight).result).toBe(error('TooFewSignatories'))
    const poor = chain.account('//Poor')
    chain.submit('//Dave', 'balances', 'transferKeepAlive', poor, 100_000_000n)
    expect(chain.submit('//Poor', 'multisig', 'asMulti', 2, others('//Alice'), null, pay(), weight).result).toBe(
      'balances.InsufficientBalance',
    )
  })
})
