import { hyperparameters, schedule } from '../../src/runtime/pallets/subtensor/storage/hyperparameters.js'
import { subnets } from '../../src/runtime/pallets/subtensor/storage/subnets.js'
import { subnetAccount } from '../../src/runtime/pallets/subtensor/subnet-account.js'
import { type StakeChain, TAO } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

const system = subnetAccount(1)
const long = `0x${'61'.repeat(257)}`

/** What every call that registers a neuron refuses. */
const registering = (call: string, args: (netuid: number, hotkey: string) => unknown[]): Refusal[] => {
  const row = (error: string, more: Partial<Refusal> = {}): Refusal => ({ call, error, by: '//Bob', args: args(2, '//New'), ...more })
  return [
    row('RegistrationNotPermittedOnRootSubnet', { args: args(0, '//New') }),
    row('SubnetNotExists', { args: args(9, '//New') }),
    row('SubNetRegistrationDisabled', { given: ({ chain }) => subnets.NetworkRegistrationAllowed.set(chain.storage, 2, false) }),
    row('HotKeyAlreadyRegisteredInSubNet', { args: args(2, '//V') }),
    row('NotEnoughBalanceToStake', {
      by: '//Eve',
      given: ({ chain }) => {
        subnets.MaxBurn.set(chain.storage, 2, 10_000n * TAO)
        subnets.Burn.set(chain.storage, 2, 9_000n * TAO)
      },
    }),
    row('NonAssociatedColdKey', { args: args(2, '//Owner3') }),
    row('CannotUseSystemAccount', { args: args(2, system) }),
    // Its owner's neuron is the only one, and stays.
    row('NoNeuronIdAvailable', { args: args(3, '//New'), given: ({ chain }) => hyperparameters.MaxAllowedUids.set(chain.storage, 3, 1) }),
  ]
}

const tooSoon = ({ chain }: StakeChain): void => subnets.NetworkRateLimit.set(chain.storage, 7200n)

/** What both ways to register a subnet refuse. */
const founding = (call: string, ...rest: unknown[]): Refusal[] => {
  const row = (error: string, more: Partial<Refusal> = {}): Refusal => ({ call, error, by: '//Bob', args: ['//New', ...rest], ...more })
  return [
    row('NonAssociatedColdKey', { args: ['//Owner2', ...rest] }),
    row('CannotUseSystemAccount', { args: [system, ...rest] }),
    row('SubnetLimitReached', { given: ({ chain }) => subnets.SubnetLimit.set(chain.storage, 3) }),
    row('CannotAffordLockCost', { by: '//Eve', given: ({ chain }) => subnets.NetworkMinLockCost.set(chain.storage, 3_000n * TAO) }),
    row('SubNetRegistrationDisabled', { given: ({ chain }) => subnets.NetworkRegistrationStartBlock.set(chain.storage, 10n ** 9n) }),
  ]
}
const identity = { subnetName: long }

const frozen = ({ chain }: StakeChain): void => schedule.AdminFreezeWindow.set(chain.storage, 1000)
const again =
  (method: string, ...args: unknown[]) =>
  (at: StakeChain): void =>
    at.ok('//Alice', method, ...args)
const noCommits = ({ chain }: StakeChain): void => hyperparameters.CommitRevealWeightsEnabled.set(chain.storage, 2, false)

/** What the two lengths of a subnet's schedule refuse alike. */
const scheduling = (call: string, method: string, ...rest: unknown[]): Refusal[] => [
  { call, error: 'BadOrigin', by: '//Bob', args: [2, ...rest] },
  { call, error: 'AdminActionProhibitedDuringWeightsWindow', by: '//Alice', args: [2, ...rest], given: frozen },
  { call, error: 'TxRateLimitExceeded', by: '//Alice', args: [2, ...rest], given: again(method, 2, ...rest) },
]

const root = (call: string, error: string, ...args: unknown[]): Refusal => ({ call, error, args })

