import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedKeys } from './sorted-keys.js'

test('is a sorted set, beyond one bucket as well', () => {
  const name = fc.nat(4000).map((n) => `0x${n.toString(16).padStart(4, '0')}`)
  fc.assert(
    fc.property(fc.array(name, { maxLength: 3000, size: 'max' }), name, (toggles, after) => {
      const keys = new SortedKeys()
      const model = new Set<string>()
      for (const key of toggles) {
        if (model.delete(key)) keys.remove(key)
        else {
          keys.add(key)
          model.add(key)
        }
      }
      const sorted = [...model].sort()
      expect([...keys.walk('0x')]).toEqual(sorted)
      expect([...keys.walk('0x0', after)]).toEqual(sorted.filter((key) => key.startsWith('0x0') && key > after))
    }),
    { numRuns: 30 },
  )
})
