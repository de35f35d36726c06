const unused = 'the chain declares it and raises it nowhere'
const proofOfWork = 'the chain raises it for the work of the faucet, which mainnet is built without'
const locks = 'locks of stake are refused by name'
const leases = 'leases are refused by name'
const votingPower = 'voting power is refused by name'
const noVesting = 'mainnet has no vesting'
const noLocks = 'no pallet of the model locks, holds or freezes balances, or reserves them by name'
const tokens = 'transfers fail with a token error in its place'
const evmKeys = 'Ethereum keys are refused by name'

/** Errors that are declared and that no call can come to, with the reason. */
export const neverRaised: Readonly<Record<string, string>> = {
  'subtensorModule.RootNetworkDoesNotExist': 'root is there from the start and cannot be dissolved',
  'subtensorModule.NotEnoughStake': unused,
  'subtensorModule.BalanceWithdrawalError': 'a withdrawal that the checks before it let through does not fail',
  'subtensorModule.ZeroBalanceAfterWithdrawn': unused,
  'subtensorModule.InvalidWorkBlock': proofOfWork,
  'subtensorModule.InvalidDifficulty': proofOfWork,
  'subtensorModule.InvalidSeal': proofOfWork,
  'subtensorModule.MaxWeightExceeded': 'the limit of a weight is all of it, and no call changes that',
  'subtensorModule.HotKeyAlreadyDelegate': unused,
  'subtensorModule.StakingRateLimitExceeded': unused,
  'subtensorModule.TransactorAccountShouldBeHotKey': unused,
  'subtensorModule.FaucetDisabled': 'mainnet is built without the faucet',
  'subtensorModule.AllNetworksInImmunity': unused,
  'subtensorModule.NotRootSubnet': unused,
  'subtensorModule.CallDisabled': unused,
  'subtensorModule.NotEnoughAlphaOutToRecycle': unused,
  'subtensorModule.AddStakeBurnRateLimitExceeded': unused,
  'subtensorModule.DisabledTemporarily': unused,
  'subtensorModule.UidMapCouldNotBeCleared': 'a map of 256 uids is cleared at once',
  'subtensorModule.ExpiredWeightCommit': 'the check before the dispatch says RevealTooEarly of it',
  'subtensorModule.ColdkeySwapAlreadyDisputed': 'the check before the dispatch says ColdkeySwapDisputed',
  'subtensorModule.StakeUnavailable': locks,
  'subtensorModule.LockHotkeyMismatch': locks,
  'subtensorModule.InsufficientStakeForLock': locks,
  'subtensorModule.NoExistingLock': locks,
  'subtensorModule.ActiveLockExists': locks,
  'subtensorModule.UnlockAmountTooHigh': locks,
  'subtensorModule.AccountRejectsLockedAlpha': locks,
  'subtensorModule.InvalidLeaseBeneficiary': leases,
  'subtensorModule.LeaseCannotEndInThePast': leases,
  'subtensorModule.LeaseNetuidNotFound': leases,
  'subtensorModule.LeaseDoesNotExist': leases,
  'subtensorModule.LeaseHasNoEndBlock': leases,
  'subtensorModule.LeaseHasNotEnded': leases,
  'subtensorModule.BeneficiaryDoesNotOwnHotkey': leases,
  'subtensorModule.ExpectedBeneficiaryOrigin': leases,
  'subtensorModule.Overflow': leases,
  'subtensorModule.VotingPowerTrackingNotEnabled': votingPower,
  'subtensorModule.InvalidVotingPowerEmaAlpha': votingPower,
  'subtensorModule.UnableToRecoverPublicKey': evmKeys,
  'subtensorModule.InvalidRecoveredPublicKey': evmKeys,
  'subtensorModule.EvmKeyAssociateRateLimitExceeded': evmKeys,
  'commitments.TooManyFieldsInCommitmentInfo': 'more fields than the chain takes do not decode',
  'balances.VestingBalance': noVesting,
  'balances.ExistingVestingSchedule': noVesting,
  'balances.LiquidityRestrictions': noLocks,
  'balances.ExistentialDeposit': tokens,
  'balances.Expendability': tokens,
  'balances.DeadAccount': tokens,
  'balances.TooManyReserves': noLocks,
  'balances.TooManyHolds': noLocks,
  'balances.TooManyFreezes': noLocks,
  'multisig.NoApprovalsNeeded': unused,
  'multisig.AlreadyStored': unused,
  'proxy.Unproxyable': unused,
  'proxy.AnnouncementDepositInvariantViolated': 'the deposits of announcements are kept by their count',
  'proxy.InvalidDerivedAccountId': 'every hash is an account',
  'commitments.UnexpectedUnreserveLeftover': 'a commitment has no deposit',
}

const notInPool = 'the chain maps an error to it that none of its checks before dispatch raises'

/** Codes of `InvalidTransaction::Custom` that no transaction can come to, with the reason. */
export const neverByPool: Readonly<Record<number, string>> = {
  2: notInPool,
  3: notInPool,
  5: notInPool,
  7: notInPool,
  8: notInPool,
  9: notInPool,
  14: unused,
  19: `it is for a hotkey that has no uid for its Ethereum key: ${evmKeys}`,
  20: evmKeys,
  22: unused,
  24: unused,
}
