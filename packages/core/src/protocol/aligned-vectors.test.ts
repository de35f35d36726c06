import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defineProtocol } from './define-protocol.js'
import { emitProto } from './emit-proto.js'
import { map, message, nested, optional, repeated, string, tensor } from './fields.js'
import { unary } from './methods.js'

const { proto, cases } = JSON.parse(
  readFileSync(new URL('../../../../vectors/protobuf/aligned-tensors.json', import.meta.url), 'utf8'),
) as { proto: string; cases: { hex: string; canonical: string; json: { tensor: { dtype: string; data?: string } } }[] }

const Aligned = defineProtocol('vectors.v1.Aligned', {
  carry: unary({
    request: message({
      name: string(1),
      tensor: optional(tensor(2)),
      tensors: repeated(tensor(3)),
      byName: map('string', tensor(4)),
      inner: optional(nested(500, message({ note: string(1), tensor: tensor(2) }))),
    }),
    response: message({}),
  }),
})
const { request } = Aligned.carry

describe('vectors of aligned tensors', () => {
  it('are of this protocol', () => {
    expect(emitProto(Aligned)).toBe(proto)
    expect(cases.length).toBeGreaterThanOrEqual(14)
  })

  it.each(cases.map((entry, index) => [index, entry] as const))(
    'case %i: from the bytes that Python gives to ours, and back',
    (_, entry) => {
      const { hex, canonical, json } = entry
      const bare = request.decode(Buffer.from(canonical, 'hex'))
      expect(Buffer.from(request.encode(bare)).toString('hex')).toBe(hex)
      // As in a frame: 5 bytes of prefix before the message, at a multiple of 8.
      const frame = new Uint8Array(5 + hex.length / 2)
      frame.set(Buffer.from(hex, 'hex'), 5)
      const counts = { viewed: 0, copied: 0 }
      const value = request.decode(frame.subarray(5), counts)
      expect(value).toEqual(bare)
      expect(counts.copied).toBe(0)
      const { dtype, data } = value.tensor ?? expect.fail('no tensor')
      expect([dtype, Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64')]).toEqual([
        json.tensor.dtype,
        json.tensor.data ?? '',
      ])
    },
  )
})
