import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { big, failure, StakeChain, TAO } from '../../../../../test/runtime/stake-chain.js'
import { eventData } from '../../../../../test/runtime/test-chain.js'
import { stakesOf } from '../inherited-stake.js'
import { hotkeyAlpha } from '../stake-pool.js'
import { children as childStorage } from '../storage/children.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'

const netuid = 2
const ALL = 2n ** 64n - 1n
const HALF = ALL / 2n

let at: StakeChain
beforeAll(async () => {
  at = await StakeChain.create()
  for (const uri of ['//P', '//C', '//M']) at.ok('//Bob', 'burnedRegister', netuid, at.account(uri))
  at.ok('//Bob', 'addStake', at.account('//P'), netuid, 100n * TAO)
  // Charlie's own hotkey.
  at.ok('//Charlie', 'burnedRegister', netuid, at.account('//K'))
  hyperparameters.Tempo.set(at.chain.storage, netuid, 20)
  childStorage.PendingChildKeyCooldown.set(at.chain.storage, 5n)
  at.save()
}, 60_000)
beforeEach(() => at.restore())

const set = (parent: string, children: [bigint, string][], uri = '//Bob', of = netuid): string => {
  const list = children.map(([proportion, child]) => [proportion, at.account(child)])
  return at.call(uri, 'setChildren', at.account(parent), of, list)
}
const relatives = (item: 'childKeys' | 'parentKeys', uri: string) =>
  (at.query(item, at.account(uri), netuid) as [unknown, string][]).map(([proportion, who]) => [big(proportion), who])
const address = (uri: string): string => at.chain.keyring.encodeAddress(at.account(uri), 42)
const epoch = (): void => {
  const before = at.query('subnetEpochIndex', netuid)
  while (at.query('subnetEpochIndex', netuid) === before) at.chain.block()
}

describe('set_children', () => {
  it('takes effect with the first epoch after the wait, on both sides', () => {
    const data = at.event<unknown[]>('SetChildrenScheduled', '//Bob', 'setChildren', at.account('//P'), netuid, [[HALF, at.account('//C')]])
    expect(data[2]).toBe(at.chain.number + 5)
    expect(relatives('childKeys', '//P')).toEqual([])
    epoch()
    if (relatives('childKeys', '//P').length === 0) epoch()
    expect(relatives('childKeys', '//P')).toEqual([[HALF, address('//C')]])
    expect(relatives('parentKeys', '//C')).toEqual([[HALF, address('//P')]])
    expect(at.query('pendingChildKeys', netuid, at.account('//P'))).toEqual([[], 0])
  })

  it('replaces those before, on both sides', () => {
    subnets.SubtokenEnabled.set(at.chain.storage, netuid, false)
    expect(
      set('//P', [
        [HALF, '//C'],
        [5n, '//M'],
      ]),
    ).toBe('ok')
    stake.TransactionKeyLastBlock.remove(at.chain.storage, at.account('//P'), netuid, 0)
    expect(set('//P', [[7n, '//M']])).toBe('ok')
    expect(relatives('childKeys', '//P')).toEqual([[7n, address('//M')]])
    expect(relatives('parentKeys', '//C')).toEqual([])
    expect(relatives('parentKeys', '//M')).toEqual([[7n, address('//P')]])
  })

  it('is checked in the order of the chain', () => {
    expect(set('//P', [[1n, '//C']], '//Bob', 0)).toBe(failure('RegistrationNotPermittedOnRootSubnet'))
    expect(set('//P', [[1n, '//C']], '//Bob', 9)).toBe(failure('SubnetNotExists'))
    expect(set('//P', [[1n, '//C']], '//Charlie')).toBe(failure('NonAssociatedColdKey'))
    expect(
      set('//P', [
        [1n, '//C'],
        [2n, '//C'],
      ]),
    ).toBe(failure('DuplicateChild'))
    expect(set('//P', [[1n, '//P']])).toBe(failure('InvalidChild'))
    expect(
      set(
        '//P',
        ['//1', '//2', '//3', '//4', '//5', '//6'].map((uri) => [1n, uri]),
      ),
    ).toBe(failure('TooManyChildren'))
    expect(
      set('//P', [
        [ALL, '//C'],
        [1n, '//M'],
      ]),
    ).toBe(failure('ProportionOverflow'))
    stake.ParentKeys.set(at.chain.storage, at.account('//P'), netuid, [[1n, at.account('//M')]])
    expect(set('//P', [[1n, '//M']])).toBe(failure('ChildParentInconsistency'))
    hyperparameters.StakeThreshold.set(at.chain.storage, 1_000_000n * TAO)
    expect(set('//P', [[1n, '//C']])).toBe(failure('NotEnoughStakeToSetChildkeys'))
    expect(set('//P', [])).toBe('ok')
    expect(set('//P', [])).toBe(failure('TxRateLimitExceeded'))
    at.chain.blocks(149)
    expect(set('//P', [])).toBe('ok')
  })

  it('is forgotten when the parent unstakes below the threshold', () => {
    expect(set('//P', [[HALF, '//C']])).toBe('ok')
    hyperparameters.StakeThreshold.set(at.chain.storage, 90n * TAO)
    at.ok('//Bob', 'removeStake', at.account('//P'), netuid, 20n * TAO)
    expect(at.query('pendingChildKeys', netuid, at.account('//P'))).toEqual([[], 0])
  })
})

