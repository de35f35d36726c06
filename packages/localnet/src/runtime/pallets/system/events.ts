import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { bool } from '../../types/primitives.js'
import { accountId, dispatchError, dispatchEventInfo, h256 } from '../../types/well-known.js'

export const systemEventSpecs = {
  ExtrinsicSuccess: [0, { dispatch_info: dispatchEventInfo }],
  ExtrinsicFailed: [1, { dispatch_error: dispatchError, dispatch_info: dispatchEventInfo }],
  CodeUpdated: [2],
  NewAccount: [3, { account: accountId }],
  KilledAccount: [4, { account: accountId }],
  Remarked: [5, { sender: accountId, hash: h256 }],
  UpgradeAuthorized: [6, { code_hash: h256, check_version: bool }],
  RejectedInvalidAuthorizedUpgrade: [7, { code_hash: h256, error: dispatchError }],
} as const satisfies Record<string, VariantSpec>

export const systemEvents = defineEvents('System', systemEventSpecs)
