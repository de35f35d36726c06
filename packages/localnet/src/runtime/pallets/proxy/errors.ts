import { defineErrors } from '../../framework/dispatch-failure.js'

export const proxyErrors = defineErrors(16, [
  'TooMany',
  'NotFound',
  'NotProxy',
  'Unproxyable',
  'Duplicate',
  'NoPermission',
  'Unannounced',
  'NoSelfProxy',
  'AnnouncementDepositInvariantViolated',
  'InvalidDerivedAccountId',
])