describe("a parent's stake", () => {
  const now = (parent: string, children: [bigint, string][], uri = '//Bob'): void => {
    subnets.SubtokenEnabled.set(at.chain.storage, netuid, false)
    expect(set(parent, children, uri)).toBe('ok')
    subnets.SubtokenEnabled.set(at.chain.storage, netuid, true)
  }

  it('counts for its children in consensus', () => {
    const own = hotkeyAlpha(at.chain.storage, at.account('//P'), netuid)
    now('//P', [
      [HALF, '//C'],
      [HALF, '//K'],
    ])
    // A proportion has 32 bits after the point.
    const lost = (own * HALF) / ALL - stakesOf(at.chain.storage, netuid, at.account('//C')).alpha
    expect(lost).toBeGreaterThanOrEqual(0n)
    expect(lost).toBeLessThanOrEqual(own >> 32n)
    expect(stakesOf(at.chain.storage, netuid, at.account('//P')).alpha).toBeLessThanOrEqual(own >> 31n)
    epoch()
    const uids = neurons.Uids
    const weights = at.query('stakeWeight', netuid) as number[]
    const weight = (uri: string) => weights[uids.get(at.chain.storage, netuid, at.account(uri)) ?? -1]
    expect(weight('//P')).toBe(0)
    expect(weight('//C')).toBe(weight('//K'))
    expect(weight('//C')).toBeGreaterThan(0)
  })

  it('earns dividends that go back to it, less the take of a child of another coldkey', () => {
    now('//P', [[ALL, '//K']])
    const { storage } = at.chain
    hyperparameters.WeightsSetRateLimit.set(storage, netuid, 0n)
    hyperparameters.CommitRevealWeightsEnabled.set(storage, netuid, false)
    expect(at.call('//Charlie', 'setChildkeyTake', at.account('//K'), netuid, 11_796)).toBe('ok')
    epoch()
    const miner = neurons.Uids.get(storage, netuid, at.account('//M')) ?? -1
    expect(at.call('//K', 'setWeights', netuid, [miner], [1], 0)).toBe('ok')
    epoch()
    const dividends = (uri: string): bigint => at.number('alphaDividendsPerSubnet', netuid, at.account(uri))
    // The child's take, and what its own stake has come to since it gets that take.
    const ratio = Number(dividends('//K')) / Number(dividends('//P') + dividends('//K'))
    expect(dividends('//P')).toBeGreaterThan(0n)
    expect(ratio).toBeGreaterThan(11_796 / 65_535)
    expect(ratio).toBeLessThan(0.25)
  })
})

