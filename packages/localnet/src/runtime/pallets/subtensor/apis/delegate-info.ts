import { U64F64 } from '../../../../consensus/fixed-point.js'
import type { Storage } from '../../../../state/storage.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { option, struct, tuple, vec } from '../../../types/compounds.js'
import { compactU16, compactU64 } from '../../../types/primitives.js'
import type { TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { hotkeyAlpha, stakeOf } from '../stake-pool.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { allNetuids } from '../subnets.js'

const delegateInfo = struct(
  'pallet_subtensor::rpc_info::delegate_info::DelegateInfo',
  {
    delegate_ss58: accountId,
    take: compactU16,
    nominators: vec(tuple(accountId, vec(tuple(compactU16, compactU64)))),
    owner_ss58: accountId,
    registrations: vec(compactU16),
    validator_permits: vec(compactU16),
    return_per_1000: compactU64,
    total_daily_return: compactU64,
  },
  [{ name: 'AccountId', ty: accountId }],
)

type DelegateInfo = TypeOf<typeof delegateInfo>
type Nominator = DelegateInfo['nominators'][number]

const blocksPerDay = U64F64.fromInt(7200)
const thousandTao = U64F64.fromInt(1_000_000_000_000n)
const u16Max = U64F64.fromInt(0xffff)

/** Who staked how much on a hotkey, by coldkey, then by subnet. */
function nominatorsOf(db: Storage, hotkey: string): Nominator[] {
  // The chain looks the pool of a subnet up by its place in the list of subnets, so those past the list's end are left out.
  const poolOf = allNetuids(db)
  const byColdkey = new Map<string, Nominator[1]>()
  for (const [, coldkey, netuid] of stake.AlphaV2.keys(db, hotkey)) {
    const pool = poolOf[netuid]
    if (pool === undefined) continue
    const stakes = byColdkey.get(coldkey) ?? []
    stakes.push([netuid, stakeOf(db, { hotkey, coldkey, netuid: pool })])
    byColdkey.set(coldkey, stakes)
  }
  const nominators = [...byColdkey].sort(([a], [b]) => (a < b ? -1 : 1))
  return nominators.map(([coldkey, stakes]): Nominator => [coldkey, stakes.sort(([a], [b]) => a - b)])
}

/** What a neuron's last emission comes to in a day, U64F64 bits. */
function dailyEmission(db: Storage, netuid: number, uid: number): bigint {
  const tempo = hyperparameters.Tempo.get(db, netuid)
  if (tempo === 0) return 0n
  const epochs = U64F64.safeDiv(blocksPerDay, U64F64.fromInt(tempo))
  return U64F64.mul(U64F64.fromInt(neurons.Emission.get(db, netuid)[uid] ?? 0n), epochs)
}

/** What 1,000 TAO of root stake get of that, after the take, U64F64 bits. */
function returnPer1000(take: number, rootStake: bigint, daily: bigint): bigint {
  if (rootStake === 0n) return 0n
  const rest = U64F64.sub(U64F64.fromInt(1), U64F64.safeDiv(U64F64.fromInt(take), u16Max))
  return U64F64.safeDiv(U64F64.mul(daily, rest), U64F64.safeDiv(U64F64.fromInt(rootStake), thousandTao))
}

function readDelegate(db: Storage, hotkey: string, nominators: Nominator[]): DelegateInfo {
  const registrations = neurons.IsNetworkMember.keys(db, hotkey)
    .map(([, netuid]) => netuid)
    .filter((netuid) => neurons.IsNetworkMember.get(db, hotkey, netuid))
  const seats = registrations.flatMap((netuid) => {
    const uid = neurons.Uids.get(db, netuid, hotkey)
    return uid === undefined ? [] : [{ netuid, uid }]
  })
  const take = stake.Delegates.get(db, hotkey)
  const daily = seats.reduce((sum, { netuid, uid }) => U64F64.add(sum, dailyEmission(db, netuid, uid)), 0n)
  return {
    delegate_ss58: hotkey,
    take,
    nominators,
    owner_ss58: stake.Owner.get(db, hotkey),
    registrations,
    validator_permits: seats.filter(({ netuid, uid }) => neurons.ValidatorPermit.get(db, netuid)[uid]).map(({ netuid }) => netuid),
    return_per_1000: U64F64.toU64(returnPer1000(take, hotkeyAlpha(db, hotkey, 0), daily)),
    total_daily_return: U64F64.toU64(daily),
  }
}

const allDelegates = (db: Storage): string[] => stake.Delegates.keys(db).map(([hotkey]) => hotkey)

/** Hotkeys that take stake of others. Source: subtensor `rpc_info/delegate_info.rs`, spec 424. */
export const delegateInfoApi: RuntimeApi = {
  name: 'DelegateInfoRuntimeApi',
  version: 1,
  methods: {
    get_delegates: apiMethod({}, vec(delegateInfo), ({ db }) =>
      allDelegates(db).map((hotkey) => readDelegate(db, hotkey, nominatorsOf(db, hotkey))),
    ),
    get_delegate: apiMethod({ delegate_account: accountId }, option(delegateInfo), ({ db }, { delegate_account: hotkey }) =>
      stake.Delegates.has(db, hotkey) ? readDelegate(db, hotkey, nominatorsOf(db, hotkey)) : undefined,
    ),
    get_delegated: apiMethod(
      { delegatee_account: accountId },
      vec(tuple(delegateInfo, tuple(compactU16, compactU64))),
      ({ db }, { delegatee_account: coldkey }) =>
        allDelegates(db).flatMap((hotkey) =>
          stake.AlphaV2.keys(db, hotkey, coldkey).map(([, , netuid]): [DelegateInfo, [number, bigint]] => [
            readDelegate(db, hotkey, []),
            [netuid, stakeOf(db, { hotkey, coldkey, netuid })],
          ]),
        ),
    ),
  },
}
