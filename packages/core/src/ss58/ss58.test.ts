import { decodeAddress, encodeAddress } from '@polkadot/util-crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { decodeSs58, encodeSs58, isSs58Address, ss58Address } from './ss58.js'

const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const key = fc.uint8Array({ minLength: 32, maxLength: 32 })

function codeOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    return TensorKitError.isInstance(error) ? error.code : String(error)
  }
  return undefined
}

describe('ss58', () => {
  it('agrees with @polkadot/util-crypto on every key', () => {
    fc.assert(
      fc.property(key, (publicKey) => {
        const address = encodeSs58(publicKey)
        expect(address).toBe(encodeAddress(publicKey, 42))
        expect(decodeSs58(address)).toEqual(publicKey)
        expect(decodeAddress(address, false, 42)).toEqual(publicKey)
        expect(address).toHaveLength(48)
        expect(isSs58Address(address)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('refuses every address of another prefix', () => {
    fc.assert(
      fc.property(
        key,
        fc.integer({ min: 0, max: 16383 }).filter((p) => p !== 42 && p !== 46 && p !== 47),
        (publicKey, prefix) => {
          expect(isSs58Address(encodeAddress(publicKey, prefix))).toBe(false)
        },
      ),
    )
  })

  it('refuses any one changed character', () => {
    const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
    fc.assert(
      fc.property(fc.nat(47), fc.constantFrom(...alphabet), (at, letter) => {
        const changed = alice.slice(0, at) + letter + alice.slice(at + 1)
        expect(isSs58Address(changed)).toBe(changed === alice)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([undefined, null, 5, {}, '', ' ', `${alice} `, alice.slice(1), '0'.repeat(48), 'a'.repeat(1_000_000)])(
    'refuses %o without throwing',
    (value) => {
      expect(isSs58Address(value)).toBe(false)
      expect(codeOf(() => ss58Address(value as string))).toBe('CORE_ADDRESS_INVALID')
      expect(codeOf(() => decodeSs58(value as string))).toBe('CORE_ADDRESS_INVALID')
    },
  )

  it('refuses a key that is not 32 bytes', () => {
    for (const bad of [new Uint8Array(31), new Uint8Array(33), new Array(32).fill(0), undefined]) {
      expect(codeOf(() => encodeSs58(bad as Uint8Array))).toBe('CORE_INVALID_ARGUMENT')
    }
  })

  it('does not repeat a text that may be a secret', () => {
    const secret = `0x${'ab'.repeat(32)}`
    try {
      ss58Address(secret)
      expect.unreachable()
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('abab')
    }
  })

  it('returns a copy', () => {
    const address = ss58Address(alice)
    decodeSs58(address).fill(0)
    expect(encodeSs58(decodeSs58(address))).toBe(alice)
  })
})
