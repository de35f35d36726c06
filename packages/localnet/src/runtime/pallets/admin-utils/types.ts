import { enumeration, fixedHex, newtype } from '../../types/compounds.js'

/** Most authorities of block production. */
export const MAX_AUTHORITIES = 32

export const auraId = newtype('sp_consensus_aura::sr25519::app_sr25519::Public', fixedHex(32))
export const grandpaId = newtype('sp_consensus_grandpa::app::Public', fixedHex(32))

/** The precompiles of the EVM that can be switched off. */
export const precompile = enumeration('pallet_admin_utils::pallet::PrecompileEnum', {
  BalanceTransfer: [0],
  Staking: [1],
  Subnet: [2],
  Metagraph: [3],
  Neuron: [4],
  UidLookup: [5],
  Alpha: [6],
  Crowdloan: [7],
  Proxy: [8],
  Leasing: [9],
  AddressMapping: [10],
  VotingPower: [11],
})
