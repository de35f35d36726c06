import { Binary } from '@polkadot-api/substrate-bindings'
import { blake2b256 } from '@tensorkit/core/crypto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failure, StakeChain, TAO } from '../../../../../test/runtime/stake-chain.js'
import { eventData } from '../../../../../test/runtime/test-chain.js'
import { hotkeyAlpha, stakeOf } from '../stake-pool.js'
import { children } from '../storage/children.js'
import { keySwaps } from '../storage/key-swaps.js'
import { limits } from '../storage/limits.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'

const netuid = 2
const ALL = 2n ** 64n - 1n

let at: StakeChain
beforeAll(async () => {
  at = await StakeChain.create({ subnets: 2 })
  for (const uri of ['//Old', '//Other']) at.ok('//Bob', 'burnedRegister', netuid, at.account(uri))
  at.ok('//Bob', 'burnedRegister', 3, at.account('//Old'))
  at.ok('//Bob', 'addStake', at.account('//Old'), netuid, 50n * TAO)
  at.ok('//Charlie', 'addStake', at.account('//Old'), netuid, 30n * TAO)
  at.ok('//Charlie', 'addStake', at.account('//Old'), 0, 20n * TAO)
  at.ok('//Old', 'serveAxon', netuid, 1, 0x01020304, 8091, 4, 4, 0, 0)
  at.save()
}, 60_000)
beforeEach(() => at.restore())

const address = (uri: string): string => at.chain.keyring.encodeAddress(at.account(uri), 42)
const staked = (hotkey: string, coldkey: string, of: number): bigint =>
  stakeOf(at.chain.storage, { hotkey: at.account(hotkey), coldkey: at.account(coldkey), netuid: of })
const issued = (): bigint => at.number('totalIssuance')

describe('swap_hotkey', () => {
  const swap = (to = '//New', of: number | null = null, by = '//Bob'): string =>
    at.call(by, 'swapHotkey', at.account('//Old'), at.account(to), of)

  it('moves neurons, stake, children and servers everywhere, for a tenth of a TAO', () => {
    const { storage } = at.chain
    stake.ChildKeys.set(storage, at.account('//Old'), netuid, [[ALL, at.account('//Other')]])
    stake.ParentKeys.set(storage, at.account('//Other'), netuid, [[ALL, at.account('//Old')]])
    children.ChildkeyTake.set(storage, at.account('//Old'), netuid, 7)
    const before = {
      bob: staked('//Old', '//Bob', netuid),
      charlie: staked('//Old', '//Charlie', netuid),
      uid: at.query('uids', netuid, at.account('//Old')),
    }
    const data = at.event<unknown>('HotkeySwapped', '//Bob', 'swapHotkey', at.account('//Old'), at.account('//New'), null)
    expect(Object.values(data as object)).toEqual([address('//Bob'), address('//Old'), address('//New')])
    expect([staked('//New', '//Bob', netuid), staked('//New', '//Charlie', netuid)]).toEqual([before.bob, before.charlie])
    expect(staked('//New', '//Charlie', 0)).toBe(20n * TAO)
    expect(hotkeyAlpha(storage, at.account('//Old'), netuid)).toBe(0n)
    for (const of of [netuid, 3]) {
      expect(neurons.Uids.has(storage, of, at.account('//Old'))).toBe(false)
      expect(neurons.Uids.has(storage, of, at.account('//New'))).toBe(true)
    }
    expect(at.query('uids', netuid, at.account('//New'))).toBe(before.uid)
    expect(at.query('keys', netuid, before.uid)).toBe(address('//New'))
    expect(at.query('axons', netuid, at.account('//New'))).toMatchObject({ port: 8091 })
    expect(at.query('axons', netuid, at.account('//Old'))).toBeNull()
    expect(at.query('owner', at.account('//New'))).toBe(address('//Bob'))
    expect(stake.Owner.has(storage, at.account('//Old'))).toBe(false)
    expect(at.query('childkeyTake', at.account('//New'), netuid)).toBe(7)
    expect(stake.ChildKeys.get(storage, at.account('//New'), netuid)).toEqual([[ALL, at.account('//Other')]])
    expect(stake.ParentKeys.get(storage, at.account('//Other'), netuid)).toEqual([[ALL, at.account('//New')]])
    expect(at.query('stakingHotkeys', at.account('//Charlie'))).toEqual([address('//New')])
  })

  it('recycles its price', () => {
    // The block makes TAO and unmakes it again: the emission is off.
    at.chain.block()
    const before = issued()
    expect(swap()).toBe('ok')
    expect(before - issued()).toBeGreaterThanOrEqual(100_000_000n)
    expect(before - issued()).toBeLessThan(200_000_000n)
  })

  it('is checked in the order of the chain', () => {
    expect(swap('//New', null, '//Charlie')).toBe(failure('NonAssociatedColdKey'))
    at.ok('//Charlie', 'tryAssociateHotkey', at.account('//Taken'))
    expect(swap('//Taken')).toBe(failure('NonAssociatedColdKey'))
    expect(swap('//Old')).toBe(failure('NewHotKeyIsSameWithOld'))
    expect(swap('//Other')).toBe(failure('HotKeyAlreadyRegisteredInSubNet'))
    expect(swap('//Other', netuid)).toBe(failure('HotKeyAlreadyRegisteredInSubNet'))
    at.ok('//Bob', 'tryAssociateHotkey', at.account('//Rooted'))
    at.ok('//Bob', 'addStake', at.account('//Rooted'), 0, TAO)
    expect(swap('//Rooted')).toBe(failure('NewHotKeyNotCleanForRootSwap'))
    expect(swap('//Rooted', netuid)).toBe(failure('HotKeySwapOnSubnetIntervalNotPassed'))
    expect(swap('//New')).toBe('ok')
    expect(at.call('//Bob', 'swapHotkey', at.account('//New'), at.account('//New2'), null)).toBe(failure('HotKeySetTxRateLimitExceeded'))
    limits.TxRateLimit.set(at.chain.storage, 0n)
    expect(at.call('//Bob', 'swapHotkey', at.account('//New'), at.account('//New2'), null)).toBe(
      failure('HotKeySwapOnSubnetIntervalNotPassed'),
    )
  })

  it('needs its price', () => {
    at.ok('//Eve', 'tryAssociateHotkey', at.account('//E'))
    const free = at.free(at.account('//Eve'))
    expect(at.chain.submit('//Eve', 'balances', 'transferKeepAlive', at.account('//Bob'), free - 50_000_000n).result).toBe('ok')
    expect(at.call('//Eve', 'swapHotkey', at.account('//E'), at.account('//E2'), null)).toBe(failure('NotEnoughBalanceToPaySwapHotKey'))
  })

  it('can be on one subnet, for a thousandth of a TAO, after the first day of the chain', () => {
    // A coldkey that never swapped is taken to have swapped in block 0.
    at.chain.number = 7201
    expect(swap('//New', netuid)).toBe('ok')
    expect(neurons.Uids.has(at.chain.storage, netuid, at.account('//New'))).toBe(true)
    expect(neurons.Uids.has(at.chain.storage, 3, at.account('//Old'))).toBe(true)
    expect(staked('//New', '//Charlie', netuid)).toBeGreaterThan(0n)
    expect(staked('//Old', '//Charlie', 0)).toBe(20n * TAO)
    expect(at.query('ownedHotkeys', at.account('//Bob'))).toEqual(expect.arrayContaining([address('//Old'), address('//New')]))
  })
})

