import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runVectorFile, type VectorResult } from './run-vector-file.js'

interface Vector {
  name: string
  expected: unknown
  exact?: unknown
  derived?: Record<string, unknown[]>
  input: Record<string, unknown>
}

const file = JSON.parse(readFileSync(new URL('../../../../vectors/yuma/yuma.json', import.meta.url), 'utf8')) as Record<string, Vector[]>

function vector(section: string, keep: (candidate: Vector) => boolean): Vector {
  const found = file[section]?.find(keep)
  if (!found) throw new Error(`no such vector in ${section}`)
  return structuredClone(found)
}

function only(section: string, entry: unknown): VectorResult {
  const [result, ...rest] = runVectorFile(JSON.stringify({ [section]: [entry] }))
  expect(rest).toEqual([])
  if (!result) throw new Error('nothing was run')
  return result
}

describe('runVectorFile', () => {
  it('reports a wrong integer by field and index', () => {
    const entry = vector('epoch', (candidate) => candidate.derived !== undefined)
    const correct = Number(entry.derived?.consensus?.[2])
    entry.derived = { ...entry.derived, consensus: entry.derived?.consensus?.with(2, correct + 1) ?? [] }
    expect(only('epoch', entry).mismatches).toEqual([{ field: 'consensus[2]', expected: String(correct + 1), got: String(correct) }])
  })

  it('compares exact values to the bit even where the source states a tolerance', () => {
    const entry = vector('math', (candidate) => candidate.name.startsWith('normalize@'))
    entry.exact = (entry.exact as number[]).with(1, (entry.exact as [number, number])[1] + 1)
    expect(only('math', entry).mismatches.map(({ field }) => field)).toEqual(['exact[1]'])
  })

  it('keeps every digit of integers beyond 2^53', () => {
    const entry = vector('math', (candidate) => candidate.name === 'exp_safe@math.rs:488')
    const text = JSON.stringify({ math: [entry] })
    expect(text).toContain('"exact":2066907302758576')
    const off = text.replace(/"(exact|expected)":\d+/g, '"$1":2066907302758576257')
    expect(runVectorFile(off)[0]?.mismatches).toHaveLength(2)
    expect(runVectorFile(off.replaceAll('576257', '576256'))[0]?.mismatches).toEqual([])
  })

  it('reports a cell outside its epsilon', () => {
    const entry = vector('epoch', (candidate) => candidate.input?.liquid_alpha === true)
    const { field, index } = (entry.expected as [{ field: string; index: number[] }])[0]
    const cells = structuredClone(entry.expected) as { value: number }[]
    for (const cell of cells.slice(0, 1)) cell.value = 0.9
    entry.expected = cells
    expect(only('epoch', entry).mismatches.map((mismatch) => mismatch.field)).toEqual([`${field}[${index.join('][')}]`])
  })

  it.each([
    ['unknown section', { other: [] }, 'unknown section'],
    ['section that is no list', { math: {} }, 'must be a list of vectors'],
    ['unknown kind', { epoch: [{ name: 'x', kind: 'dream' }] }, 'unknown kind "dream"'],
    ['another kind in its section', { runtime_executed: [{ name: 'x', kind: 'dream' }] }, 'unknown kind "dream"'],
    ['unknown function', { math: [{ name: 'x', fn: 'constructor', input: {}, exact: 1 }] }, 'unknown function "constructor"'],
    ['missing name', { math: [{}] }, 'field "name" must be a string'],
    ['missing input', { math: [{ name: 'x', fn: 'normalize' }] }, 'input is not an object'],
    ['nothing expected', { math: [{ name: 'x', fn: 'normalize', input: { vector: [1] } }] }, 'nothing is expected'],
    [
      'fractional count',
      { math: [{ name: 'x', fn: 'is_topk', input: { vector: [1], k: 0.5 }, exact: [true] }] },
      'field "k" must be a whole number from 0',
    ],
  ])('says what is wrong: %s', (_name, content, fault) => {
    expect(runVectorFile(JSON.stringify(content))[0]?.fault).toBe(fault)
  })

  it('takes plain text beside the sections for a description', () => {
    expect(runVectorFile(JSON.stringify({ from: 'a test', version: 2, math: [] }))).toEqual([])
    expect(runVectorFile(JSON.stringify({ from: {} }))[0]?.fault).toBe('unknown section')
  })

  it("reads what an epoch leaves out as the chain's default", () => {
    const entry = vector('epoch', (candidate) => candidate.name === 'test_validator_permits_n4_v2_i0_a1_e1')
    const { tempo: _tempo, weights: _weights, bonds: _bonds, kappa: _kappa, block_at_registration: _blocks, ...input } = entry.input
    expect(only('epoch', { ...entry, input })).toMatchObject({ mismatches: [] })
    expect(only('epoch', { ...entry, input }).fault).toBeUndefined()
  })

  it('takes the other names of an input', () => {
    const entry = vector('epoch', (candidate) => candidate.name === 'test_yuma_3_kappa_moves_first_e3')
    const { yuma3, liquid_alpha, ...rest } = entry.input
    const result = only('epoch', { ...entry, input: { ...rest, yuma3_on: yuma3, liquid_alpha_enabled: liquid_alpha } })
    expect(result).toMatchObject({ mismatches: [], ignored: [] })
    expect(result.fault).toBeUndefined()
  })

  it.each(['uid % 8 == 0', 'every 8th uid', '0,8,16,...,504', 'regular interleaving', Array.from({ length: 64 }, (_, k) => 8 * k)])(
    'reads the validators of a generated graph: %j',
    (validators) => {
      const entry = vector('epoch', (candidate) => candidate.name === 'test_512_graph_interleave0_self0_epoch3') as Vector & {
        generator: Record<string, unknown>
      }
      entry.generator = { ...entry.generator, validators, server_self_weight: true, epochs_after_weights: 1 }
      const result = only('epoch', entry)
      expect(result.fault).toBeUndefined()
      expect(result.mismatches).toEqual([])
    },
  )

  it('refuses a generated graph whose uids it cannot read', () => {
    const entry = vector('epoch', (candidate) => candidate.name === 'test_512_graph_interleave0_self0_epoch3') as Vector & {
      generator: Record<string, unknown>
    }
    entry.generator = { ...entry.generator, validators: 'some' }
    expect(only('epoch', entry).fault).toBe('field "validators" names no uids')
  })

  it('refuses an unknown output field', () => {
    const entry = vector('epoch', (candidate) => candidate.derived !== undefined)
    entry.derived = { ...entry.derived, luck: [] }
    expect(only('epoch', entry).fault).toBe('unknown output field "luck"')
  })

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
    ['a number', '7'],
  ])('refuses a file that is %s', (_name, text) => {
    expect(() => runVectorFile(text)).toThrow(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})
