import { defineStorage, identity, map, optionalMap, value } from '../../../framework/storage-item.js'
import { tuple } from '../../../types/compounds.js'
import { i64f64, u64f64 } from '../../../types/fixed.js'
import { bool, i64, netUid, taoBalance, u64 } from '../../../types/primitives.js'

const perSubnet = [identity(netUid)] as const

/** TAO that flows into subnets and out. Emission by flow is switched off in this runtime: the averages decide nothing. */
export const flows = defineStorage('SubtensorModule', {
  SubnetTaoFlow: map(perSubnet, i64, 0n),
  /** Block and average. */
  SubnetEmaTaoFlow: optionalMap(perSubnet, tuple(u64, i64f64)),
  NetTaoFlowEnabled: value(bool, true),
  SubnetProtocolFlow: map(perSubnet, i64, 0n),
  SubnetEmaProtocolFlow: optionalMap(perSubnet, tuple(u64, i64f64)),
  TaoFlowCutoff: value(i64f64, { bits: 0n }),
  FlowNormExponent: value(u64f64, { bits: 1n << 64n }),
  FlowEmaSmoothingFactor: value(u64, 29_597_889_189_277n),
  SubnetRootSellTao: map(perSubnet, taoBalance, 0n),
})
