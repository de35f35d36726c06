import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { TestChain } from '../../../test/runtime/test-chain.js'

describe('extrinsics from outside', () => {
  let chain: TestChain
  let valid: Uint8Array
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
        expect(chain.validate(bytes)).toEqual({ ok: false, error: { kind: 'Call' } })
      }),
    )
  })

  it('a changed byte is refused, wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = valid.map((byte, index) => (index === at ? byte ^ change : byte))
        expect(chain.validate(changed).ok).toBe(false)
      }),
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
})
