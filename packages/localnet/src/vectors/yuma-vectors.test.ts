import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runVectorFile } from './run-vector-file.js'

const text = readFileSync(new URL('../../../../vectors/yuma/yuma.json', import.meta.url), 'utf8')
const results = runVectorFile(text)

describe.each(['math', 'epoch', 'runtime_executed'])('yuma vectors: %s', (section) => {
  const vectors = results.filter((result) => result.section === section)

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
