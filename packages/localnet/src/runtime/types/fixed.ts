import { struct } from './compounds.js'
import { i64, i128, u128 } from './primitives.js'
import { type AnyTy, type Ty, typeName } from './ty.js'

const empty = (path: string): AnyTy => struct(path, {})
const zeroBit = empty('substrate_typenum::bit::B0')
const oneBit = empty('substrate_typenum::bit::B1')

/** `typenum`'s type-level number: binary digits, most significant first. */
function typenum(value: number): AnyTy {
  let ty = empty('substrate_typenum::uint::UTerm')
  for (const digit of value.toString(2)) {
    const lsb = digit === '1' ? oneBit : zeroBit
    const inner = struct('substrate_typenum::uint::UInt', { msb: ty, lsb })
    ty = {
      ...inner,
      shape: {
        tag: 'composite',
        name: typeName('substrate_typenum::uint::UInt', [
          { name: 'U', ty },
          { name: 'B', ty: lsb },
        ]),
        fields: [
          { name: 'msb', ty },
          { name: 'lsb', ty: lsb },
        ],
      },
    }
  }
  return ty
}

const fixed = (name: string, bits: Ty<bigint>, fraction: number): Ty<{ bits: bigint }> =>
  struct(`substrate_fixed::${name}`, { bits }, [{ name: 'Frac', ty: typenum(fraction) }])

/** `I32F32`. */
export const i32f32 = fixed('FixedI64', i64, 32)
/** `I96F32`. */
export const i96f32 = fixed('FixedI128', i128, 32)
/** `I64F64`. */
export const i64f64 = fixed('FixedI128', i128, 64)
/** `U64F64`. */
export const u64f64 = fixed('FixedU128', u128, 64)
/** `U96F32`. */
export const u96f32 = fixed('FixedU128', u128, 32)
