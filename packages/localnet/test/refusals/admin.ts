import { hyperparameters } from '../../src/runtime/pallets/subtensor/storage/hyperparameters.js'
import { subnetAccount } from '../../src/runtime/pallets/subtensor/subnet-account.js'
import type { StakeChain } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

/** What root is refused too. */
const refused = (call: string, error: string, ...args: unknown[]): Refusal => ({ call, error, args })
const owner = (call: string, error: string, ...args: unknown[]): Refusal => ({ call, error, by: '//Alice', args })
const liquid = ({ chain }: StakeChain): void => hyperparameters.LiquidAlphaOn.set(chain.storage, 2, true)

export const adminRefusals: readonly Refusal[] = [
  refused('sudo_set_max_allowed_uids', 'MaxAllowedUidsLessThanMinAllowedUids', 2, 63),
  refused('sudo_set_max_allowed_uids', 'MaxAllowedUidsGreaterThanDefaultMaxAllowedUids', 2, 257),
  refused('sudo_set_min_burn', 'ValueNotInBounds', 2, 1_000_000_000),
  refused('sudo_set_max_burn', 'ValueNotInBounds', 2, 100_000_000),
  refused('sudo_set_max_allowed_validators', 'MaxValidatorsLargerThanMaxUIds', 2, 257),
  refused('sudo_set_commit_reveal_weights_interval', 'subtensorModule.RevealPeriodTooSmall', 2, 0),
  refused('sudo_set_commit_reveal_weights_interval', 'subtensorModule.RevealPeriodTooLarge', 2, 101),
  refused('sudo_set_burn_half_life', 'InvalidValue', 2, 36_101),
  refused('sudo_set_burn_increase_mult', 'InvalidValue', 2, { bits: 1 }),
  refused('sudo_set_subnet_emission_enabled', 'NotPermittedOnRootSubnet', 0, true),
  refused('sudo_set_max_epochs_per_block', 'ValueNotInBounds', 0),
  refused('sudo_set_kappa', 'SubnetDoesNotExist', 9, 1),
  refused('sudo_set_alpha_values', 'subtensorModule.LiquidAlphaDisabled', 2, 2000, 3000),
  refused('sudo_set_activity_cutoff', 'subtensorModule.ActivityCutoffTooLow', 2, 359),
  refused('sudo_set_owner_immune_neuron_limit', 'subtensorModule.InvalidValue', 2, 0),
  refused('sudo_set_owner_immune_neuron_limit', 'subtensorModule.InvalidValue', 2, 11),
  refused('sudo_set_max_mechanism_count', 'subtensorModule.InvalidValue', 0),
  refused('sudo_set_max_mechanism_count', 'subtensorModule.InvalidValue', 17),
  refused('sudo_set_mechanism_count', 'subtensorModule.MechanismDoesNotExist', 9, 1),
  refused('sudo_set_mechanism_count', 'subtensorModule.InvalidValue', 2, 0),
  refused('sudo_set_mechanism_count', 'subtensorModule.InvalidValue', 2, 3),
  refused('sudo_set_mechanism_count', 'subtensorModule.TooManyUIDsPerMechanism', 2, 2),
  refused('sudo_set_mechanism_emission_split', 'subtensorModule.MechanismDoesNotExist', 9, null),
  refused('sudo_set_mechanism_emission_split', 'subtensorModule.InvalidValue', 2, []),
  refused('sudo_set_mechanism_emission_split', 'subtensorModule.InvalidValue', 2, [65_534]),
  refused('sudo_set_mechanism_emission_split', 'subtensorModule.InvalidValue', 2, [1, 65_534]),
  refused('sudo_set_min_allowed_uids', 'MinAllowedUidsGreaterThanCurrentUids', 2, 3),
  refused('sudo_set_min_allowed_uids', 'MinAllowedUidsGreaterThanMaxAllowedUids', 2, 256),
  refused('sudo_set_min_childkey_take_per_subnet', 'InvalidValue', 2, 11_797),
  refused('sudo_set_tao_flow_normalization_exponent', 'InvalidValue', { bits: 1 }),
  refused('sudo_set_owner_cut_enabled', 'NotPermittedOnRootSubnet', 0, false),
  refused('sudo_set_network_pow_registration_allowed', 'POWRegistrationDisabled', 2, true),
  refused('sudo_set_total_issuance', 'Deprecated', 7),
  refused('sudo_trim_to_max_allowed_uids', 'subtensorModule.SubnetNotExists', 9, 64),
  refused('sudo_trim_to_max_allowed_uids', 'subtensorModule.InvalidValue', 2, 63),
  refused('sudo_trim_to_max_allowed_uids', 'subtensorModule.InvalidValue', 2, 257),
  refused('sudo_set_sn_owner_hotkey', 'subtensorModule.SubnetNotExists', 9, '//New'),
  refused('sudo_set_sn_owner_hotkey', 'subtensorModule.CannotUseSystemAccount', 2, subnetAccount(1)),
  { ...refused('sudo_set_alpha_values', 'subtensorModule.AlphaHighTooLow', 2, 2000, 1637), given: liquid },
  { ...refused('sudo_set_alpha_values', 'subtensorModule.AlphaLowOutOfRange', 2, 3001, 3000), given: liquid },
  {
    ...refused('sudo_set_max_allowed_uids', 'MaxAllowedUIdsLessThanCurrentUIds', 2, 2),
    given: ({ chain }) => hyperparameters.MinAllowedUids.set(chain.storage, 2, 1),
  },
  {
    ...refused('sudo_set_max_allowed_uids', 'subtensorModule.TooManyUIDsPerMechanism', 2, 129),
    given: ({ chain }) => hyperparameters.MechanismCountCurrent.set(chain.storage, 2, 2),
  },
  {
    ...refused('sudo_trim_to_max_allowed_uids', 'subtensorModule.TrimmingWouldExceedMaxImmunePercentage', 2, 2),
    given: ({ chain }) => hyperparameters.MinAllowedUids.set(chain.storage, 2, 1),
  },
  owner('sudo_set_bonds_moving_average', 'BondsMovingAverageMaxReached', 2, 975_001),
  owner('sudo_set_alpha_sigmoid_steepness', 'NegativeSigmoidSteepness', 2, -1),
  {
    ...owner('sudo_set_immunity_period', 'subtensorModule.TxRateLimitExceeded', 2, 30),
    given: (at) => {
      at.chain.submit('//Alice', 'adminUtils', 'sudoSetImmunityPeriod', 2, 20)
    },
  },
]
