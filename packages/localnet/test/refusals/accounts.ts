import { balances } from '../../src/runtime/pallets/balances/accounts.js'
import type { StakeChain } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

const hash = `0x${'11'.repeat(32)}`
const noWeight = { refTime: 0n, proofSize: 0 }
const someone = (index: number): string => `0x${index.toString(16).padStart(64, '0')}`
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => someone(index + 1))

const remark = (at: StakeChain): Uint8Array => at.chain.call('system', 'remark', '0x00')
/** An operation of Alice and Bob that Alice has opened. */
const opened = (at: StakeChain): void => {
  const call = at.chain.registry.hash(remark(at)).toHex()
  at.chain.submit('//Alice', 'multisig', 'approveAsMulti', 2, [at.account('//Bob')], null, call, noWeight)
}
const when = (at: StakeChain): object => ({ height: at.chain.number, index: 1 })
const approve = (error: string, threshold: number, others: readonly string[]): Refusal => ({
  call: 'approve_as_multi',
  error,
  by: '//Alice',
  args: [threshold, others, null, hash, noWeight],
})
/** What is wrong with an operation that waits. */
const waiting = (
  error: string,
  by: string,
  timepoint: (at: StakeChain) => unknown,
  maxWeight = { refTime: 10n ** 12n, proofSize: 0 },
): Refusal => ({
  call: 'as_multi',
  error,
  by,
  args: (at) => [2, [by === '//Alice' ? '//Bob' : '//Alice'], timepoint(at), remark(at), maxWeight],
  given: opened,
})

export const multisigRefusals: readonly Refusal[] = [
  approve('MinimumThreshold', 1, ['//Bob']),
  approve('TooFewSignatories', 2, []),
  approve('TooManySignatories', 2, many(100)),
  approve('SignatoriesOutOfOrder', 2, [someone(2), someone(1)]),
  approve('SenderInSignatories', 2, ['//Alice']),
  { ...approve('UnexpectedTimepoint', 2, ['//Bob']), args: [2, ['//Bob'], { height: 1, index: 1 }, hash, noWeight] },
  waiting('AlreadyApproved', '//Alice', when),
  waiting('NoTimepoint', '//Bob', () => null),
  waiting('WrongTimepoint', '//Bob', () => ({ height: 1, index: 1 })),
  waiting('MaxWeightTooLow', '//Bob', when, noWeight),
  { call: 'cancel_as_multi', error: 'NotFound', by: '//Alice', args: [2, ['//Bob'], { height: 1, index: 1 }, hash] },
  {
    call: 'cancel_as_multi',
    error: 'NotOwner',
    by: '//Bob',
    args: (at) => [2, ['//Alice'], when(at), at.chain.registry.hash(remark(at)).toHex()],
    given: opened,
  },
]

const proxied = (at: StakeChain): void => {
  at.chain.submit('//Bob', 'proxy', 'addProxy', at.account('//Eve'), 'Any', 0)
}

export const proxyRefusals: readonly Refusal[] = [
  { call: 'add_proxy', error: 'NoSelfProxy', by: '//Bob', args: ['//Bob', 'Any', 0] },
  { call: 'add_proxy', error: 'Duplicate', by: '//Bob', args: ['//Eve', 'Any', 0], given: proxied },
  {
    call: 'add_proxy',
    error: 'TooMany',
    by: '//Bob',
    args: ['//Eve', 'Any', 0],
    given: (at) => {
      for (const delegate of many(20)) at.chain.submit('//Bob', 'proxy', 'addProxy', delegate, 'Any', 0)
    },
  },
  {
    call: 'add_proxy',
    error: 'balances.InsufficientBalance',
    by: '//Eve',
    args: ['//Bob', 'Any', 0],
    given: (at) => at.root('balances', 'forceSetBalance', at.account('//Eve'), 10_000_000n),
  },
  { call: 'remove_proxy', error: 'NotFound', by: '//Bob', args: ['//Eve', 'Any', 0] },
  { call: 'proxy', error: 'NotProxy', by: '//Eve', args: (at) => ['//Bob', null, remark(at)] },
  { call: 'proxy_announced', error: 'Unannounced', by: '//Eve', args: (at) => ['//Eve', '//Bob', null, remark(at)], given: proxied },
  { call: 'kill_pure', error: 'NoPermission', by: '//Bob', args: ['//Bob', 'Any', 0, 1, 1] },
  { call: 'remove_announcement', error: 'NotFound', by: '//Eve', args: ['//Bob', hash] },
  { call: 'reject_announcement', error: 'NotFound', by: '//Bob', args: ['//Eve', hash] },
]

export const balanceRefusals: readonly Refusal[] = [
  { call: 'force_adjust_total_issuance', error: 'DeltaZero', args: ['Increase', 0] },
  {
    call: 'force_adjust_total_issuance',
    error: 'IssuanceDeactivated',
    args: ['Decrease', 7],
    given: ({ chain }) => balances.InactiveIssuance.set(chain.storage, 2n ** 63n),
  },
]
