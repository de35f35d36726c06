import type { RuntimeContext } from '../../framework/context.js'
import { balances } from '../balances/accounts.js'
import { appendNeuron } from './neurons.js'
import { increaseStake } from './stake-pool.js'
import { hyperparameters } from './storage/hyperparameters.js'
import { pools, stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import { symbolOf } from './symbols.js'
import { zeroAccount } from './zero-account.js'

/**
 * Root, and the subnet 1 that every local chain begins with: nobody's, with one neuron.
 *
 * Source: subtensor's genesis, spec 425.
 */
export function subtensorGenesis({ db }: RuntimeContext): void {
  // The chain sets this at its first runtime upgrade.
  pools.TotalIssuance.set(db, balances.TotalIssuance.get(db))
  initRoot(db)
  initFirstSubnet(db)
  subnets.TotalNetworks.set(db, 2)
}

function initRoot(db: RuntimeContext['db']): void {
  subnets.NetworksAdded.set(db, 0, true)
  // The chain sets this at its first runtime upgrade.
  subnets.SubtokenEnabled.set(db, 0, true)
  subnets.SubnetOwner.set(db, 0, zeroAccount)
  subnets.SubnetOwnerHotkey.set(db, 0, zeroAccount)
  subnets.SubnetworkN.set(db, 0, 0)
  hyperparameters.MaxAllowedUids.set(db, 0, 64)
  hyperparameters.MaxAllowedValidators.set(db, 0, 64)
  hyperparameters.MinAllowedWeights.set(db, 0, 0)
  hyperparameters.Tempo.set(db, 0, 100)
  subnets.NetworkRegistrationAllowed.set(db, 0, true)
  subnets.TargetRegistrationsPerInterval.set(db, 0, 1)
  subnets.TokenSymbol.set(db, 0, symbolOf(0))
}

function initFirstSubnet(db: RuntimeContext['db']): void {
  const netuid = 1
  const alpha = 1_000_000_000n
  subnets.SubnetMechanism.set(db, netuid, 1)
  stake.Owner.set(db, zeroAccount, zeroAccount)
  pools.SubnetAlphaIn.set(db, netuid, 10_000_000_000n)
  pools.SubnetTAO.set(db, netuid, 10_000_000_000n)
  subnets.NetworksAdded.set(db, netuid, true)
  hyperparameters.MaxAllowedUids.set(db, netuid, 256)
  hyperparameters.MaxAllowedValidators.set(db, netuid, 64)
  hyperparameters.MinAllowedWeights.set(db, netuid, 0)
  hyperparameters.Tempo.set(db, netuid, 100)
  subnets.NetworkRegistrationAllowed.set(db, netuid, true)
  subnets.SubnetOwner.set(db, netuid, zeroAccount)
  subnets.SubnetLocked.set(db, netuid, 1n)
  subnets.LargestLocked.set(db, netuid, 1n)
  increaseStake(db, { hotkey: zeroAccount, coldkey: zeroAccount, netuid }, alpha)
  pools.SubnetAlphaOut.set(db, netuid, alpha)
  appendNeuron(db, netuid, zeroAccount, 0n)
  subnets.TokenSymbol.set(db, netuid, symbolOf(netuid))
}
