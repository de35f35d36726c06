import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { u32, u64 } from '../../types/primitives.js'
import { accountId, dispatchError, h256 } from '../../types/well-known.js'

export const mevShieldEventSpecs = {
  EncryptedSubmitted: [0, { id: h256, who: accountId }],
  ExtrinsicStored: [1, { index: u32, who: accountId }],
  ExtrinsicDecodeFailed: [2, { index: u32 }],
  ExtrinsicDispatchFailed: [3, { index: u32, error: dispatchError }],
  ExtrinsicDispatched: [4, { index: u32 }],
  ExtrinsicExpired: [5, { index: u32 }],
  ExtrinsicPostponed: [6, { index: u32 }],
  MaxPendingExtrinsicsNumberSet: [7, { value: u32 }],
  OnInitializeWeightSet: [8, { value: u64 }],
  ExtrinsicLifetimeSet: [9, { value: u32 }],
  MaxExtrinsicWeightSet: [10, { value: u64 }],
  ExtrinsicWeightExceeded: [11, { index: u32 }],
} as const satisfies Record<string, VariantSpec>

export const mevShieldEvents = defineEvents('MevShield', mevShieldEventSpecs)