describe('swap_hotkey_v2', () => {
  it('can leave the stake where it is', () => {
    const before = staked('//Old', '//Bob', netuid)
    at.ok('//Bob', 'swapHotkeyV2', at.account('//Old'), at.account('//New'), null, true)
    expect(staked('//Old', '//Bob', netuid)).toBe(before)
    expect(neurons.Uids.has(at.chain.storage, netuid, at.account('//New'))).toBe(true)
  })
})

describe('swap_coldkey', () => {
  const hashOf = (uri: string): string => Binary.toHex(blake2b256(Binary.fromHex(at.account(uri))))
  const announce = (to = '//New', by = '//Bob'): string => at.call(by, 'announceColdkeySwap', hashOf(to))
  const soon = (): void => {
    keySwaps.ColdkeySwapAnnouncementDelay.set(at.chain.storage, 3)
    keySwaps.ColdkeySwapReannouncementDelay.set(at.chain.storage, 2)
  }

  it('announced and waited for, moves all that a coldkey has', () => {
    soon()
    const before = { stake: staked('//Old', '//Bob', netuid), free: at.free(at.account('//Bob')) }
    expect(announce()).toBe('ok')
    const swap = (): string => at.call('//Bob', 'swapColdkeyAnnounced', at.account('//New'))
    expect(swap()).toBe(failure('ColdkeySwapTooEarly'))
    at.chain.blocks(2)
    expect(at.call('//Bob', 'swapColdkeyAnnounced', at.account('//Wrong'))).toBe(failure('AnnouncedColdkeyHashDoesNotMatch'))
    expect(swap()).toBe('ok')
    expect([staked('//Old', '//Bob', netuid), staked('//Old', '//New', netuid)]).toEqual([0n, before.stake])
    expect(at.query('owner', at.account('//Old'))).toBe(address('//New'))
    expect(at.query('ownedHotkeys', at.account('//Bob'))).toEqual([])
    expect(at.free(at.account('//Bob'))).toBe(0n)
    expect(at.free(at.account('//New'))).toBeGreaterThan(before.free - TAO)
  })

  it('stops all other calls of the coldkey in the pool', () => {
    expect(announce()).toBe('ok')
    expect(at.call('//Bob', 'addStake', at.account('//Old'), netuid, TAO)).toBe('Custom(0)')
    expect(at.chain.submit('//Bob', 'system', 'remark', '0x00').result).toBe('Custom(0)')
    expect(at.call('//Bob', 'disputeColdkeySwap')).toBe('ok')
    expect(at.call('//Bob', 'disputeColdkeySwap')).toBe('Custom(21)')
    expect(at.call('//Bob', 'swapColdkeyAnnounced', at.account('//New'))).toBe('Custom(21)')
    at.root('subtensorModule', 'resetColdkeySwap', at.account('//Bob'))
    expect(at.chain.submit('//Bob', 'system', 'remark', '0x00').result).toBe('ok')
  })

  it('stops the calls of its proxies in the dispatch', () => {
    expect(at.chain.submit('//Bob', 'proxy', 'addProxy', at.account('//Charlie'), 'Any', 0).result).toBe('ok')
    expect(announce()).toBe('ok')
    const inner = at.chain.call('system', 'remark', '0x00')
    const { events } = at.chain.submit('//Charlie', 'proxy', 'proxy', at.account('//Bob'), null, inner)
    const [outcome] = eventData<[{ err: { module: { index: number; error: string } } }]>(events, 'proxy.ProxyExecuted')
    expect(at.chain.moduleError(outcome.err.module)).toBe(failure('ColdkeySwapAnnounced'))
  })

  it('can be taken back and announced anew, in time', () => {
    soon()
    expect(at.call('//Bob', 'clearColdkeySwapAnnouncement')).toBe(failure('ColdkeySwapAnnouncementNotFound'))
    expect(at.call('//Bob', 'disputeColdkeySwap')).toBe(failure('ColdkeySwapAnnouncementNotFound'))
    expect(at.call('//Bob', 'swapColdkeyAnnounced', at.account('//New'))).toBe(failure('ColdkeySwapAnnouncementNotFound'))
    expect(announce()).toBe('ok')
    expect(announce('//New2')).toBe(failure('ColdkeySwapReannouncedTooEarly'))
    expect(at.call('//Bob', 'clearColdkeySwapAnnouncement')).toBe(failure('ColdkeySwapClearTooEarly'))
    at.chain.blocks(3)
    expect(announce('//New2')).toBe('ok')
    at.chain.blocks(5)
    expect(at.call('//Bob', 'clearColdkeySwapAnnouncement')).toBe('ok')
    expect(at.query('coldkeySwapAnnouncements', at.account('//Bob'))).toBeNull()
  })

  it('is refused for a coldkey that stakes, or is a hotkey', () => {
    const swap = (to: string): unknown => at.asRoot('subtensorModule', 'swapColdkey', at.account('//Bob'), at.account(to), 0)
    const module = (name: string) => ({ err: { module: { index: 7, error: `0x${name}000000` } } })
    expect(swap('//Charlie')).toEqual(module('3a'))
    expect(swap('//Old')).toMatchObject({ err: { module: { index: 7 } } })
    expect(at.call('//Bob', 'swapColdkey', at.account('//Bob'), at.account('//New'), 0)).toBe('{"badOrigin":null}')
  })

  it('by root can have a price', () => {
    const before = staked('//Old', '//Bob', netuid)
    const free = at.free(at.account('//Bob'))
    at.root('subtensorModule', 'swapColdkey', at.account('//Bob'), at.account('//New'), TAO)
    expect(staked('//Old', '//New', netuid)).toBe(before)
    expect(at.free(at.account('//New'))).toBe(free - TAO)
    expect(at.asRoot('subtensorModule', 'swapColdkey', at.account('//Eve'), at.account('//New2'), 10n ** 18n)).toEqual({
      err: { module: { index: 7, error: '0x3b000000' } },
    })
  })

  it('moves subnets and auto-stake', () => {
    at.ok('//Bob', 'setColdkeyAutoStakeHotkey', netuid, at.account('//Other'))
    at.root('subtensorModule', 'swapColdkey', at.account('//Bob'), at.account('//New'), 0)
    expect(at.query('autoStakeDestination', at.account('//New'), netuid)).toBe(address('//Other'))
    expect(at.query('autoStakeDestinationColdkeys', at.account('//Other'), netuid)).toEqual([address('//New')])
  })

  it('scheduled, is a thing of the past', () => {
    expect(at.call('//Bob', 'scheduleSwapColdkey', at.account('//New'))).toBe(failure('Deprecated'))
  })
})

describe('set_reject_locked_alpha', () => {
  it('is a flag of the account', () => {
    at.ok('//Bob', 'setRejectLockedAlpha', false)
    expect(at.query('accountFlags', at.account('//Bob'))).toBe(1)
    at.ok('//Bob', 'setRejectLockedAlpha', true)
    expect(at.query('accountFlags', at.account('//Bob'))).toBe(0)
  })
})
