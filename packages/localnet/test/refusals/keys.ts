import { hyperparameters } from '../../src/runtime/pallets/subtensor/storage/hyperparameters.js'
import { limits } from '../../src/runtime/pallets/subtensor/storage/limits.js'
import { stake } from '../../src/runtime/pallets/subtensor/storage/stake.js'
import { subnets } from '../../src/runtime/pallets/subtensor/storage/subnets.js'
import { subnetAccount } from '../../src/runtime/pallets/subtensor/subnet-account.js'
import { type StakeChain, TAO } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

const hash = `0x${'11'.repeat(32)}`
const poor = (at: StakeChain): void => {
  const left = at.free(at.account('//Eve')) - TAO / 20n
  at.chain.submit('//Eve', 'balances', 'transferKeepAlive', at.account('//Bob'), left)
}
const announced = (at: StakeChain): void => at.ok('//Bob', 'announceColdkeySwap', hash)
const disputed = (at: StakeChain): void => {
  announced(at)
  at.ok('//Bob', 'disputeColdkeySwap')
}

/** Leaves Eve what a swap takes, without the deposit that an account keeps. */
const justThePrice =
  (call: string, ...rest: unknown[]) =>
  (at: StakeChain): void => {
    const associate = (): void => at.ok('//Eve', 'tryAssociateHotkey', at.account('//E'))
    associate()
    const before = at.free(at.account('//Eve'))
    at.ok('//Eve', call === 'swap_hotkey' ? 'swapHotkey' : 'swapHotkeyV2', at.account('//E'), at.account('//New'), null, ...rest)
    const price = before - at.free(at.account('//Eve'))
    at.restore()
    associate()
    at.root('balances', 'forceSetBalance', at.account('//Eve'), price)
  }

/** What both ways to swap a hotkey refuse. */
const hotkeys = (call: string, ...rest: unknown[]): Refusal[] => {
  const row = (error: string, to = '//New', more: Partial<Refusal> = {}): Refusal => ({
    call,
    error,
    by: '//Bob',
    args: ['//V', to, null, ...rest],
    ...more,
  })
  const swapped = (at: StakeChain): void => at.ok('//Bob', 'swapHotkey', at.account('//V'), at.account('//V2'), null)
  const again = { args: ['//V2', '//New', null, ...rest] }
  return [
    row('NonAssociatedColdKey', '//New', { by: '//Charlie' }),
    row('NonAssociatedColdKey', '//Owner3'),
    row('NewHotKeyIsSameWithOld', '//V'),
    row('HotKeyAlreadyRegisteredInSubNet', '//M'),
    row('NewHotKeyNotCleanForRootSwap', '//Rooted', {
      given: (at) => {
        at.ok('//Bob', 'tryAssociateHotkey', at.account('//Rooted'))
        at.ok('//Bob', 'addStake', at.account('//Rooted'), 0, TAO)
      },
    }),
    row('NotEnoughBalanceToPaySwapHotKey', '//New', {
      by: '//Eve',
      args: ['//E', '//New', null, ...rest],
      given: (at) => {
        at.ok('//Eve', 'tryAssociateHotkey', at.account('//E'))
        poor(at)
      },
    }),
    row('InsufficientBalance', '//New', { by: '//Eve', args: ['//E', '//New', null, ...rest], given: justThePrice(call, ...rest) }),
    row('HotKeySetTxRateLimitExceeded', '//New', { given: swapped, ...again }),
    row('HotKeySwapOnSubnetIntervalNotPassed', '//New', {
      given: (at) => {
        swapped(at)
        limits.TxRateLimit.set(at.chain.storage, 0n)
      },
      ...again,
    }),
    // A coldkey that never swapped is taken to have swapped in block 0.
    row('HotKeySwapOnSubnetIntervalNotPassed', '//New', { args: ['//V', '//New', 2, ...rest] }),
    row('CannotUseSystemAccount', subnetAccount(1)),
  ]
}

