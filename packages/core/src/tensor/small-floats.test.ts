import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dtypes } from './dtype.js'
import { type SmallFloat, tensorFromFloat32, tensorToFloat32 } from './small-floats.js'
import { f64Tensor, tensorOf } from './tensor.js'

const bitsOf = (dtype: SmallFloat, value: number) => tensorFromFloat32(dtype, [], [value]).data[0] as number
const widths = { F16: 16, BF16: 16, F8_E4M3: 8, F8_E5M2: 8 } as const
const smallFloats = Object.keys(widths) as SmallFloat[]

type Pairs = readonly (readonly [number, number | null])[]
const vectors = JSON.parse(readFileSync(new URL('../../../../vectors/small-floats/ml-dtypes.json', import.meta.url), 'utf8')) as Readonly<
  Record<SmallFloat, { readonly decode: Pairs; readonly encode: Pairs }>
>
const bitsOrNull = (value: number) => (Number.isNaN(value) ? null : new Uint32Array(Float32Array.of(value).buffer)[0])

/** Every value of a type, by its code. */
function allValues(dtype: SmallFloat): Float32Array {
  const count = 2 ** widths[dtype]
  const codes = new dtypes[dtype].array(count).map((_, code) => code)
  return tensorToFloat32(tensorOf(dtype, [count], codes as never))
}

describe('small floats', () => {
  // From IEEE 754, the bfloat16 page, and table 1 of OCP's OFP8 1.0.
  it.each<[SmallFloat, number, number]>([
    ['F16', 1, 0x3c00],
    ['F16', -2, 0xc000],
    ['F16', 65504, 0x7bff],
    ['F16', 2 ** -14, 0x0400],
    ['F16', 2 ** -24, 0x0001],
    ['F16', -0, 0x8000],
    ['F16', Infinity, 0x7c00],
    ['BF16', 1, 0x3f80],
    ['BF16', -Infinity, 0xff80],
    ['BF16', 2 ** -133, 0x0001],
    ['F8_E4M3', 448, 0x7e],
    ['F8_E4M3', 2 ** -6, 0x08],
    ['F8_E4M3', 2 ** -9, 0x01],
    ['F8_E5M2', 57344, 0x7b],
    ['F8_E5M2', 2 ** -14, 0x04],
    ['F8_E5M2', 2 ** -16, 0x01],
    ['F8_E5M2', -Infinity, 0xfc],
  ])('%s %d is %i', (dtype, value, bits) => {
    expect(bitsOf(dtype, value)).toBe(bits)
    expect(tensorToFloat32(tensorFromFloat32(dtype, [1], [value]))).toEqual(Float32Array.of(value))
  })

  it.each<[SmallFloat, number, number]>([
    ['F16', 65520, Infinity],
    ['F16', 65519.99, 65504],
    ['F16', 2 ** -25, 0],
    ['F16', 2 ** -25 * 1.001, 2 ** -24],
    ['F16', 1 + 2 ** -11, 1],
    ['F16', 1 + 3 * 2 ** -11, 1 + 2 ** -9],
    ['F8_E4M3', 464, 448],
    ['F8_E4M3', 465, Number.NaN],
    ['F8_E4M3', -Infinity, Number.NaN],
    ['F8_E5M2', 61440, Infinity],
    ['F8_E5M2', Number.NaN, Number.NaN],
    ['BF16', 3.4e38, Infinity],
  ])('%s rounds %d to %d', (dtype, value, rounded) => {
    expect(tensorToFloat32(tensorFromFloat32(dtype, [], [value]))).toEqual(Float32Array.of(rounded))
  })

  it.each(smallFloats)('%s: decodes and rounds as numpy and ml_dtypes do', (dtype) => {
    const { decode, encode } = vectors[dtype]
    expect(decode.length).toBeGreaterThan(200)
    expect(encode.length).toBeGreaterThan(600)
    const codes = decode.map(([code]) => code)
    const decoded = tensorToFloat32(tensorOf(dtype, [codes.length], new dtypes[dtype].array(codes)))
    expect([...decoded].map((value, index) => [decode[index]?.[0], bitsOrNull(value)])).toEqual(decode)
    const values = new Float32Array(Uint32Array.from(encode, ([bits]) => bits).buffer)
    const { data } = tensorFromFloat32(dtype, [encode.length], values)
    const back = tensorToFloat32(tensorOf(dtype, [encode.length], data as never))
    expect(encode.map(([bits], index) => [bits, Number.isNaN(back[index]) ? null : data[index]])).toEqual(encode)
  })

  it('give back every code of every type', () => {
    for (const dtype of smallFloats) {
      const values = allValues(dtype)
      const { data } = tensorFromFloat32(dtype, [values.length], values)
      const changed = [...data].filter((code, index) => code !== index && !Number.isNaN(values[index]))
      expect(changed).toEqual([])
      expect(tensorToFloat32(tensorOf(dtype, [data.length], data as never))).toEqual(values)
    }
  })

  it('round to the nearest of all values', () => {
    for (const dtype of smallFloats) {
      const finite = [...allValues(dtype)].filter(Number.isFinite)
      const largest = finite.reduce((a, b) => Math.max(a, b))
      fc.assert(
        fc.property(fc.float({ noNaN: true, min: Math.fround(-largest), max: Math.fround(largest) }), (value) => {
          const rounded = tensorToFloat32(tensorFromFloat32(dtype, [], [value]))[0] as number
          const best = finite.reduce((least, candidate) => Math.min(least, Math.abs(candidate - value)), Infinity)
          expect(Math.abs(rounded - value)).toBe(best)
        }),
        { numRuns: 30 },
      )
    }
  })

  it('agree with the upper half of a 32-bit float for BF16', () => {
    const exact = Float32Array.of(1, -3.5, 2 ** 100, 2 ** -130)
    expect([...tensorFromFloat32('BF16', [4], exact).data]).toEqual([...new Uint32Array(exact.buffer)].map((bits) => bits >>> 16))
  })
})

describe('tensorToFloat32', () => {
  it('returns F32 as it is, rounds F64, and takes the smaller integers', () => {
    const own = Float32Array.of(1)
    expect(tensorToFloat32(tensorOf('F32', [1], own))).toBe(own)
    expect(tensorToFloat32(f64Tensor([0.1]))).toEqual(Float32Array.of(0.1))
    expect(tensorToFloat32(tensorOf('I8', [1], Int8Array.of(-5)))).toEqual(Float32Array.of(-5))
    expect(tensorToFloat32(tensorOf('BOOL', [2], Uint8Array.of(0, 1)))).toEqual(Float32Array.of(0, 1))
  })

  it('refuses 64-bit integers', () => {
    expect(() => tensorToFloat32(tensorOf('U64', [1], BigUint64Array.of(1n)))).toThrow(expect.objectContaining({ code: 'TENSOR_INVALID' }))
  })
})