describe('set_childkey_take', () => {
  const take = (value: number, uri = '//Bob', of = netuid): string => at.call(uri, 'setChildkeyTake', at.account('//C'), of, value)

  it('is raised once in a while, and lowered at any time', () => {
    expect(take(100)).toBe('ok')
    expect(at.query('childkeyTake', at.account('//C'), netuid)).toBe(100)
    expect(take(200)).toBe(failure('TxChildkeyTakeRateLimitExceeded'))
    expect(take(50)).toBe('ok')
    at.root('subtensorModule', 'sudoSetTxChildkeyTakeRateLimit', 1)
    expect(take(200)).toBe('ok')
  })

  it('stays within its bounds, and is for the owner of the hotkey', () => {
    expect(take(1, '//Charlie')).toBe(failure('NonAssociatedColdKey'))
    expect(take(11_797)).toBe(failure('InvalidChildkeyTake'))
    at.root('subtensorModule', 'sudoSetMinChildkeyTake', 10)
    expect(take(9)).toBe(failure('InvalidChildkeyTake'))
    at.root('subtensorModule', 'sudoSetMaxChildkeyTake', 20)
    expect(take(21)).toBe(failure('InvalidChildkeyTake'))
    expect(take(20)).toBe('ok')
  })

  it.each([
    ['sudoSetTxChildkeyTakeRateLimit', 1],
    ['sudoSetMinChildkeyTake', 1],
    ['sudoSetMaxChildkeyTake', 1],
    ['setPendingChildkeyCooldown', 1],
  ])('%s is for root', (method, value) => {
    expect(at.call('//Bob', method, value)).toBe('{"badOrigin":null}')
    at.root('subtensorModule', method, value)
  })
})

describe('the take of a delegate', () => {
  const take = (method: 'increaseTake' | 'decreaseTake', value: number, uri = '//Bob'): string =>
    at.call(uri, method, at.account('//P'), value)

  it('is lowered at any time and raised after a wait', () => {
    expect(take('decreaseTake', 5000)).toBe('ok')
    expect(at.query('delegates', at.account('//P'))).toBe(5000)
    expect(take('decreaseTake', 5000)).toBe(failure('DelegateTakeTooLow'))
    expect(take('increaseTake', 5000)).toBe(failure('DelegateTakeTooLow'))
    expect(take('increaseTake', 6000)).toBe(failure('DelegateTxRateLimitExceeded'))
    at.root('adminUtils', 'sudoSetTxDelegateTakeRateLimit', 3)
    expect(take('increaseTake', 6000)).toBe('ok')
  })

  it('is checked in the pool', () => {
    expect(take('increaseTake', 11_797)).toBe('Custom(27)')
    stake.MinDelegateTake.set(at.chain.storage, 10)
    expect(take('decreaseTake', 9)).toBe('Custom(26)')
    expect(take('decreaseTake', 50, '//Charlie')).toBe('Custom(25)')
    expect(at.call('//Bob', 'increaseTake', at.account('//Nobody'), 50)).toBe('Custom(4)')
  })

  it('is checked in the dispatch too, where another call carries it', () => {
    const inner = at.chain.call('subtensorModule', 'increaseTake', at.account('//P'), 11_797)
    const { result, events } = at.chain.submit('//Bob', 'utility', 'batch', [inner])
    expect(result).toBe('ok')
    const [, reason] = eventData<[number, { module: { index: number; error: string } }]>(events, 'utility.BatchInterrupted')
    expect(at.chain.moduleError(reason.module)).toBe(failure('DelegateTakeTooHigh'))
  })
})

