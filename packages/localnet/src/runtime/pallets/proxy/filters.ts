import type { RuntimeCall } from '../../framework/call.js'
import type { ProxyType } from './types.js'

/** Small transfers are below this, in rao and in alpha's smallest unit alike. */
export const smallTransferLimit = 500_000_000n

/** What a proxy of one type may call. Names are `Pallet.call`, or `Pallet.*` for all of a pallet. */
export type ProxyFilter =
  | { readonly mode: 'all' | 'none' }
  | { readonly mode: 'allow'; readonly calls: readonly string[]; readonly except?: readonly string[] }
  | { readonly mode: 'deny'; readonly calls: readonly string[] }
  /** Where the named argument is below {@link smallTransferLimit}. */
  | { readonly mode: 'allowBelow'; readonly calls: Readonly<Record<string, string>> }
  /** Where the argument `call` is a call of the given name. */
  | { readonly mode: 'allowNested'; readonly calls: Readonly<Record<string, string>> }

const subtensor = (...names: string[]): string[] => names.map((name) => `SubtensorModule.${name}`)
const adminUtils = (...names: string[]): string[] => names.map((name) => `AdminUtils.sudo_set_${name}`)

const coldkeySwaps = subtensor('announce_coldkey_swap', 'swap_coldkey_announced', 'clear_coldkey_swap_announcement', 'dispute_coldkey_swap')
const oldColdkeySwaps = subtensor('schedule_swap_coldkey', 'swap_coldkey')
const none: ProxyFilter = { mode: 'none' }

/** Source: `define_proxy_filters!` in subtensor's `runtime/src/lib.rs`, spec 425. */
export const proxyFilters: Readonly<Record<ProxyType['type'], ProxyFilter>> = {
  Any: { mode: 'all' },
  Owner: {
    mode: 'allow',
    calls: ['AdminUtils.*', ...subtensor('set_subnet_identity', 'update_symbol')],
    except: adminUtils('sn_owner_hotkey', 'subnet_owner_hotkey'),
  },
  NonCritical: { mode: 'deny', calls: ['Sudo.*', ...subtensor('dissolve_network', 'root_register', 'burned_register'), ...coldkeySwaps] },
  NonTransfer: { mode: 'deny', calls: ['Balances.*', ...subtensor('transfer_stake'), ...oldColdkeySwaps, ...coldkeySwaps] },
  Senate: none,
  NonFungible: {
    mode: 'deny',
    calls: [
      'Balances.*',
      ...subtensor('add_stake', 'add_stake_limit', 'remove_stake', 'remove_stake_limit', 'remove_stake_full_limit', 'unstake_all'),
      ...subtensor('unstake_all_alpha', 'swap_stake', 'swap_stake_limit', 'move_stake', 'transfer_stake', 'burned_register'),
      ...subtensor('root_register', 'swap_hotkey', 'swap_hotkey_v2'),
      ...oldColdkeySwaps,
      ...coldkeySwaps,
    ],
  },
  Triumvirate: none,
  Governance: none,
  Staking: {
    mode: 'allow',
    calls: [
      ...subtensor('add_stake', 'remove_stake', 'unstake_all', 'unstake_all_alpha', 'swap_stake', 'swap_stake_limit', 'move_stake'),
      ...subtensor('add_stake_limit', 'remove_stake_limit', 'remove_stake_full_limit', 'set_root_claim_type'),
    ],
  },
  Registration: { mode: 'allow', calls: subtensor('burned_register', 'register', 'register_limit') },
  Transfer: {
    mode: 'allow',
    calls: ['Balances.transfer_keep_alive', 'Balances.transfer_allow_death', 'Balances.transfer_all', ...subtensor('transfer_stake')],
  },
  SmallTransfer: {
    mode: 'allowBelow',
    calls: {
      'Balances.transfer_keep_alive': 'value',
      'Balances.transfer_allow_death': 'value',
      'SubtensorModule.transfer_stake': 'alpha_amount',
    },
  },
  RootWeights: none,
  ChildKeys: { mode: 'allow', calls: subtensor('set_children', 'set_childkey_take') },
  SudoUncheckedSetCode: { mode: 'allowNested', calls: { 'Sudo.sudo_unchecked_weight': 'System.set_code' } },
  SwapHotkey: { mode: 'allow', calls: subtensor('swap_hotkey', 'swap_hotkey_v2') },
  SubnetLeaseBeneficiary: {
    mode: 'allow',
    calls: [
      ...subtensor('start_call'),
      ...adminUtils('serving_rate_limit', 'min_difficulty', 'max_difficulty', 'weights_version_key', 'adjustment_alpha'),
      ...adminUtils('immunity_period', 'min_allowed_weights', 'kappa', 'rho', 'activity_cutoff', 'network_registration_allowed'),
      ...adminUtils('network_pow_registration_allowed', 'max_burn', 'bonds_moving_average', 'bonds_penalty'),
      ...adminUtils('commit_reveal_weights_enabled', 'liquid_alpha_enabled', 'alpha_values', 'commit_reveal_weights_interval'),
      ...adminUtils('toggle_transfer', 'subnet_emission_enabled', 'min_childkey_take_per_subnet'),
    ],
  },
  RootClaim: { mode: 'allow', calls: subtensor('claim_root') },
}

const isListed = (names: readonly string[], call: RuntimeCall): boolean =>
  names.includes(`${call.type}.${call.value.type}`) || names.includes(`${call.type}.*`)

/** Whether a proxy of a type may make a call. */
export function proxyMayCall(type: ProxyType, call: RuntimeCall): boolean {
  const filter = proxyFilters[type.type]
  const args = call.value.value
  switch (filter.mode) {
    case 'all':
      return true
    case 'none':
      return false
    case 'allow':
      return isListed(filter.calls, call) && !isListed(filter.except ?? [], call)
    case 'deny':
      return !isListed(filter.calls, call)
    case 'allowBelow': {
      const argument = filter.calls[`${call.type}.${call.value.type}`]
      return argument !== undefined && (args[argument] as bigint) < smallTransferLimit
    }
    case 'allowNested': {
      const wanted = filter.calls[`${call.type}.${call.value.type}`]
      const nested = args.call as RuntimeCall | undefined
      return wanted !== undefined && nested !== undefined && wanted === `${nested.type}.${nested.value.type}`
    }
  }
}

/** Whether a type allows at least all that another one does, as far as the chain knows. */
export function isSuperset({ type }: ProxyType, { type: other }: ProxyType): boolean {
  if (type === other || type === 'Any') return true
  if (other === 'Any') return false
  if (type === 'NonTransfer') return other !== 'Transfer' && other !== 'SmallTransfer'
  return type === 'Transfer' && other === 'SmallTransfer'
}
