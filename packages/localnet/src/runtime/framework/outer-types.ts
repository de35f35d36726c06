import { enumeration, type VariantSpec } from '../types/compounds.js'
import { type AnyTy, lazy, type Ty, typeName } from '../types/ty.js'
import type { RuntimeCall } from './call.js'
import type { RuntimeEvent } from './events.js'
import type { Pallet } from './pallet.js'

/** The enums that all pallets form together. */
export interface OuterTypes {
  readonly call: Ty<RuntimeCall>
  readonly event: Ty<RuntimeEvent>
  readonly error: AnyTy
}

const outer = (path: string, pallets: readonly Pallet[], pick: (pallet: Pallet) => AnyTy | undefined): AnyTy => {
  const variants = pallets.flatMap((pallet) => {
    const ty = pick(pallet)
    return ty ? [[pallet.name, [pallet.index, ty] as VariantSpec] as const] : []
  })
  return enumeration(typeName(`node_subtensor_runtime::${path}`), Object.fromEntries(variants))
}

/** Forms the outer enums. */
export const outerTypes = (pallets: readonly Pallet[]): OuterTypes => ({
  call: outer('RuntimeCall', pallets, (pallet) => pallet.callType) as Ty<RuntimeCall>,
  event: outer('RuntimeEvent', pallets, (pallet) => pallet.eventType) as Ty<RuntimeEvent>,
  error: outer('RuntimeError', pallets, (pallet) => pallet.errorType),
})

/**
 * `RuntimeCall` and `RuntimeEvent` as pallets refer to them before the runtime is put together: Sudo's call holds a
 * call, System's storage holds events. A runtime has its own pair, so that two runtimes never share one.
 */
export interface OuterReferences {
  readonly call: Ty<RuntimeCall>
  readonly event: Ty<RuntimeEvent>
  /** Names what they refer to; called once, when all pallets are known. */
  resolve(types: OuterTypes): void
}

/** Calls within calls; deeper ones do not decode. Source: `sp_api::MAX_EXTRINSIC_DEPTH`. */
const maxCallDepth = 256

function limitDepth<T>({ codec, shape }: Ty<T>): Ty<T> {
  let depth = 0
  const dec: typeof codec.dec = (bytes) => {
    if (depth >= maxCallDepth) throw new RangeError('calls are nested too deep')
    depth += 1
    try {
      return codec.dec(bytes)
    } finally {
      depth -= 1
    }
  }
  return { codec: Object.assign([codec.enc, dec] as [typeof codec.enc, typeof dec], { enc: codec.enc, dec }), shape }
}

export function outerReferences(): OuterReferences {
  let types: OuterTypes | undefined
  const resolved = (): OuterTypes => {
    if (!types) throw new RangeError('the runtime is not put together yet')
    return types
  }
  return {
    call: limitDepth(lazy(() => resolved().call)),
    event: lazy(() => resolved().event),
    resolve: (all) => {
      types = all
    },
  }
}
