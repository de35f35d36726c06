import { describe, expect, it } from 'vitest'
import type { RuntimeCall } from '../../framework/call.js'
import { isSuperset, proxyMayCall } from './filters.js'
import type { ProxyType } from './types.js'

const call = (name: string, args: Record<string, unknown> = {}): RuntimeCall => {
  const [type = '', inner = ''] = name.split('.')
  return { type, value: { type: inner, value: args } }
}
const type = (name: ProxyType['type']): ProxyType => ({ type: name, value: undefined })

const remark = call('System.remark')
const pay = call('Balances.transfer_keep_alive', { value: 500_000_000n })
const paySmall = call('Balances.transfer_allow_death', { value: 499_999_999n })
const payAll = call('Balances.transfer_all')
const transferStake = call('SubtensorModule.transfer_stake', { alpha_amount: 1n })
const stake = call('SubtensorModule.add_stake')
const register = call('SubtensorModule.burned_register')
const sudo = call('Sudo.sudo', { call: remark })
const hyperparameter = call('AdminUtils.sudo_set_kappa')
const ownerHotkey = call('AdminUtils.sudo_set_sn_owner_hotkey')
const swapHotkey = call('SubtensorModule.swap_hotkey_v2')
const setCode = call('Sudo.sudo_unchecked_weight', { call: call('System.set_code') })
const swapColdkey = call('SubtensorModule.announce_coldkey_swap')

describe('what proxies may call', () => {
  it.each<[ProxyType['type'], allowed: RuntimeCall[], refused: RuntimeCall[]]>([
    ['Any', [remark, pay, sudo, swapColdkey], []],
    ['NonTransfer', [remark, stake, register, sudo], [pay, payAll, transferStake, swapColdkey]],
    ['NonFungible', [remark, hyperparameter], [pay, stake, register, swapHotkey, swapColdkey]],
    ['NonCritical', [pay, stake, swapHotkey], [register, sudo, setCode, swapColdkey]],
    ['Transfer', [pay, payAll, transferStake], [remark, stake]],
    ['SmallTransfer', [paySmall, transferStake], [pay, payAll, remark]],
    ['Owner', [hyperparameter, call('SubtensorModule.update_symbol')], [ownerHotkey, pay, stake]],
    ['Staking', [stake, call('SubtensorModule.set_root_claim_type')], [pay, register, transferStake]],
    ['Registration', [register, call('SubtensorModule.register_limit')], [stake]],
    ['ChildKeys', [call('SubtensorModule.set_children')], [stake]],
    ['SudoUncheckedSetCode', [setCode], [sudo, call('Sudo.sudo_unchecked_weight', { call: remark }), remark]],
    ['SwapHotkey', [swapHotkey], [swapColdkey]],
    ['SubnetLeaseBeneficiary', [hyperparameter, call('SubtensorModule.start_call')], [ownerHotkey, stake]],
    ['RootClaim', [call('SubtensorModule.claim_root')], [stake]],
    ['Senate', [], [remark, pay]],
    ['Triumvirate', [], [remark]],
    ['Governance', [], [remark]],
    ['RootWeights', [], [remark]],
  ])('%s', (name, allowed, refused) => {
    for (const one of allowed) expect(proxyMayCall(type(name), one), one.value.type).toBe(true)
    for (const one of refused) expect(proxyMayCall(type(name), one), one.value.type).toBe(false)
  })

  it.each<[ProxyType['type'], ProxyType['type'], boolean]>([
    ['Any', 'Staking', true],
    ['Staking', 'Any', false],
    ['Staking', 'Staking', true],
    ['NonTransfer', 'Staking', true],
    ['NonTransfer', 'Transfer', false],
    ['NonTransfer', 'SmallTransfer', false],
    ['Transfer', 'SmallTransfer', true],
    ['SmallTransfer', 'Transfer', false],
    ['Staking', 'ChildKeys', false],
  ])('%s over %s: %s', (one, other, expected) => {
    expect(isSuperset(type(one), type(other))).toBe(expected)
  })
})
