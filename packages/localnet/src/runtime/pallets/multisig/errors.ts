import { defineErrors } from '../../framework/dispatch-failure.js'

export const multisigErrors = defineErrors(13, [
  'MinimumThreshold',
  'AlreadyApproved',
  'NoApprovalsNeeded',
  'TooFewSignatories',
  'TooManySignatories',
  'SignatoriesOutOfOrder',
  'SenderInSignatories',
  'NotFound',
  'NotOwner',
  'NoTimepoint',
  'WrongTimepoint',
  'UnexpectedTimepoint',
  'MaxWeightTooLow',
  'AlreadyStored',
])
