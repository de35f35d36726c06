import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { TestChain } from '../../../test/runtime/test-chain.js'

describe('extrinsics from outside', () => {
  let chain: TestChain
  let valid: Uint8Array
  /** What the chain says to bytes; those of version 5 it refuses by name. */
  const verdict = (bytes: Uint8Array): unknown => {
    try {
      return chain.validate(bytes)
    } catch (error) {
      const preamble = bytes[[1, 2, 4][(bytes[0] ?? 3) & 3] ?? 0] ?? 0
      expect(error).toMatchObject({ code: 'LOCALNET_NOT_MODELLED' })
      expect(preamble & 63).toBe(5)
      return { ok: false, error: { kind: 'Call' } }
    }
  }
  beforeAll(async () => {
    chain = await TestChain.create()
    chain.block()
    valid = chain.sign('//Alice', chain.call('balances', 'transferKeepAlive', chain.account('//Bob'), 1_000_000_000n))
  })

  it('is valid to begin with', () => {
    expect(chain.validate(valid).ok).toBe(true)
  })

  it('arbitrary bytes are refused, and never break the runtime', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(verdict(bytes)).toEqual({ ok: false, error: { kind: 'Call' } })
      }),
      { examples: [[Uint8Array.of(0, 197)], [Uint8Array.of(124, 5)], [Uint8Array.of(4, 5)], [Uint8Array.of(4, 0x85)]] },
    )
  })

  it('a changed byte is refused, wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = valid.map((byte, index) => (index === at ? byte ^ change : byte))
        expect(verdict(changed)).toMatchObject({ ok: false })
      }),
      {
        examples: [
          [2, 1],
          [2, 0x80],
        ],
      },
    )
  })

  it('every part of one is refused', () => {
    for (let length = 0; length < valid.length; length++) expect(chain.validate(valid.slice(0, length)).ok).toBe(false)
  })

  it('a view into a larger buffer is read as the view', () => {
    const larger = new Uint8Array(valid.length + 20)
    larger.set(valid, 10)
    expect(chain.validate(larger.subarray(10, 10 + valid.length)).ok).toBe(true)
  })

  it('calls within calls are read to a depth of 256, and no deeper, however many there are', () => {
    const nested = (depth: number): Uint8Array => {
      // A real extrinsic's head, and derivative accounts of derivative accounts down to a remark.
      const call = [...Array.from({ length: depth }, () => [11, 1, 0, 0]).flat(), 0, 0, 0]
      const body = [
        ...valid.slice(2, valid.length - chain.call('balances', 'transferKeepAlive', chain.account('//Bob'), 1_000_000_000n).length),
        ...call,
      ]
      return Uint8Array.of(...chain.registry.createType('Compact<u32>', body.length).toU8a(), ...body)
    }
    expect(chain.validate(nested(256))).toEqual({ ok: false, error: { kind: 'BadProof' } })
    expect(chain.validate(nested(257))).toEqual({ ok: false, error: { kind: 'Call' } })
    expect(chain.validate(nested(20_000))).toEqual({ ok: false, error: { kind: 'Call' } })
  })
})
