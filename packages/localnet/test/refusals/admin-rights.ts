/** AdminUtils' calls by who may make them, without `sudo_set_`; those that say so in `inWindow` wait for the freeze window, root's too. */
export const adminRights = {
  root: 'default_take tx_rate_limit weights_set_rate_limit adjustment_interval kappa network_registration_allowed subnet_owner_cut network_rate_limit network_immunity_period network_min_lock_cost subnet_limit lock_reduction_interval rao_recycled stake_threshold nominator_min_required_stake tx_delegate_take_rate_limit min_delegate_take dissolve_network_schedule_duration subnet_moving_alpha ema_price_halving_period commit_reveal_version ck_burn admin_freeze_window owner_hparam_rate_limit tao_flow_cutoff tao_flow_normalization_exponent tao_flow_smoothing_factor min_non_immune_uids start_call_delay coldkey_swap_announcement_delay coldkey_swap_reannouncement_delay max_mechanism_count net_tao_flow_enabled subnet_emission_enabled max_epochs_per_block',
  rootInWindow:
    'min_difficulty target_registrations_per_interval difficulty max_allowed_validators max_registrations_per_block tempo subtoken_enabled min_allowed_uids',
  ownerInWindow:
    'serving_rate_limit max_difficulty weights_version_key adjustment_alpha immunity_period min_allowed_weights max_allowed_uids rho activity_cutoff min_burn max_burn bonds_moving_average commit_reveal_weights_enabled liquid_alpha_enabled alpha_values commit_reveal_weights_interval bonds_penalty toggle_transfer alpha_sigmoid_steepness yuma3_enabled bonds_reset_enabled owner_immune_neuron_limit mechanism_count mechanism_emission_split trim_to_max_allowed_uids recycle_or_burn burn_half_life burn_increase_mult owner_cut_enabled min_childkey_take_per_subnet',
  /** The owner and root, with a limit for both in place of the window. */
  ownerAtAnyTime: 'subnet_owner_hotkey sn_owner_hotkey',
  /** Whoever calls is refused. */
  nobody: 'network_pow_registration_allowed total_issuance',
} as const

/** A call's whole name. */
export const adminCall = (name: string): string => (name.startsWith('trim_') ? `sudo_${name}` : `sudo_set_${name}`)