const coldkeys: readonly Refusal[] = [
  { call: 'announce_coldkey_swap', error: 'ColdkeySwapReannouncedTooEarly', by: '//Bob', args: [hash], given: announced },
  { call: 'announce_coldkey_swap', error: 'NotEnoughBalanceToPaySwapColdKey', by: '//Eve', args: [hash], given: poor },
  { call: 'swap_coldkey_announced', error: 'ColdkeySwapAnnouncementNotFound', by: '//Bob', args: ['//New'] },
  { call: 'swap_coldkey_announced', error: 'AnnouncedColdkeyHashDoesNotMatch', by: '//Bob', args: ['//New'], given: announced },
  {
    call: 'swap_coldkey_announced',
    error: 'ColdkeySwapTooEarly',
    by: '//Bob',
    args: ['//New'],
    given: (at) => at.ok('//Bob', 'announceColdkeySwap', at.chain.registry.hash(at.chain.pair('//New').publicKey).toHex()),
  },
  { call: 'dispute_coldkey_swap', error: 'ColdkeySwapAnnouncementNotFound', by: '//Bob', args: [] },
  { call: 'dispute_coldkey_swap', error: 'ColdkeySwapDisputed', by: '//Bob', args: [], given: disputed, pool: 21 },
  { call: 'clear_coldkey_swap_announcement', error: 'ColdkeySwapAnnouncementNotFound', by: '//Bob', args: [] },
  { call: 'clear_coldkey_swap_announcement', error: 'ColdkeySwapClearTooEarly', by: '//Bob', args: [], given: announced },
  { call: 'try_associate_hotkey', error: 'ColdkeySwapAnnounced', by: '//Bob', args: ['//New'], given: announced, pool: 0 },
  { call: 'reset_coldkey_swap', error: 'BadOrigin', by: '//Bob', args: ['//Bob'] },
  { call: 'swap_coldkey', error: 'BadOrigin', by: '//Bob', args: ['//Bob', '//New', 0] },
  { call: 'swap_coldkey', error: 'NewColdKeyIsHotkey', args: ['//Bob', '//M', 0] },
  {
    call: 'swap_coldkey',
    error: 'ColdKeyAlreadyAssociated',
    args: ['//Bob', '//Charlie', 0],
    given: (at) => at.ok('//Charlie', 'addStake', at.account('//V'), 2, TAO),
  },
  { call: 'swap_coldkey', error: 'NotEnoughBalanceToPaySwapColdKey', args: ['//Eve', '//New', 10n ** 18n] },
  { call: 'schedule_swap_coldkey', error: 'Deprecated', by: '//Bob', args: ['//New'] },
]

const axon = { ip: 0x0102_0304n, port: 8091, type: 4 }

/** What a call that publishes an endpoint refuses in the pool. */
const serving = (call: string, argsOf: (endpoint: typeof axon) => unknown[]): Refusal[] => {
  const row = (error: string, pool: number, endpoint: Partial<typeof axon> = {}): Refusal => ({
    call,
    error,
    by: '//V',
    args: argsOf({ ...axon, ...endpoint }),
    pool,
  })
  const served = (at: StakeChain): void => {
    at.ok('//V', 'serveAxon', 2, 1, axon.ip, axon.port, 4, 4, 0, 0)
    at.ok('//V', 'servePrometheus', 2, 1, axon.ip, axon.port, 4)
  }
  return [
    { ...row('HotKeyNotRegisteredInNetwork', 10), by: '//Nobody' },
    row('InvalidIpType', 255, { type: 5 }),
    row('InvalidIpAddress', 11, { ip: 0xffff_ffffn }),
    { ...row('ServingRateLimitExceeded', 12), given: served },
    row('InvalidPort', 13, { port: 0 }),
  ]
}

const noPrometheus: Refusal = { call: 'serve_prometheus', error: 'InvalidIpAddress', by: '//V', args: [2, 1, 0n, 7070, 4], pool: 11 }

const taken = (at: StakeChain): void => at.ok('//Bob', 'decreaseTake', at.account('//V'), 100)

/** What both changes of a take refuse in the pool. */
const taking = (call: string): Refusal[] => [
  {
    call,
    error: 'DelegateTakeTooLow',
    by: '//Bob',
    args: ['//V', 1],
    given: ({ chain }) => stake.MinDelegateTake.set(chain.storage, 7),
    pool: 26,
  },
  { call, error: 'DelegateTakeTooHigh', by: '//Bob', args: ['//V', 11_797], pool: 27 },
  { call, error: 'HotKeyAccountNotExists', by: '//Bob', args: ['//New', 100], pool: 4 },
  { call, error: 'NonAssociatedColdKey', by: '//Charlie', args: ['//V', 100], pool: 25 },
]

const child = (call: string, error: string, children: [bigint, string][], more: Partial<Refusal> = {}): Refusal => ({
  call,
  error,
  by: '//Bob',
  args: ['//V', 2, children],
  ...more,
})
const ALL = 2n ** 64n - 1n

