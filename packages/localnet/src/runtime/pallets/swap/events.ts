import type { VariantSpec } from '../../types/compounds.js'
import { netUid, u16 } from '../../types/primitives.js'

export const swapEventSpecs = {
  /** Of 65535. */
  FeeRateSet: [0, { netuid: netUid, rate: u16 }],
} as const satisfies Record<string, VariantSpec>
