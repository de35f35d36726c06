import { TensorKitError } from '@tensorkit/core'
import { swapFee } from '../../../../coinbase/pool-swap.js'
import type { Storage } from '../../../../state/storage.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { btreeMap, option, struct, tuple, vec } from '../../../types/compounds.js'
import { u64f64 } from '../../../types/fixed.js'
import { bool, compactU16, compactU64, netUid, u64 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { swap } from '../../swap/swap.js'
import { isDynamic } from '../pool.js'
import { type StakeKey, stakeOf } from '../stake-pool.js'
import { locks } from '../storage/locks.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { allNetuids, subnetExists } from '../subnets.js'
import { lockState } from '../types.js'

const stakeInfo = struct(
  'pallet_subtensor::rpc_info::stake_info::StakeInfo',
  {
    hotkey: accountId,
    coldkey: accountId,
    netuid: compactU16,
    stake: compactU64,
    locked: compactU64,
    emission: compactU64,
    tao_emission: compactU64,
    drain: compactU64,
    is_registered: bool,
  },
  [{ name: 'AccountId', ty: accountId }],
)

const stakeAvailability = struct('pallet_subtensor::rpc_info::stake_info::StakeAvailability', {
  total: compactU64,
  locked: compactU64,
  available: compactU64,
})

type StakeInfo = TypeOf<typeof stakeInfo>
type StakeAvailability = TypeOf<typeof stakeAvailability>

const stakeInfoOf = (db: Storage, key: StakeKey): StakeInfo => ({
  ...key,
  stake: stakeOf(db, key),
  locked: 0n,
  emission: stake.AlphaDividendsPerSubnet.get(db, key.netuid, key.hotkey),
  // Dividends in TAO are gone.
  tao_emission: 0n,
  drain: 0n,
  is_registered: neurons.Uids.has(db, key.netuid, key.hotkey),
})

/** All that a coldkey has staked, by subnet, then by hotkey. */
function stakesOfColdkey(db: Storage, coldkey: string): StakeInfo[] {
  const hotkeys = stake.StakingHotkeys.get(db, coldkey)
  return allNetuids(db).flatMap((netuid) =>
    hotkeys.map((hotkey) => stakeInfoOf(db, { hotkey, coldkey, netuid })).filter((info) => info.stake > 0n),
  )
}

/** No one can lock stake on this chain; a lock written by `set_storage` has no one to compute its decay. */
function assertNoLock(hasLock: boolean): void {
  if (hasLock) throw new TensorKitError('LOCALNET_NOT_MODELLED', 'The decay of locked stake is not modelled')
}

function lockedBy(db: Storage, coldkey: string, netuid: number): bigint {
  assertNoLock(locks.Lock.keys(db, coldkey, netuid).length > 0)
  return 0n
}

function assertNoLocksOn(db: Storage, netuid: number): void {
  const perHotkey = [locks.HotkeyLock, locks.DecayingHotkeyLock].some((item) => item.keys(db, netuid).length > 0)
  assertNoLock(perHotkey || [locks.OwnerLock, locks.DecayingOwnerLock].some((item) => item.has(db, netuid)))
}

function availability(db: Storage, coldkey: string, netuid: number): StakeAvailability {
  const stakes = stake.StakingHotkeys.get(db, coldkey).map((hotkey) => stakeOf(db, { hotkey, coldkey, netuid }))
  const total = stakes.reduce((sum, one) => sum + one, 0n)
  const locked = lockedBy(db, coldkey, netuid)
  return { total, locked, available: total > locked ? total - locked : 0n }
}

/** Which subnets an answer is about; a list that asks for none, or for more than there are, gets none. */
function wantedNetuids(db: Storage, requested: readonly number[] | undefined): number[] {
  const existing = allNetuids(db)
  const wanted = requested ? [...new Set(requested)].filter((netuid) => subnetExists(db, netuid)) : existing
  const tooMany = requested !== undefined && new Set(requested).size > existing.length
  return tooMany ? [] : wanted.sort((a, b) => a - b)
}

function availabilities(db: Storage, coldkey: string, netuids: readonly number[]): [number, StakeAvailability][] {
  const rows = netuids.map((netuid): [number, StakeAvailability] => [netuid, availability(db, coldkey, netuid)])
  return rows.filter(([, { total, locked }]) => total > 0n || locked > 0n)
}

const place = option(tuple(accountId, netUid))

/** Who staked what, and what may be taken out. Source: subtensor `rpc_info/stake_info.rs`, spec 424. */
export const stakeInfoApi: RuntimeApi = {
  name: 'StakeInfoRuntimeApi',
  version: 1,
  methods: {
    get_stake_info_for_coldkey: apiMethod({ coldkey_account: accountId }, vec(stakeInfo), ({ db }, { coldkey_account: coldkey }) =>
      stakesOfColdkey(db, coldkey),
    ),
    get_stake_info_for_coldkeys: apiMethod(
      { coldkey_accounts: vec(accountId) },
      vec(tuple(accountId, vec(stakeInfo))),
      ({ db }, { coldkey_accounts: coldkeys }) => coldkeys.map((coldkey): [string, StakeInfo[]] => [coldkey, stakesOfColdkey(db, coldkey)]),
    ),
    get_stake_info_for_hotkey_coldkey_netuid: apiMethod(
      { hotkey_account: accountId, coldkey_account: accountId, netuid: netUid },
      option(stakeInfo),
      ({ db }, { hotkey_account: hotkey, coldkey_account: coldkey, netuid }) => stakeInfoOf(db, { hotkey, coldkey, netuid }),
    ),
    get_stake_availability_for_coldkeys: apiMethod(
      { coldkey_accounts: vec(accountId), netuids: option(vec(netUid)) },
      btreeMap(accountId, btreeMap(netUid, stakeAvailability)),
      ({ db }, { coldkey_accounts: coldkeys, netuids }) => {
        const wanted = wantedNetuids(db, netuids)
        return [...new Set(coldkeys)]
          .sort()
          .map((coldkey): [string, [number, StakeAvailability][]] => [coldkey, availabilities(db, coldkey, wanted)])
      },
    ),
    get_stake_fee: apiMethod(
      { origin: place, origin_coldkey_account: accountId, destination: place, destination_coldkey_account: accountId, amount: u64 },
      u64,
      ({ db }, { origin, destination, amount }) => {
        if (origin?.[0] === destination?.[0] && origin?.[1] === destination?.[1]) return 0n
        const netuid = (destination ?? origin)?.[1] ?? 0
        return isDynamic(db, netuid) ? swapFee(amount, swap.FeeRate.get(db, netuid)) : 0n
      },
    ),
    get_coldkey_lock: apiMethod({ coldkey: accountId, netuid: netUid }, option(lockState), ({ db }, { coldkey, netuid }) => {
      lockedBy(db, coldkey, netuid)
      return undefined
    }),
    get_hotkey_conviction: apiMethod({ hotkey: accountId, netuid: netUid }, u64f64, ({ db }, { netuid }) => {
      assertNoLocksOn(db, netuid)
      return { bits: 0n }
    }),
    get_most_convicted_hotkey_on_subnet: apiMethod({ netuid: netUid }, option(accountId), ({ db }, { netuid }) => {
      assertNoLocksOn(db, netuid)
      return undefined
    }),
  },
}
