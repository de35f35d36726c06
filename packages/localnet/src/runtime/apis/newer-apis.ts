import { apiMethod, type RuntimeApi } from '../framework/runtime-api.js'
import { tuple, vec } from '../types/compounds.js'
import { taoBalance, u64 } from '../types/primitives.js'
import { accountId } from '../types/well-known.js'

/**
 * What spec 424 has not yet and `btcli wallet balance` of bittensor 11.3.0 does not go without: a coldkey's shares in the
 * baskets of validators, and what they would pay, in rao. Before there are baskets nobody has any.
 */
export const newerApis: readonly RuntimeApi[] = [
  {
    name: 'BetaBasketRuntimeApi',
    version: 1,
    methods: {
      get_root_basket_positions: apiMethod({ coldkey: accountId }, vec(tuple(accountId, u64, taoBalance)), () => []),
      get_root_basket_owed: apiMethod({ coldkey: accountId }, taoBalance, () => 0n),
    },
  },
]
