import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vectorsCommand } from './vectors-command.js'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vectors-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

function run(content: unknown, ...args: string[]) {
  if (content !== undefined) writeFileSync(join(directory, 'file.json'), typeof content === 'string' ? content : JSON.stringify(content))
  let out = ''
  let err = ''
  const code = vectorsCommand({
    args: args.length > 0 ? args : ['file.json'],
    directory,
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
  })
  return { code, err, lines: out.trimEnd().split('\n') }
}

const passing = { name: 'a', fn: 'is_topk', input: { vector: [1, 2], k: 1 }, exact: [false, true] }
const failing = { ...passing, name: 'b', exact: [true, false] }

describe('vectors FILE', () => {
  it('ends with the count and 0 when all pass', () => {
    const { code, lines } = run({ math: [passing] })
    expect(lines).toEqual(['1 passed, 0 failed'])
    expect(code).toBe(0)
  })

  it('prints each mismatch and ends with 1', () => {
    const { code, lines } = run({ math: [passing, failing] })
    expect(lines).toEqual([
      'FAIL math b: exact[0]: expected true, got false',
      'FAIL math b: exact[1]: expected false, got true',
      '1 passed, 1 failed',
    ])
    expect(code).toBe(1)
  })

  it('counts an unknown kind as failed', () => {
    const { code, lines } = run({ epoch: [{ name: 'c', kind: 'new' }] })
    expect(lines).toEqual(['FAIL epoch c: unknown kind "new"', '0 passed, 1 failed'])
    expect(code).toBe(1)
  })

  it('says which input fields nothing reads', () => {
    const { code, lines } = run({ math: [{ ...passing, input: { ...passing.input, mood: 1 } }] })
    expect(lines[0]).toBe('note: input field "mood" is not read')
    expect(code).toBe(0)
  })

  it('ends with 1 when nothing was run', () => {
    expect(run({ schema: 'x', math: [] })).toMatchObject({
      code: 1,
      lines: [expect.stringContaining('nothing was run'), '0 passed, 0 failed'],
    })
  })

  it.each([
    ['malformed', '{"math":', undefined],
    ['missing', undefined, 'absent.json'],
  ])('gives one clear error and 2 for a %s file', (_name, content, path) => {
    const { code, err } = run(content, ...(path ? [path] : []))
    expect(code).toBe(2)
    expect(err).toMatch(/^The vector file (is not JSON|cannot be read)\n/)
  })

  it('explains itself without a file', () => {
    expect(run(undefined, '--')).toMatchObject({ code: 2, err: expect.stringContaining('Usage: vectors FILE') })
  })
})
