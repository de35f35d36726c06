import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame } from '../test/raw-servers.js'
import { MessageReader } from './message-reader.js'

describe('MessageReader', () => {
  it('finds the same messages however the bytes are cut, each at 5 modulo 8', () => {
    const messages = fc.array(fc.record({ bytes: fc.uint8Array({ maxLength: 300 }), isCompressed: fc.boolean() }), { maxLength: 8 })
    fc.assert(
      fc.property(messages, fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 40 }), (sent, cuts) => {
        const wire = Buffer.concat(sent.map(({ bytes, isCompressed }) => frame(bytes, isCompressed ? 1 : 0)))
        const reader = new MessageReader(300)
        const got: { bytes: Uint8Array; isCompressed: boolean }[] = []
        for (let at = 0, n = 0; at < wire.length; n++) {
          const length = (cuts[n % cuts.length] as number) + (n % cuts.length === 0 ? 1 : 0)
          reader.add(wire.subarray(at, at + length))
          at += length
          for (let message = reader.next(); message !== undefined; message = reader.next()) {
            if (typeof message === 'string') throw new Error(message)
            expect(message.byteOffset % 8).toBe(5)
            got.push({ bytes: new Uint8Array(message), isCompressed: reader.isCompressed })
          }
        }
        expect(got).toEqual(sent.map(({ bytes, isCompressed }) => ({ bytes: new Uint8Array(bytes), isCompressed })))
        expect(reader.isEmpty).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps nothing of the frames: a message owns its bytes', () => {
    const wire = frame(Buffer.from('hello'))
    const reader = new MessageReader(10)
    reader.add(wire)
    const message = reader.next() as Buffer
    wire.fill(0)
    expect(message.toString()).toBe('hello')
  })

  it('refuses by the prefix alone, and for good', () => {
    const reader = new MessageReader(10)
    reader.add(frame(Buffer.alloc(0), 0, 11))
    expect(reader.next()).toBe('too-large')
    reader.add(frame(Buffer.alloc(1)))
    expect(reader.next()).toBe('too-large')
    const odd = new MessageReader(10)
    odd.add(frame(Buffer.alloc(1), 2))
    expect(odd.next()).toBe('bad-flag')
  })

  it('never throws and never gives more than its cap, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (frames) => {
        const reader = new MessageReader(20)
        for (const bytes of frames) {
          reader.add(Buffer.from(bytes))
          for (let n = 0; n < 50; n++) {
            const message = reader.next()
            if (message === undefined || typeof message === 'string') break
            expect(message.length).toBeLessThanOrEqual(20 + 1024 + 1)
          }
        }
      }),
      { numRuns: 300 },
    )
  })
})
