import { createCodec } from 'scale-ts'
import type { Ty } from './ty.js'

/** A value that is encoded already. */
export class Encoded {
  constructor(readonly bytes: Uint8Array) {}
}

/** A type whose values may come encoded, for lists whose decoding and encoding would cost more than all the rest. */
export const orEncoded = <T>(ty: Ty<T>): Ty<T | Encoded> => ({
  codec: createCodec<T | Encoded>((value) => (value instanceof Encoded ? value.bytes : ty.codec.enc(value)), ty.codec.dec),
  shape: ty.shape,
})
