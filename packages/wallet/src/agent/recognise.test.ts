import { encodeBtauthPayload, encodeReceiptText, encodeSessionAnswer, encodeSessionOpen, type Ss58Address } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bobAddress, plain } from '../test-support.js'
import { recogniseExtrinsic } from './recognise-extrinsic.js'
import { recogniseMessage } from './recognise-message.js'

const address = plain.alice.ss58 as Ss58Address
const bob = bobAddress as Ss58Address
const nowMs = 1_790_000_000_000
const context = { address, scheme: 'sr25519', nowMs, allowedSkewMs: 30_000 } as const
const domain = { genesisHash: 'ab'.repeat(32), netuid: 7 }
const hash = 'cd'.repeat(32)
const ns = (ms: number) => BigInt(ms) * 1_000_000n

const request = (changes = {}) =>
  encodeBtauthPayload({
    scheme: 'sr25519',
    method: 'POST',
    target: '/pkg.S/M?x=1',
    bodySha256: hash,
    nonce: String(ns(nowMs)),
    sender: address,
    receiver: bob,
    ...changes,
  })
const open = (changes = {}) =>
  encodeSessionOpen({
    domain,
    scheme: 'sr25519',
    client: address,
    server: bob,
    spkiSha256: hash,
    nonce: hash,
    unixNs: ns(nowMs),
    ...changes,
  })
const answer = (changes = {}) =>
  encodeSessionAnswer({ domain, scheme: 'sr25519', clientTextSha256: hash, tokenSha256: hash, expiresAtS: nowMs / 1000 + 3600, ...changes })
const receipt = (changes = {}) =>
  encodeReceiptText({
    domain,
    scheme: 'sr25519',
    axon: address,
    caller: bob,
    requestId: 'ef'.repeat(16),
    path: '/pkg.S/M',
    requestCount: 1,
    requestHash: hash,
    responseCount: 2,
    responseHash: hash,
    status: 0,
    unixNs: ns(nowMs),
    ...changes,
  })

