import { Metadata, TypeRegistry } from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { callApi } from '../../../../test/runtime/call-api.js'
import { TestChain } from '../../../../test/runtime/test-chain.js'

const codeKey = '0x3a636f6465' // :code

describe('the time of a block', () => {
  it.each([12_000, 250])('of %i ms is told by constants, by the API and in slots', async (slotMs) => {
    const chain = await TestChain.create({ slotMs })
    chain.block()
    const { pallets } = new Metadata(new TypeRegistry(), chain.runtime.metadata(15)).asV15
    const constant = (pallet: string, name: string): bigint | undefined => {
      const constants = pallets.find((one) => one.name.toString() === pallet)?.constants
      const value = constants?.find((one) => one.name.toString() === name)?.value.toU8a(true)
      return value && Buffer.from(value).readBigUInt64LE()
    }
    expect(constant('Aura', 'SlotDuration')).toBe(BigInt(slotMs))
    expect(constant('Timestamp', 'MinimumPeriod')).toBe(BigInt(slotMs / 2))
    expect(callApi(chain, 'AuraApi', 'slot_duration')).toBe(slotMs)
    expect(chain.query('aura', 'currentSlot')).toBe(Math.floor(chain.context().timestampMs / slotMs))
    expect(chain.query('aura', 'authorities')).toEqual([])
  })

  it('makes another runtime: clients keep metadata by the hash of block 0', async () => {
    const [slow, same, fast] = await Promise.all([12_000, 12_000, 250].map((slotMs) => TestChain.create({ slotMs })))
    expect(slow?.storage.get(codeKey)).toEqual(same?.storage.get(codeKey))
    expect(slow?.storage.get(codeKey)).not.toEqual(fast?.storage.get(codeKey))
  })
})
