import { readFileSync } from 'node:fs'
import { AxonService, emitProto, itemSizeBytes, tensorProto } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'

// What docs/wire-format.md says in numbers, held against the code and the vectors.
const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/wire-format.md')
const json = (path: string) => JSON.parse(read(path))

/** Fields of a .proto text as `type name = number`, in order, without comments. */
const fieldsOf = (proto: string) =>
  proto
    .split('\n')
    .map((line) => line.replace(/\/\/.*/, '').trim())
    .filter((line) => /^(?:repeated )?[\w.]+ \w+ = \d+;$/.test(line))
    .map((line) => line.replace(/^(repeated )?[\w.]*\.(\w+ )/, '$1$2'))
const blocks = [...page.matchAll(/```proto\n([\s\S]*?)```/g)].map(([, block]) => block as string)

describe('the wire-format page', () => {
  it('has the fields of AxonService and Tensor', () => {
    const [service, tensor] = blocks
    const scalar = (fields: string[]) => fields.filter((field) => /(?:uint32|uint64|string|bytes) /.test(field)).sort()
    expect(scalar(fieldsOf(service as string))).toEqual(scalar(fieldsOf(emitProto(AxonService))))
    expect(scalar(fieldsOf(service as string)).length).toBeGreaterThan(12)
    expect(fieldsOf(tensor as string)).toEqual(fieldsOf(tensorProto).filter((field) => !/^[A-Z0-9_]+ =/.test(field)))
  })

  it('has the numbers and sizes of all dtypes', () => {
    const table = [...page.matchAll(/\| ([A-Z]+[A-Z0-9_]*) +\| (\d+) +\| (\d) +(?=\|)/g)].map(([, name, wire, bytes]) => [
      name,
      Number(wire),
      Number(bytes),
    ])
    const code = [...tensorProto.matchAll(/^ {2}([A-Z0-9_]+) = (\d+);$/gm)].filter(([, name]) => name !== 'DTYPE_UNSPECIFIED')
    expect(table).toHaveLength(15)
    expect(table.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual(
      code.map(([, name, wire]) => [name, Number(wire), itemSizeBytes(name as Parameters<typeof itemSizeBytes>[0])]),
    )
  })

  it('shows a text that is a vector, and counts the vectors right', () => {
    const session = json('vectors/session/session.json')
    const receipts = json('vectors/receipt/receipt.json')
    const example = /```text\n([\s\S]*?)\n```/.exec(page)?.[1]
    expect(session.client.good.map((vector: { text_utf8: string }) => vector.text_utf8)).toContain(example)
    const count = (of: 'good' | 'bad') => session.client[of].length + session.server[of].length
    expect(page).toContain(`${count('good')} good, ${count('bad')} bad`)
    expect(page).toContain(`${receipts.good.length} good, ${receipts.bad.length} bad`)
  })
})
