import { defineEvents } from '../../framework/events.js'
import type { VariantSpec } from '../../types/compounds.js'
import { u64f64 } from '../../types/fixed.js'
import { bool, netUid, u16 } from '../../types/primitives.js'
import { precompile } from './types.js'

export const adminEventSpecs = {
  PrecompileUpdated: [0, { precompile_id: precompile, enabled: bool }],
  Yuma3EnableToggled: [1, { netuid: netUid, enabled: bool }],
  BondsResetToggled: [2, { netuid: netUid, enabled: bool }],
  BurnHalfLifeSet: [3, { netuid: netUid, burn_half_life: u16 }],
  BurnIncreaseMultSet: [4, { netuid: netUid, burn_increase_mult: u64f64 }],
  SubnetEmissionEnabledSet: [5, { netuid: netUid, enabled: bool }],
} as const satisfies Record<string, VariantSpec>

export const adminEvents = defineEvents('AdminUtils', adminEventSpecs)
