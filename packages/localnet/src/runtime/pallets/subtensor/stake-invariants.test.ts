import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { StakeChain, TAO } from '../../../../test/runtime/stake-chain.js'
import type { RuntimeContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import { signedOrigin } from '../../framework/origin.js'
import { alphaAssets } from '../alpha-assets/alpha-assets.js'
import { balances, freeBalance } from '../balances/accounts.js'
import { system } from '../system/storage.js'
import { addStake, addStakeLimit } from './calls/add-stake.js'
import { addStakeBurn, burnAlpha, recycleAlpha } from './calls/burn-alpha.js'
import { claimRoot } from './calls/claim-root.js'
import { moveStake, swapStake, swapStakeLimit, transferStake } from './calls/move-stake.js'
import { removeStake, removeStakeLimit } from './calls/remove-stake.js'
import { swapHotkeyV2 } from './calls/swap-hotkey.js'
import { unstakeAll, unstakeAllAlpha } from './calls/unstake-all.js'
import { stakeOf } from './stake-pool.js'
import { pools, stake } from './storage/stake.js'
import { burnAccount, subnetAccount } from './subnet-account.js'
import { allNetuids } from './subnets.js'

let at: StakeChain
const hotkeys: string[] = []
const coldkeys: string[] = []
beforeAll(async () => {
  at = await StakeChain.create({ subnets: 2 })
  hotkeys.push(...['//Owner2', '//Owner3', '//V'].map((uri) => at.account(uri)))
  coldkeys.push(...['//Alice', '//Bob', '//Charlie'].map((uri) => at.account(uri)))
  at.ok('//Bob', 'burnedRegister', 2, at.account('//V'))
  // Root dividends that wait to be claimed.
  at.ok('//Bob', 'addStake', at.account('//V'), 0, 500n * TAO)
  stake.RootClaimable.set(at.chain.storage, at.account('//V'), [[2, { bits: 1n << 24n }]])
  pools.SubnetAlphaOut.set(at.chain.storage, 2, pools.SubnetAlphaOut.get(at.chain.storage, 2) + 10n * TAO)
  at.save()
}, 60_000)

const context = (): RuntimeContext => {
  const { storage } = at.chain
  // These calls read no options and carry no other call.
  return { db: storage, block: at.chain.context(at.chain.number + 1), emit: () => {} } as unknown as RuntimeContext
}

const step = fc.record({
  call: fc.nat(14),
  hotkey: fc.nat(2),
  other: fc.nat(2),
  coldkey: fc.nat(2),
  netuid: fc.constantFrom(0, 2, 3),
  destination: fc.constantFrom(0, 2, 3),
  amount: fc.oneof(fc.bigInt({ min: 1n, max: 5_000_000n }), fc.bigInt({ min: 1n, max: 2000n * TAO }), fc.constant(2n ** 64n - 1n)),
  price: fc.bigInt({ min: 1n, max: 4n * TAO }),
  partial: fc.boolean(),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The number of the call that claims root dividends. */
const CLAIM = 13

/** Does a step as the dispatch of a call does; whether it worked. */
function take(wanted: Step): boolean {
  const { netuid, destination, amount, price, partial } = wanted
  const [hotkey, other] = [hotkeys[wanted.hotkey] ?? '', hotkeys[wanted.other] ?? '']
  const runtime = context()
  const origin = signedOrigin(coldkeys[wanted.coldkey] ?? '')
  const limit = { limit_price: price, allow_partial: partial }
  const move = { origin_netuid: netuid, destination_netuid: destination, alpha_amount: amount }
  const calls = [
    () => addStake.run(runtime, origin, { hotkey, netuid, amount_staked: amount }),
    () => addStakeLimit.run(runtime, origin, { hotkey, netuid, amount_staked: amount, ...limit }),
    () => removeStake.run(runtime, origin, { hotkey, netuid, amount_unstaked: amount }),
    () => removeStakeLimit.run(runtime, origin, { hotkey, netuid, amount_unstaked: amount, ...limit }),
    () => unstakeAll.run(runtime, origin, { hotkey }),
    () => unstakeAllAlpha.run(runtime, origin, { hotkey }),
    () => moveStake.run(runtime, origin, { origin_hotkey: hotkey, destination_hotkey: other, ...move }),
    () => transferStake.run(runtime, origin, { destination_coldkey: coldkeys[wanted.other] ?? '', hotkey, ...move }),
    () => swapStake.run(runtime, origin, { hotkey, ...move }),
    () => swapStakeLimit.run(runtime, origin, { hotkey, ...move, ...limit }),
    () => burnAlpha.run(runtime, origin, { hotkey, amount, netuid }),
    () => recycleAlpha.run(runtime, origin, { hotkey, amount, netuid }),
    () => addStakeBurn.run(runtime, origin, { hotkey, netuid, amount, limit: partial ? price : undefined }),
    () => claimRoot.run(runtime, origin, { subnets: [2, 3] }),
    () => swapHotkeyV2.run(runtime, origin, { hotkey, new_hotkey: other, netuid: undefined, keep_stake: partial }),
  ]
  try {
    at.chain.storage.transactional(() => calls[wanted.call]?.())
    return true
  } catch (error) {
    if (error instanceof DispatchFailure) return false
    throw error
  }
}

/** What no call changes, whatever it moves. */
function constants(): bigint[] {
  const db = at.chain.storage
  const accounts = system.Account.keys(db).reduce((sum, [who]) => sum + freeBalance(db, who), 0n)
  const pooled = allNetuids(db).reduce((sum, netuid) => sum + freeBalance(db, subnetAccount(netuid)), 0n)
  return [
    // All TAO is in accounts, and both pallets agree on how much there is.
    accounts - balances.TotalIssuance.get(db),
    pools.TotalIssuance.get(db) - balances.TotalIssuance.get(db),
    // Staked TAO is in the subnets' accounts, but for burned fees.
    pooled + freeBalance(db, burnAccount) - pools.TotalStake.get(db),
    // On root it is one for one.
    pools.SubnetTAO.get(db, 0) - stakedOn(0),
    pools.SubnetAlphaOut.get(db, 0) - stakedOn(0),
    // Alpha moves between pool and stakers, or is recycled.
    ...[2, 3].map((of) => pools.SubnetAlphaIn.get(db, of) + pools.SubnetAlphaOut.get(db, of) + alphaAssets.AlphaRecycled.get(db, of)),
  ]
}

function stakedOn(netuid: number): bigint {
  const db = at.chain.storage
  return stake.TotalHotkeyAlpha.keys(db)
    .filter(([, of]) => of === netuid)
    .reduce((sum, [hotkey]) => sum + stake.TotalHotkeyAlpha.get(db, hotkey, netuid), 0n)
}

/** Outstanding alpha that is neither staked nor burned: what root can claim, and nothing but a claim changes it. */
const unclaimed = (): bigint[] =>
  [2, 3].map((of) => {
    const db = at.chain.storage
    return pools.SubnetAlphaOut.get(db, of) - stakedOn(of) - alphaAssets.AlphaBurned.get(db, of)
  })

/** What all stakers of a hotkey have is what the hotkey has, to a rao for each. */
function sharesAddUp(): void {
  const db = at.chain.storage
  const known = [...new Set(stake.AlphaV2.keys(db).map(([hotkey, , netuid]) => `${hotkey}/${netuid}`))]
  for (const entry of known) {
    const [hotkey = '', of = ''] = entry.split('/')
    const netuid = Number(of)
    const owners = stake.AlphaV2.keys(db, hotkey).filter(([, , on]) => on === netuid)
    const sum = owners.reduce((all, [, coldkey]) => all + stakeOf(db, { hotkey, coldkey, netuid }), 0n)
    const total = stake.TotalHotkeyAlpha.get(db, hotkey, netuid)
    // Stakes that came and went leave a digit or two of rounding.
    expect(sum - total <= BigInt(owners.length) && total - sum <= 2n * BigInt(owners.length) + 2n).toBe(true)
  }
}

it('stake calls conserve TAO, alpha and shares, whatever their order', () => {
  let worked = 0
  let tried = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 12 }), (steps) => {
      at.restore()
      const before = constants()
      for (const wanted of steps) {
        const waiting = unclaimed()
        tried += 1
        if (take(wanted)) worked += 1
        expect(constants()).toEqual(before)
        if (wanted.call === CLAIM) expect(unclaimed().every((left, i) => left <= (waiting[i] ?? 0n))).toBe(true)
        else expect(unclaimed()).toEqual(waiting)
      }
      sharesAddUp()
    }),
    { numRuns: 40 },
  )
  // Without calls that work there is nothing to conserve.
  expect(worked / tried).toBeGreaterThan(0.2)
}, 60_000)

it('blocks conserve TAO, and give out no alpha that is not outstanding', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 3, maxLength: 6 }), (steps) => {
      at.restore()
      for (const wanted of steps) take(wanted)
      const [accounts, issuance] = constants()
      at.chain.blocks(6)
      expect(constants().slice(0, 2)).toEqual([accounts, issuance])
      for (const left of unclaimed()) expect(left).toBeGreaterThanOrEqual(0n)
    }),
    { numRuns: 10 },
  )
}, 60_000)
