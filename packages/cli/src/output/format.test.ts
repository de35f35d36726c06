import { describe, expect, it } from 'vitest'
import { coins, jsonLine, table } from './format.js'

describe('table', () => {
  it('aligns text to the left and numbers to the right', () => {
    expect(
      table(
        ['UID', 'NAME'],
        [
          [7, 'a'],
          [123, 'bcd'],
        ],
      ),
    ).toBe('UID  NAME\n  7  a\n123  bcd\n')
  })
})

describe('jsonLine', () => {
  it('writes bigints as decimal text', () => {
    expect(jsonLine({ rao: 2n ** 64n, list: [1n] })).toBe('{"rao":"18446744073709551616","list":["1"]}\n')
    expect(jsonLine({ algorithm: 0x54, publicKey: Uint8Array.of(0, 255) })).toBe('{"algorithm":84,"publicKey":"00ff"}\n')
  })
})

describe('coins', () => {
  it.each([
    [0n, '0.000'],
    [1_999_999n, '0.001'],
    [1_500_000_000n, '1.500'],
    [21_000_000_000_000_000n, '21000000.000'],
  ])('shows %d rao as %s', (rao, text) => {
    expect(coins(rao)).toBe(text)
  })
})
