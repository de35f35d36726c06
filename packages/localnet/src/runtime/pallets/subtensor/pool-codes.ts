import type { ReadContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import { type SubtensorErrorName, subtensorErrors } from './errors.js'

/** Codes of `InvalidTransaction::Custom` for the errors that the pool finds before dispatch. */
const codes: Partial<Record<SubtensorErrorName, number>> = {
  ColdkeySwapAnnounced: 0,
  AmountTooLow: 1,
  NotEnoughStakeToSetWeights: 1,
  NotEnoughBalanceToStake: 2,
  SubnetNotExists: 3,
  HotKeyAccountNotExists: 4,
  NotEnoughStakeToWithdraw: 5,
  SettingWeightsTooFast: 6,
  CommittingWeightsTooFast: 6,
  NetworkTxRateLimitExceeded: 6,
  InsufficientLiquidity: 7,
  SlippageTooHigh: 8,
  TransferDisallowed: 9,
  HotKeyNotRegisteredInNetwork: 10,
  InvalidIpAddress: 11,
  ServingRateLimitExceeded: 12,
  InvalidPort: 13,
  InvalidRevealRound: 15,
  NoWeightsCommitFound: 16,
  RevealTooEarly: 17,
  InputLengthsUnequal: 18,
  HotKeyNotRegisteredInSubNet: 19,
  NonAssociatedColdKey: 25,
  ColdkeySwapDisputed: 21,
  DelegateTakeTooLow: 26,
  DelegateTakeTooHigh: 27,
}

const badRequest = 255

/** The code that the pool has for an error. */
export const poolCode = (name: SubtensorErrorName | undefined): number => (name && codes[name]) ?? badRequest

/** Makes a pool check of a check that ends in a module error: the same rules before dispatch and in it. */
export const asPoolCheck =
  <A>(check: (context: ReadContext, who: string, args: A) => void) =>
  (context: ReadContext, who: string, args: A): number | undefined => {
    try {
      check(context, who, args)
      return undefined
    } catch (error) {
      if (!(error instanceof DispatchFailure)) throw error
      const name =
        error.error.type === 'Module' ? subtensorErrors.names[Number.parseInt(error.error.value.error.slice(2, 4), 16)] : undefined
      return poolCode(name)
    }
  }
