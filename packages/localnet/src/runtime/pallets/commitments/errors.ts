import { defineErrors } from '../../framework/dispatch-failure.js'

export const commitmentsErrors = defineErrors(18, [
  'TooManyFieldsInCommitmentInfo',
  'AccountNotAllowedCommit',
  'SpaceLimitExceeded',
  'UnexpectedUnreserveLeftover',
])
