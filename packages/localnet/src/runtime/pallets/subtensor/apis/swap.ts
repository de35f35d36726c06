import type { PoolSwap, PoolSwapResult } from '../../../../coinbase/pool-swap.js'
import { U64F64 } from '../../../../consensus/fixed-point.js'
import { apiMethod, type RuntimeApi } from '../../../framework/runtime-api.js'
import { struct, vec } from '../../../types/compounds.js'
import { alphaBalance, netUid, taoBalance, u64 } from '../../../types/primitives.js'
import { alphaPrice, atPrice, isDynamic, simulateBuy, simulateSell } from '../pool.js'
import { allNetuids, subnetExists } from '../subnets.js'

const subnetPrice = struct('pallet_subtensor_swap_runtime_api::SubnetPrice', { netuid: netUid, price: u64 })

const simSwapResult = struct('pallet_subtensor_swap_runtime_api::SimSwapResult', {
  tao_amount: taoBalance,
  alpha_amount: alphaBalance,
  tao_fee: taoBalance,
  alpha_fee: alphaBalance,
  tao_slippage: taoBalance,
  alpha_slippage: alphaBalance,
})

const rao = U64F64.fromInt(1_000_000_000)
const priceOf = (bits: bigint): bigint => U64F64.toU64(U64F64.mul(bits, rao))
const less = (amount: bigint, by: bigint): bigint => (amount > by ? amount - by : 0n)

const noSwap: PoolSwap = { paidIn: 0n, paidOut: 0n, fee: 0n }
/** What a simulation tells: nothing at all where the swap would fail. */
const amounts = (result: PoolSwapResult): PoolSwap => (result.ok ? result.swap : noSwap)

/** What alpha costs, in rao, and what a swap would give. Source: subtensor `runtime/src/lib.rs`, `sim_swap`, spec 424. */
export const swapApi: RuntimeApi = {
  name: 'SwapRuntimeApi',
  version: 1,
  methods: {
    current_alpha_price: apiMethod({ netuid: netUid }, u64, ({ db }, { netuid }) => priceOf(alphaPrice(db, netuid))),
    current_alpha_price_all: apiMethod({}, vec(subnetPrice), ({ db }) =>
      allNetuids(db).map((netuid) => ({ netuid, price: priceOf(alphaPrice(db, netuid)) })),
    ),
    sim_swap_tao_for_alpha: apiMethod({ netuid: netUid, tao: taoBalance }, simSwapResult, ({ db }, { netuid, tao }) => {
      // Where there is no pool and no subnet either, nothing is swapped.
      const offered = isDynamic(db, netuid) || subnetExists(db, netuid) ? tao : 0n
      const result = simulateBuy(db, offered, { netuid })
      const { paidIn, paidOut, fee } = amounts(result)
      const ideal = U64F64.toU64(U64F64.safeDiv(U64F64.fromInt(tao), alphaPrice(db, netuid)))
      const slippage = result.ok ? less(ideal, paidOut) : 0n
      return { tao_amount: paidIn, alpha_amount: paidOut, tao_fee: fee, alpha_fee: 0n, tao_slippage: 0n, alpha_slippage: slippage }
    }),
    sim_swap_alpha_for_tao: apiMethod({ netuid: netUid, alpha: alphaBalance }, simSwapResult, ({ db }, { netuid, alpha }) => {
      const offered = isDynamic(db, netuid) || subnetExists(db, netuid) ? alpha : 0n
      const result = simulateSell(db, offered, { netuid })
      const { paidIn, paidOut, fee } = amounts(result)
      const slippage = result.ok ? less(U64F64.toU64(atPrice(db, netuid, alpha)), paidOut) : 0n
      return { tao_amount: paidOut, alpha_amount: paidIn, tao_fee: 0n, alpha_fee: fee, tao_slippage: slippage, alpha_slippage: 0n }
    }),
  },
}
