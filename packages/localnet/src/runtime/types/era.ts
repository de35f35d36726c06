import { createCodec, createDecoder } from 'scale-ts'
import { u8 } from './primitives.js'
import { type Ty, typeName, type VariantShape } from './ty.js'

/** How long a signed extrinsic is valid: for ever, or `period` blocks from the last block b with b mod period = phase. */
export type Era = { readonly type: 'Immortal' } | { readonly type: 'Mortal'; readonly period: number; readonly phase: number }

// Two bytes: 4 bits of log2(period) - 1, then the phase in units of `max(1, period >> 12)`.
const encodeEra = (era: Era): Uint8Array => {
  if (era.type === 'Immortal') return Uint8Array.of(0)
  const quantum = Math.max(1, era.period >> 12)
  const value = Math.min(15, Math.max(1, Math.log2(era.period) - 1)) | (Math.floor(era.phase / quantum) << 4)
  return Uint8Array.of(value & 0xff, value >> 8)
}

const decodeEra = (first: number, second: () => number): Era => {
  if (first === 0) return { type: 'Immortal' }
  const value = first | (second() << 8)
  const period = 2 << (value & 15)
  const phase = (value >> 4) * Math.max(1, period >> 12)
  if (period < 4 || phase >= period) throw new RangeError('not an era')
  return { type: 'Mortal', period, phase }
}

const variants: VariantShape[] = Array.from({ length: 256 }, (_, index) =>
  index === 0 ? { index, name: 'Immortal', fields: [] } : { index, name: `Mortal${index}`, fields: [{ ty: u8 }] },
)

/** `Era`. Metadata shows it as 256 variants, one for each first byte. */
export const era: Ty<Era> = {
  codec: createCodec(
    encodeEra,
    createDecoder((input) => {
      // Every read advances the decoder's own cursor in `input`.
      const first = u8.codec.dec(input)
      return decodeEra(first, () => u8.codec.dec(input))
    }),
  ),
  shape: { tag: 'variant', name: typeName('sp_runtime::generic::era::Era'), variants },
}

/** The block in which an era began, seen from `current`: its hash is what the extrinsic signs. */
export const eraBirth = (value: Era, current: number): number =>
  value.type === 'Immortal' ? 0 : Math.floor((Math.max(current, value.phase) - value.phase) / value.period) * value.period + value.phase

/** The first block in which an era is over. */
export const eraDeath = (value: Era, current: number): number =>
  value.type === 'Immortal' ? Number.POSITIVE_INFINITY : eraBirth(value, current) + value.period