const families: readonly Refusal[] = [
  child('set_children', 'RegistrationNotPermittedOnRootSubnet', [[1n, '//M']], { args: ['//V', 0, [[1n, '//M']]] }),
  child('set_children', 'SubnetNotExists', [[1n, '//M']], { args: ['//V', 9, [[1n, '//M']]] }),
  child('set_children', 'NonAssociatedColdKey', [[1n, '//M']], { by: '//Charlie' }),
  child('set_children', 'DuplicateChild', [
    [1n, '//M'],
    [2n, '//M'],
  ]),
  child('set_children', 'InvalidChild', [[1n, '//V']]),
  child('set_children', 'ProportionOverflow', [
    [ALL, '//M'],
    [1n, '//Owner2'],
  ]),
  child(
    'set_children',
    'TooManyChildren',
    ['//1', '//2', '//3', '//4', '//5', '//6'].map((uri) => [1n, uri]),
  ),
  child('set_children', 'TxRateLimitExceeded', [[1n, '//M']], {
    given: (at) => at.ok('//Bob', 'setChildren', at.account('//V'), 2, []),
  }),
  child('set_children', 'NotEnoughStakeToSetChildkeys', [[1n, '//M']], {
    given: ({ chain }) => hyperparameters.StakeThreshold.set(chain.storage, 10n ** 18n),
  }),
  child('set_children', 'ChildParentInconsistency', [[1n, '//M']], {
    given: ({ chain }) => stake.ParentKeys.set(chain.storage, chain.account('//V'), 2, [[1n, chain.account('//M')]]),
  }),
  { call: 'set_childkey_take', error: 'NonAssociatedColdKey', by: '//Charlie', args: ['//V', 2, 7] },
  { call: 'set_childkey_take', error: 'InvalidChildkeyTake', by: '//Bob', args: ['//V', 2, 11_797] },
  {
    call: 'set_childkey_take',
    error: 'TxChildkeyTakeRateLimitExceeded',
    by: '//Bob',
    args: ['//V', 2, 9],
    given: (at) => at.ok('//Bob', 'setChildkeyTake', at.account('//V'), 2, 7),
  },
  { call: 'set_auto_parent_delegation_enabled', error: 'NonAssociatedColdKey', by: '//Charlie', args: ['//V', false] },
  { call: 'set_auto_parent_delegation_enabled', error: 'HotKeyNotRegisteredInSubNet', by: '//Bob', args: ['//V', false] },
]

const validators: readonly Refusal[] = [
  {
    call: 'root_register',
    error: 'TooManyRegistrationsThisBlock',
    by: '//Bob',
    args: ['//V'],
    given: ({ chain }) => subnets.MaxRegistrationsPerBlock.set(chain.storage, 0, 0),
  },
  {
    call: 'root_register',
    error: 'TooManyRegistrationsThisInterval',
    by: '//Bob',
    args: ['//V'],
    given: ({ chain }) => subnets.TargetRegistrationsPerInterval.set(chain.storage, 0, 0),
  },
  {
    call: 'root_register',
    error: 'HotKeyAlreadyRegisteredInSubNet',
    by: '//Bob',
    args: ['//V'],
    given: (at) => at.ok('//Bob', 'rootRegister', at.account('//V')),
  },
  {
    call: 'root_register',
    error: 'StakeTooLowForRoot',
    by: '//Bob',
    args: ['//M'],
    given: (at) => {
      at.ok('//Bob', 'rootRegister', at.account('//V'))
      hyperparameters.MaxAllowedUids.set(at.chain.storage, 0, 1)
    },
  },
  ...taking('decrease_take'),
  // No lower than it is.
  { call: 'decrease_take', error: 'DelegateTakeTooLow', by: '//Bob', args: ['//V', 100], given: taken },
  ...taking('increase_take'),
  { call: 'increase_take', error: 'DelegateTakeTooLow', by: '//Bob', args: ['//V', 100], given: taken },
  {
    call: 'increase_take',
    error: 'DelegateTxRateLimitExceeded',
    by: '//Bob',
    args: ['//V', 101],
    given: taken,
  },
]

/** What is set for all, by root. */
const forAll: readonly Refusal[] = [
  'sudo_set_tx_childkey_take_rate_limit',
  'sudo_set_min_childkey_take',
  'sudo_set_max_childkey_take',
  'set_pending_childkey_cooldown',
].map((call) => ({ call, error: 'BadOrigin', by: '//Bob', args: [7] }))

export const keyRefusals: readonly Refusal[] = [
  ...hotkeys('swap_hotkey'),
  ...hotkeys('swap_hotkey_v2', true),
  ...coldkeys,
  ...serving('serve_axon', ({ ip, port, type }) => [2, 1, ip, port, type, 4, 0, 0]),
  ...serving('serve_axon_tls', ({ ip, port, type }) => [2, 1, ip, port, type, 4, 0, 0, '0x0102']),
  ...serving('serve_prometheus', ({ ip, port, type }) => [2, 1, ip, port, type]),
  noPrometheus,
  ...families,
  ...validators,
  ...forAll,
]
