const registration =
  'RegistrationNotPermittedOnRootSubnet SubnetNotExists SubNetRegistrationDisabled HotKeyAlreadyRegisteredInSubNet NotEnoughBalanceToStake NonAssociatedColdKey NoNeuronIdAvailable'
const network = 'NonAssociatedColdKey NetworkTxRateLimitExceeded SubnetLimitReached CannotAffordLockCost'
const endpoint = 'HotKeyNotRegisteredInNetwork InvalidIpType InvalidIpAddress ServingRateLimitExceeded InvalidPort'
const weights =
  'CommitRevealEnabled CanNotSetRootNetworkWeights WeightVecNotEqualSize UidsLengthExceedUidsInSubNet HotKeyNotRegisteredInSubNet NotEnoughStakeToSetWeights IncorrectWeightVersionKey SettingWeightsTooFast NeuronNoValidatorPermit DuplicateUids UidVecContainInvalidOne WeightVecLengthIsLow'
const commit = 'CommitRevealDisabled HotKeyNotRegisteredInSubNet CommittingWeightsTooFast TooManyUnrevealedCommits'
const reveal = 'CommitRevealDisabled NoWeightsCommitFound RevealTooEarly'
const buy = 'SubnetNotExists SubtokenDisabled AmountTooLow NotEnoughBalanceToStake HotKeyAccountNotExists InsufficientLiquidity'
const move = 'SameNetuid SubnetNotExists SubtokenDisabled HotKeyAccountNotExists AmountTooLow InsufficientLiquidity'
const take = 'DelegateTakeTooLow DelegateTakeTooHigh HotKeyAccountNotExists NonAssociatedColdKey'
const hotkeySwap =
  'NonAssociatedColdKey NewHotKeyIsSameWithOld HotKeyAlreadyRegisteredInSubNet NewHotKeyNotCleanForRootSwap NotEnoughBalanceToPaySwapHotKey HotKeySetTxRateLimitExceeded HotKeySwapOnSubnetIntervalNotPassed'

/** What the chain's calls are known to refuse for, by calls: each has to be provoked. Calls of SubtensorModule and Commitments. */
export const namedErrors: Readonly<Record<string, string>> = {
  register_network: network,
  register_network_with_identity: `${network} InvalidIdentity`,
  start_call: 'SubnetNotExists BadOrigin FirstEmissionBlockNumberAlreadySet NeedWaitingMoreBlocksToStarCall',
  burned_register: registration,
  register: registration,
  register_limit: `RegistrationPriceLimitExceeded ${registration}`,
  root_register: 'TooManyRegistrationsThisBlock TooManyRegistrationsThisInterval HotKeyAlreadyRegisteredInSubNet StakeTooLowForRoot',
  serve_axon: endpoint,
  serve_axon_tls: endpoint,
  serve_prometheus: endpoint,
  set_weights: weights,
  set_mechanism_weights: `${weights} MechanismDoesNotExist`,
  batch_set_weights: 'InputLengthsUnequal NotEnoughStakeToSetWeights',
  commit_weights: commit,
  commit_mechanism_weights: `${commit} MechanismDoesNotExist`,
  batch_commit_weights: 'InputLengthsUnequal',
  reveal_weights: reveal,
  reveal_mechanism_weights: reveal,
  batch_reveal_weights: `InputLengthsUnequal ${reveal} InvalidRevealCommitHashNotMatch`,
  commit_timelocked_weights: `${commit} IncorrectCommitRevealVersion InvalidRevealRound`,
  commit_timelocked_mechanism_weights: `${commit} IncorrectCommitRevealVersion InvalidRevealRound MechanismDoesNotExist`,
  commit_crv3_mechanism_weights: `${commit} InvalidRevealRound MechanismDoesNotExist`,
  add_stake: buy,
  add_stake_limit: `${buy} SlippageTooHigh`,
  add_stake_burn: `${buy} SlippageTooHigh`,
  remove_stake: 'SubtokenDisabled AmountTooLow',
  remove_stake_limit: 'SubnetNotExists AmountTooLow NotEnoughStakeToWithdraw InsufficientLiquidity SlippageTooHigh',
  remove_stake_full_limit: 'AmountTooLow',
  unstake_all: 'HotKeyAccountNotExists',
  unstake_all_alpha: 'HotKeyAccountNotExists AmountTooLow',
  move_stake: move,
  transfer_stake: `${move} TransferDisallowed`,
  swap_stake: move,
  swap_stake_limit: `${move} SlippageTooHigh`,
  set_children:
    'RegistrationNotPermittedOnRootSubnet SubnetNotExists NonAssociatedColdKey DuplicateChild InvalidChild TooManyChildren ProportionOverflow TxRateLimitExceeded NotEnoughStakeToSetChildkeys ChildParentInconsistency',
  set_childkey_take: 'NonAssociatedColdKey InvalidChildkeyTake TxChildkeyTakeRateLimitExceeded',
  increase_take: `${take} DelegateTxRateLimitExceeded`,
  decrease_take: take,
  swap_hotkey: hotkeySwap,
  swap_hotkey_v2: hotkeySwap,
  swap_coldkey: 'BadOrigin ColdKeyAlreadyAssociated NewColdKeyIsHotkey NotEnoughBalanceToPaySwapColdKey',
  announce_coldkey_swap: 'ColdkeySwapReannouncedTooEarly NotEnoughBalanceToPaySwapColdKey',
  swap_coldkey_announced: 'ColdkeySwapAnnouncementNotFound ColdkeySwapTooEarly AnnouncedColdkeyHashDoesNotMatch',
  clear_coldkey_swap_announcement: 'ColdkeySwapAnnouncementNotFound ColdkeySwapClearTooEarly',
  set_tempo: 'BadOrigin TempoOutOfBounds TxRateLimitExceeded AdminActionProhibitedDuringWeightsWindow',
  set_activity_cutoff_factor: 'BadOrigin ActivityCutoffFactorMilliOutOfBounds TxRateLimitExceeded AdminActionProhibitedDuringWeightsWindow',
  trigger_epoch: 'BadOrigin DynamicTempoBlockedByCommitReveal EpochTriggerAlreadyPending AutoEpochAlreadyImminent TxRateLimitExceeded',
  set_commitment: 'AccountNotAllowedCommit SpaceLimitExceeded',
}
