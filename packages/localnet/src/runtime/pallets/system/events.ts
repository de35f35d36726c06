import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { accountId, dispatchError, dispatchEventInfo, h256 } from '../../types/well-known.js'

export const systemEventSpecs = {
  ExtrinsicSuccess: [0, { dispatch_info: dispatchEventInfo }],
  ExtrinsicFailed: [1, { dispatch_error: dispatchError, dispatch_info: dispatchEventInfo }],
  NewAccount: [3, { account: accountId }],
  KilledAccount: [4, { account: accountId }],
  Remarked: [5, { sender: accountId, hash: h256 }],
} as const satisfies Record<string, VariantSpec>

export const systemEvents = defineEvents('System', systemEventSpecs)
