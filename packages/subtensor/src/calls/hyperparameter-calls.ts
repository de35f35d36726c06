/**
 * The hyperparameters that {@link setHyperparameter} sets: the call of AdminUtils behind each, and its argument.
 *
 * Source: pallet-admin-utils, spec 424.
 */
export const hyperparameterCalls = {
  servingRateLimit: { call: 'sudo_set_serving_rate_limit', argument: 'serving_rate_limit', kind: 'bigint' },
  weightsVersionKey: { call: 'sudo_set_weights_version_key', argument: 'weights_version_key', kind: 'bigint' },
  weightsSetRateLimit: { call: 'sudo_set_weights_set_rate_limit', argument: 'weights_set_rate_limit', kind: 'bigint' },
  immunityPeriod: { call: 'sudo_set_immunity_period', argument: 'immunity_period', kind: 'number' },
  minAllowedWeights: { call: 'sudo_set_min_allowed_weights', argument: 'min_allowed_weights', kind: 'number' },
  maxAllowedUids: { call: 'sudo_set_max_allowed_uids', argument: 'max_allowed_uids', kind: 'number' },
  kappa: { call: 'sudo_set_kappa', argument: 'kappa', kind: 'number' },
  registrationAllowed: { call: 'sudo_set_network_registration_allowed', argument: 'registration_allowed', kind: 'boolean' },
  minBurn: { call: 'sudo_set_min_burn', argument: 'min_burn', kind: 'bigint' },
  maxBurn: { call: 'sudo_set_max_burn', argument: 'max_burn', kind: 'bigint' },
  maxAllowedValidators: { call: 'sudo_set_max_allowed_validators', argument: 'max_allowed_validators', kind: 'number' },
  bondsMovingAverage: { call: 'sudo_set_bonds_moving_average', argument: 'bonds_moving_average', kind: 'bigint' },
  tempo: { call: 'sudo_set_tempo', argument: 'tempo', kind: 'number' },
  commitRevealWeightsEnabled: { call: 'sudo_set_commit_reveal_weights_enabled', argument: 'enabled', kind: 'boolean' },
  commitRevealWeightsInterval: { call: 'sudo_set_commit_reveal_weights_interval', argument: 'interval', kind: 'bigint' },
  liquidAlphaEnabled: { call: 'sudo_set_liquid_alpha_enabled', argument: 'enabled', kind: 'boolean' },
  bondsPenalty: { call: 'sudo_set_bonds_penalty', argument: 'bonds_penalty', kind: 'number' },
  subtokenEnabled: { call: 'sudo_set_subtoken_enabled', argument: 'subtoken_enabled', kind: 'boolean' },
  yuma3Enabled: { call: 'sudo_set_yuma3_enabled', argument: 'enabled', kind: 'boolean' },
  bondsResetEnabled: { call: 'sudo_set_bonds_reset_enabled', argument: 'enabled', kind: 'boolean' },
  burnHalfLife: { call: 'sudo_set_burn_half_life', argument: 'burn_half_life', kind: 'number' },
  subnetEmissionEnabled: { call: 'sudo_set_subnet_emission_enabled', argument: 'enabled', kind: 'boolean' },
} as const satisfies Record<string, { readonly call: string; readonly argument: string; readonly kind: keyof Kinds }>

interface Kinds {
  readonly number: number
  readonly bigint: bigint
  readonly boolean: boolean
}

/** The name of a hyperparameter that can be set. */
export type HyperparameterName = keyof typeof hyperparameterCalls

/** What a hyperparameter's value is: the chain's own integer, a bigint where it is wider than 32 bits. */
export type HyperparameterValue<N extends HyperparameterName> = Kinds[(typeof hyperparameterCalls)[N]['kind']]