describe('messages that an agent signs', () => {
  it('are those of the protocols, in its own name and for now', () => {
    const { receiver: _, ...unbound } = { receiver: bob }
    expect(recogniseMessage(request(), context)).toBe('requests')
    expect(
      recogniseMessage(
        encodeBtauthPayload({
          scheme: 'sr25519',
          method: 'GET',
          target: '/',
          bodySha256: hash,
          nonce: String(ns(nowMs)),
          sender: address,
          ...unbound,
        }),
        context,
      ),
    ).toBe('requests')
    expect(recogniseMessage(open(), context)).toBe('sessions')
    expect(recogniseMessage(open({ spkiSha256: '-' }), context)).toBe('sessions')
    expect(recogniseMessage(answer(), context)).toBe('sessions')
    expect(recogniseMessage(receipt(), context)).toBe('receipts')
  })

  it('are not those of others, of another scheme, or for another time', () => {
    const late = ns(nowMs + 31_000)
    const cases = [
      request({ sender: bob }),
      request({ scheme: 'ed25519' }),
      request({ nonce: String(late) }),
      open({ client: bob }),
      open({ scheme: 'ed25519' }),
      open({ unixNs: ns(nowMs - 31_000) }),
      answer({ expiresAtS: nowMs / 1000 + 3700 }),
      answer({ expiresAtS: nowMs / 1000 - 60 }),
      answer({ scheme: 'ed25519' }),
      receipt({ axon: bob }),
      receipt({ unixNs: late }),
    ]
    for (const message of cases) expect(recogniseMessage(message, context)).toBeUndefined()
  })

  it('are none of what differs in a byte, or stands beside it', () => {
    const texts = [request(), open(), answer(), receipt()]
    const change = fc.tuple(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.constantFrom('insert', 'cut', 'flip', 'wrap'),
      fc.integer({ min: 1, max: 255 }),
    )
    fc.assert(
      fc.property(change, ([text, at, how, byte]) => {
        const place = at % text.length
        const [front, back] = [Buffer.from(text.subarray(0, place)), Buffer.from(text.subarray(place))]
        const forms = {
          insert: () => Buffer.concat([front, Buffer.of(byte), back]),
          cut: () => front,
          flip: () => Buffer.concat([front, Buffer.of((back[0] as number) ^ byte), back.subarray(1)]),
          wrap: () => Buffer.concat([Buffer.from('<Bytes>'), text, Buffer.from('</Bytes>')]),
        }
        const message = forms[how]()
        const permission = recogniseMessage(message, context)
        // Another hash, nonce or receiver is another text of the same kind: then it is read and written as it is.
        if (permission !== undefined) expect(message.toString().split('\n')[0]).toMatch(/^(btauth|tensorkit\/(session|receipt))\/1$/)
        if (how === 'cut' || how === 'wrap') expect(permission).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
    for (const line of [
      '',
      'hello',
      'btauth/1',
      `${Buffer.from(request())}\n`,
      `${Buffer.from(request())}`.replace(hash, hash.toUpperCase()),
    ])
      expect(recogniseMessage(Buffer.from(line), context)).toBeUndefined()
    expect(recogniseMessage(Buffer.alloc(20_000, 0x41), context)).toBeUndefined()
  })
})

const genesis = 'aa'.repeat(32)
const u16 = (value: number) => Buffer.of(value & 255, value >> 8)
const u64 = Buffer.alloc(8)
const weights = Buffer.concat([Buffer.of(7, 0), u16(2), Buffer.of(2 << 2), u16(0), u16(1), Buffer.of(2 << 2), u16(9), u16(1), u64])
const extra = ({ era = '1500', nonce = '04', tip = '00', mode = '00', chain = genesis, end = '00' } = {}) =>
  Buffer.concat([
    Buffer.from(era + nonce + tip + mode, 'hex'),
    Buffer.alloc(8),
    Buffer.from(chain, 'hex'),
    Buffer.alloc(32),
    Buffer.from(end, 'hex'),
  ])
const recognise = (...parts: Buffer[]) => recogniseExtrinsic(Buffer.concat(parts), [genesis])

describe('extrinsics that an agent signs', () => {
  it('are weights and serving', () => {
    expect(recognise(weights, extra())).toBe('weights')
    expect(recognise(Buffer.of(7, 96), u16(2), Buffer.alloc(32), extra({ nonce: '02093d00' }))).toBe('weights')
    expect(recognise(Buffer.of(7, 118), u16(2), Buffer.of(0), Buffer.of(3 << 2, 1, 2, 3), u64, u16(4), extra())).toBe('weights')
    const axon = Buffer.concat([Buffer.of(7, 4), u16(2), Buffer.alloc(4 + 16 + 2 + 4)])
    expect(recognise(axon, extra())).toBe('serving')
  })

  it('are no other call', () => {
    for (let pallet = 0; pallet < 40; pallet++) {
      for (let call = 0; call < 160; call++) {
        const permission = recognise(Buffer.of(pallet, call), weights.subarray(2), extra())
        // set_weights, and those whose arguments are the same bytes by chance: none.
        expect(permission, `${pallet}.${call}`).toBe(pallet === 7 && call === 0 ? 'weights' : undefined)
      }
    }
    const transfer = Buffer.concat([Buffer.of(5, 3, 0), Buffer.alloc(32), Buffer.of(0x04)])
    expect(recognise(transfer, extra())).toBeUndefined()
    // A batch of one call that would be signed by itself.
    expect(recognise(Buffer.of(11, 2, 1 << 2), weights, extra())).toBeUndefined()
  })

  it('have no tip, an end, and the chain that was named, and nothing more', () => {
    for (const changes of [
      { tip: '04' },
      { era: '00' },
      // 512 blocks; a phase beyond its period.
      { era: '1800' },
      { era: '5100' },
      { mode: '01' },
      { end: `01${'bb'.repeat(32)}` },
      { end: '' },
      { end: '0000' },
      { chain: 'bb'.repeat(32) },
      { tip: '0b00000000000001' },
    ])
      expect(recognise(weights, extra(changes)), JSON.stringify(changes)).toBeUndefined()
    expect(recogniseExtrinsic(Buffer.concat([weights, extra()]), [])).toBeUndefined()
    expect(recogniseExtrinsic(Buffer.alloc(70_000), [genesis])).toBeUndefined()
  })

  it('are read to the last byte: none is cut, none is left', () => {
    const whole = Buffer.concat([weights, extra()])
    for (let length = 0; length < whole.length; length++) expect(recogniseExtrinsic(whole.subarray(0, length), [genesis])).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), (more) => {
        expect(recognise(whole, Buffer.from(more))).toBeUndefined()
      }),
    )
    // A length in more bytes than it needs is another spelling of the same call.
    const long = Buffer.concat([
      Buffer.of(7, 0),
      u16(2),
      Buffer.of((2 << 2) | 1, 0),
      u16(0),
      u16(1),
      Buffer.of(2 << 2),
      u16(9),
      u16(1),
      u64,
    ])
    expect(recognise(long, extra())).toBeUndefined()
  })

  it('never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(recogniseExtrinsic(Buffer.concat([Buffer.of(7, 80), bytes]), [genesis])).toBeUndefined()
      }),
    )
  })
})