export const subnetRefusals: readonly Refusal[] = [
  ...registering('burned_register', (netuid, hotkey) => [netuid, hotkey]),
  ...registering('register', (netuid, hotkey) => [netuid, 0, 0, '0x', hotkey, '//Bob']),
  ...registering('register_limit', (netuid, hotkey) => [netuid, hotkey, 10_000n * TAO]),
  { call: 'register_limit', error: 'RegistrationPriceLimitExceeded', by: '//Bob', args: [2, '//New', 1] },
  ...founding('register_network'),
  { call: 'register_network', error: 'NetworkTxRateLimitExceeded', by: '//Bob', args: ['//New'], given: tooSoon, pool: 6 },
  ...founding('register_network_with_identity', null),
  // This one gets past the pool.
  { call: 'register_network_with_identity', error: 'NetworkTxRateLimitExceeded', by: '//Bob', args: ['//New', null], given: tooSoon },
  { call: 'register_network_with_identity', error: 'InvalidIdentity', by: '//Bob', args: ['//New', identity] },
  { call: 'start_call', error: 'SubnetNotExists', by: '//Alice', args: [9] },
  { call: 'start_call', error: 'BadOrigin', by: '//Bob', args: [2] },
  { call: 'start_call', error: 'FirstEmissionBlockNumberAlreadySet', by: '//Alice', args: [2] },
  {
    call: 'start_call',
    error: 'NeedWaitingMoreBlocksToStarCall',
    by: '//Alice',
    args: [2],
    given: ({ chain }) => {
      subnets.FirstEmissionBlockNumber.remove(chain.storage, 2)
      subnets.StartCallDelay.set(chain.storage, 1000n)
    },
  },
  root('dissolve_network', 'SubnetNotExists', '//Alice', 9),
  root('root_dissolve_network', 'SubnetNotExists', 9),
  { call: 'dissolve_network', error: 'BadOrigin', by: '//Alice', args: ['//Alice', 2] },
  { call: 'root_dissolve_network', error: 'BadOrigin', by: '//Alice', args: [2] },
  { call: 'set_identity', error: 'HotKeyNotRegisteredInNetwork', by: '//Dave', args: ['n', '', '', '', '', '', ''] },
  { call: 'set_identity', error: 'InvalidIdentity', by: '//Bob', args: [long, '', '', '', '', '', ''] },
  { call: 'set_subnet_identity', error: 'NotSubnetOwner', by: '//Bob', args: [2, 'n', '', '', '', '', '', '', ''] },
  { call: 'set_subnet_identity', error: 'InvalidIdentity', by: '//Alice', args: [2, long, '', '', '', '', '', '', ''] },
  { call: 'update_symbol', error: 'BadOrigin', by: '//Bob', args: [2, 'X'] },
  { call: 'update_symbol', error: 'SymbolDoesNotExist', by: '//Alice', args: [2, 'X'] },
  { call: 'update_symbol', error: 'SymbolAlreadyInUse', by: '//Alice', args: [2, `0x${Buffer.from('β').toString('hex')}`] },
  ...scheduling('set_tempo', 'setTempo', 400),
  { call: 'set_tempo', error: 'TempoOutOfBounds', by: '//Alice', args: [2, 359] },
  { call: 'set_tempo', error: 'TempoOutOfBounds', by: '//Alice', args: [2, 50_401] },
  ...scheduling('set_activity_cutoff_factor', 'setActivityCutoffFactor', 2000),
  { call: 'set_activity_cutoff_factor', error: 'ActivityCutoffFactorMilliOutOfBounds', by: '//Alice', args: [2, 999] },
  { call: 'set_activity_cutoff_factor', error: 'ActivityCutoffFactorMilliOutOfBounds', by: '//Alice', args: [2, 50_001] },
  { call: 'trigger_epoch', error: 'BadOrigin', by: '//Bob', args: [2] },
  { call: 'trigger_epoch', error: 'DynamicTempoBlockedByCommitReveal', by: '//Alice', args: [2] },
  {
    call: 'trigger_epoch',
    error: 'EpochTriggerAlreadyPending',
    by: '//Alice',
    args: [2],
    given: (at) => {
      noCommits(at)
      at.ok('//Alice', 'triggerEpoch', 2)
    },
  },
  {
    call: 'trigger_epoch',
    error: 'AutoEpochAlreadyImminent',
    by: '//Alice',
    args: [2],
    given: (at) => {
      noCommits(at)
      frozen(at)
    },
  },
  {
    call: 'trigger_epoch',
    error: 'TxRateLimitExceeded',
    by: '//Alice',
    args: [2],
    given: (at) => {
      noCommits(at)
      at.ok('//Alice', 'triggerEpoch', 2)
      schedule.PendingEpochAt.set(at.chain.storage, 2, 0n)
    },
  },
]
