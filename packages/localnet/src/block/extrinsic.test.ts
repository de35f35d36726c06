import { concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { compact } from 'scale-ts'
import { expect, test } from 'vitest'
import { extrinsicBody, extrinsicSender } from './extrinsic.js'

test('the length prefix must fit exactly', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat(70), fc.integer({ min: 16_380, max: 16_390 })), fc.nat(255), (length, byte) => {
      const body = new Uint8Array(length).fill(byte)
      const extrinsic = concatBytes(compact.enc(body.length), body)
      expect(Buffer.compare(extrinsicBody(extrinsic) ?? new Uint8Array(), body)).toBe(0)
      expect(extrinsicBody(concatBytes(extrinsic, Uint8Array.of(0)))).toBeUndefined()
      if (body.length > 0) expect(extrinsicBody(extrinsic.subarray(0, -1))).toBeUndefined()
    }),
  )
})

test('bytes that are no extrinsic have no body and no sender', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const body = extrinsicBody(bytes)
      if (body) expect(bytes.length - body.length).toBeLessThanOrEqual(4)
      if (extrinsicSender(bytes)) expect(body?.[0]).toBe(0x84)
    }),
  )
  expect(extrinsicBody(new Uint8Array())).toBeUndefined()
})
