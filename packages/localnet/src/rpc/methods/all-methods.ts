import type { Chain } from '../../block/chain.js'
import type { Sealer } from '../../dev/sealer.js'
import { call, type Methods, refused } from '../method.js'
import { authorMethods } from './author-methods.js'
import { chainMethods } from './chain-methods.js'
import { engineMethods } from './engine-methods.js'
import { archiveMethods } from './json-rpc-v1/archive-methods.js'
import { chainHeadMethods } from './json-rpc-v1/chain-head-methods.js'
import { chainSpecMethods } from './json-rpc-v1/chain-spec-methods.js'
import { transactionMethods } from './json-rpc-v1/transaction-methods.js'
import { paymentMethods } from './payment-methods.js'
import { stateMethods } from './state-methods.js'
import { type SystemInfo, systemMethods } from './system-methods.js'
import { tensorkitMethods } from './tensorkit-methods.js'

/** Whole groups that a subtensor node serves and this one does not: every method that begins so is refused by name. */
export const refusedGroups = [
  'archive_',
  'babe_',
  'chainHead_',
  'chainSpec_',
  'childstate_',
  'contracts_',
  'delegateInfo_',
  'dev_',
  'engine_',
  'eth_',
  'debug_',
  'grandpa_',
  'mmr_',
  'net_',
  'neuronInfo_',
  'offchain_',
  'stakeInfo_',
  'subnetInfo_',
  'swap_',
  'sync_state_',
  'transaction_',
  'transactionWatch_',
  'txpool_',
  'web3_',
] as const

/** What the methods work on. */
export interface AllMethodsOptions {
  readonly chain: Chain
  readonly sealer: Sealer
  readonly info: SystemInfo
}

/** Every method by name, and `rpc_methods`, which lists what is served and nothing else. */
export function allMethods({ chain, sealer, info }: AllMethodsOptions): Methods {
  const methods: Methods = {
    ...authorMethods(chain),
    ...chainMethods(chain),
    ...paymentMethods(chain),
    ...stateMethods(chain),
    ...systemMethods(chain, info),
    ...tensorkitMethods(chain, sealer),
    ...engineMethods(chain, sealer),
    ...archiveMethods(chain),
    ...chainHeadMethods(chain),
    ...chainSpecMethods(chain),
    ...transactionMethods(chain),
  }
  const served = [...Object.keys(methods).filter((name) => methods[name] !== refused), 'rpc_methods'].sort()
  return { ...methods, rpc_methods: call(() => ({ methods: served })) }
}
