import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runVectorFile } from './run-vector-file.js'

describe.each([
  ['yuma.json', 'math'],
  ['yuma.json', 'epoch'],
  ['yuma.json', 'runtime_executed'],
  ['math.json', 'math'],
])('vectors of %s: %s', (name, section) => {
  const text = readFileSync(new URL(`../../../../vectors/yuma/${name}`, import.meta.url), 'utf8')
  const vectors = runVectorFile(text).filter((result) => result.section === section)

  it('runs every vector of the file', () => {
    const file = JSON.parse(text) as Record<string, unknown[]>
    expect(vectors).toHaveLength(file[section]?.length ?? -1)
    expect(vectors.length).toBeGreaterThan(0)
  })

  it.each(vectors.map((vector, index) => [`${vector.name} (${index})`, vector] as const))('%s', (_name, vector) => {
    expect(vector.fault).toBeUndefined()
    expect(vector.mismatches).toEqual([])
    expect(vector.ignored).toEqual([])
  })
})