describe('root_register', () => {
  const register = (uri: string, by = '//Bob'): string => at.call(by, 'rootRegister', at.account(uri))

  it('makes validators on root, three in an interval at first', () => {
    expect(register('//P')).toBe('ok')
    expect(at.query('uids', 0, at.account('//P'))).toBe(0)
    expect(stake.Delegates.has(at.chain.storage, at.account('//P'))).toBe(true)
    expect(register('//P')).toBe(failure('HotKeyAlreadyRegisteredInSubNet'))
    expect(register('//R1')).toBe('ok')
    expect(register('//R2')).toBe('ok')
    expect(register('//R3')).toBe(failure('TooManyRegistrationsThisInterval'))
    at.chain.blocks(100 - at.chain.number)
    expect(register('//R3')).toBe('ok')
  })

  it('is one in a block', () => {
    const nonce = at.chain.nonce('//Bob')
    const make = (uri: string, offset: number) =>
      at.chain.sign('//Bob', at.chain.call('subtensorModule', 'rootRegister', at.account(uri)), { nonce: nonce + offset })
    expect(at.chain.block(make('//R1', 0), make('//R2', 1)).map(({ result }) => result)).toEqual([
      'ok',
      failure('TooManyRegistrationsThisBlock'),
    ])
  })

  it('takes the place of the one with the least stake when root is full', () => {
    hyperparameters.MaxAllowedUids.set(at.chain.storage, 0, 1)
    expect(register('//R1')).toBe('ok')
    expect(register('//P')).toBe(failure('StakeTooLowForRoot'))
    at.ok('//Bob', 'addStake', at.account('//P'), 0, TAO)
    expect(register('//P')).toBe('ok')
    expect(at.query('uids', 0, at.account('//P'))).toBe(0)
    expect(at.query('uids', 0, at.account('//R1'))).toBeNull()
  })

  it('makes the owner of a new subnet a child, unless the validator declines', () => {
    expect(register('//R1')).toBe('ok')
    expect(register('//R2')).toBe('ok')
    expect(at.call('//Charlie', 'setAutoParentDelegationEnabled', at.account('//R2'), false)).toBe(failure('NonAssociatedColdKey'))
    expect(at.call('//Bob', 'setAutoParentDelegationEnabled', at.account('//C'), false)).toBe(failure('HotKeyNotRegisteredInSubNet'))
    expect(at.call('//Bob', 'setAutoParentDelegationEnabled', at.account('//R2'), false)).toBe('ok')
    at.ok('//Alice', 'registerNetwork', at.account('//Owner3'))
    const parents = at.query('parentKeys', at.account('//Owner3'), 3) as [unknown, string][]
    expect(parents.map(([proportion, who]) => [big(proportion), who])).toEqual([[ALL, address('//R1')]])
  })
})

describe('set_coldkey_auto_stake_hotkey', () => {
  const auto = (uri: string, of = netuid): string => at.call('//Bob', 'setColdkeyAutoStakeHotkey', of, at.account(uri))

  it('stakes incentive elsewhere', () => {
    expect(auto('//P')).toBe('ok')
    expect(auto('//P')).toBe(failure('SameAutoStakeHotkeyAlreadySet'))
    expect(auto('//C')).toBe('ok')
    expect(at.query('autoStakeDestinationColdkeys', at.account('//P'), netuid)).toEqual([])
    expect(at.query('autoStakeDestinationColdkeys', at.account('//C'), netuid)).toEqual([address('//Bob')])
    hyperparameters.WeightsSetRateLimit.set(at.chain.storage, netuid, 0n)
    hyperparameters.CommitRevealWeightsEnabled.set(at.chain.storage, netuid, false)
    epoch()
    const miner = neurons.Uids.get(at.chain.storage, netuid, at.account('//M')) ?? -1
    expect(at.call('//P', 'setWeights', netuid, [miner], [1], 0)).toBe('ok')
    epoch()
    expect(hotkeyAlpha(at.chain.storage, at.account('//M'), netuid)).toBe(0n)
    expect(hotkeyAlpha(at.chain.storage, at.account('//C'), netuid)).toBeGreaterThan(0n)
    const added = at.chain.events().filter(({ name }) => name === 'subtensorModule.AutoStakeAdded')
    // Of Bob's three hotkeys.
    expect(added).toHaveLength(3)
  })

  it('is checked in the order of the chain', () => {
    expect(auto('//P', 9)).toBe(failure('SubnetNotExists'))
    expect(auto('//Nobody')).toBe(failure('HotKeyNotRegisteredInSubNet'))
  })
})

describe('try_associate_hotkey', () => {
  it('gives a free hotkey to the coldkey', () => {
    expect(at.call('//Dave', 'tryAssociateHotkey', at.account('//Free'))).toBe('ok')
    expect(at.query('owner', at.account('//Free'))).toBe(address('//Dave'))
    expect(at.call('//Eve', 'tryAssociateHotkey', at.account('//Free'))).toBe('ok')
    expect(at.query('owner', at.account('//Free'))).toBe(address('//Dave'))
    expect(at.call('//Eve', 'tryAssociateHotkey', `0x6d6f646c73756274656e73720200${'00'.repeat(18)}`)).toBe(
      failure('CannotUseSystemAccount'),
    )
  })
})
