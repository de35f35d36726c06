import type { Chain } from '../../../block/chain.js'
import { call, type Methods } from '../../method.js'
import { chainName, chainProperties } from '../chain-identity.js'

/** `chainSpec_v1_*`: which chain this is. */
export function chainSpecMethods(chain: Chain): Methods {
  return {
    chainSpec_v1_chainName: call(() => chainName),
    chainSpec_v1_genesisHash: call(() => chain.genesis.hash),
    chainSpec_v1_properties: call(() => chainProperties),
  }
}
