import { HALF_WEIGHT } from '../../../coinbase/balancer.js'
import { DEFAULT_FEE_RATE } from '../../../coinbase/pool-swap.js'
import { defineErrors } from '../../framework/dispatch-failure.js'
import { constant, definePallet } from '../../framework/pallet.js'
import { defineStorage, identity, map, twox64 } from '../../framework/storage-item.js'
import { boundedBytes, newtype, struct } from '../../types/compounds.js'
import { alphaBalance, bool, netUid, u16, u64 } from '../../types/primitives.js'
import { palletId, perquintill } from '../../types/well-known.js'
import { swapEventSpecs } from './events.js'
import { refusedSwap } from './refused-calls.js'

/** What TAO weighs in a pool; alpha weighs the rest. */
const balancer = struct('pallet_subtensor_swap::pallet::balancer::Balancer', { quote: perquintill })

/** The pools' own settings. */
export const swap = defineStorage('Swap', {
  /** Of 65535. */
  FeeRate: map([twox64(netUid)], u16, DEFAULT_FEE_RATE),
  /** A half each is the constant product. TAO that is emitted into a pool shifts the weights. */
  SwapBalancer: map([twox64(netUid)], balancer, { quote: HALF_WEIGHT }),
  PalSwapInitialized: map([twox64(netUid)], bool, false),
  HasMigrationRun: map([identity(boundedBytes(128))], bool, false),
  ScrapReservoirAlpha: map([twox64(netUid)], alphaBalance, 0n),
})

export const swapErrors = defineErrors(28, [
  'FeeRateTooHigh',
  'InsufficientInputAmount',
  'InsufficientLiquidity',
  'PriceLimitExceeded',
  'InsufficientBalance',
  'InvalidTickRange',
  'InvalidLiquidityValue',
  'ReservesTooLow',
  'MechanismDoesNotExist',
  'SubtokenDisabled',
  'ReservesOutOfBalance',
  'SwapInputTooLarge',
  'Deprecated',
])

export const swapPallet = definePallet({
  name: 'Swap',
  index: 28,
  path: 'pallet_subtensor_swap::pallet::pallet',
  storage: swap,
  calls: refusedSwap,
  events: swapEventSpecs,
  errors: swapErrors.names,
  deprecated: { calls: { modify_position: 'no liquidity of users', disable_lp: 'no liquidity of users' } },
  constants: {
    ProtocolId: constant(palletId, '0x74656e2f73776170'),
    MaxFeeRate: constant(u16, 10_000),
    MinimumLiquidity: constant(u64, 1000n),
    MinimumReserve: constant(newtype('NonZeroU64', u64), 1_000_000n),
  },
})
