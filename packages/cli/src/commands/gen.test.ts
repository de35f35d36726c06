import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bidi,
  bytes,
  clientStreaming,
  defineProtocol,
  double,
  enumeration,
  enumType,
  f64Tensor,
  int32,
  map,
  message,
  nested,
  optional,
  type Protocol,
  protoFiles,
  repeated,
  serverStreaming,
  sint64,
  string,
  tensor,
  tensorChunk,
  uint32,
  unary,
} from '@tensorkit/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Forecaster } from '../../test/proto/forecaster.js'
import { runCli } from '../run-cli.js'

const fixtures = fileURLToPath(new URL('../../test/proto/', import.meta.url))

let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-gen-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({
    write(chunk: string) {
      text[name] += chunk
    },
  })
  const code = await runCli(args, { stdout: sink('stdout'), stderr: sink('stderr'), signal: new AbortController().signal })
  return { code, ...text }
}

async function put(name: string, text: string): Promise<string> {
  const file = join(directory, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return file
}

const hashOf = (stdout: string): unknown => Object.values((JSON.parse(stdout) as [{ protocols: object }])[0].protocols)[0]

describe('tensorkit gen', () => {
  // Biome and tsc check that file as any other of the repository.
  it('makes the very file that is kept in the repository, which has the types and codecs of one written by hand', async () => {
    const { code, stdout } = await run('gen', join(fixtures, 'forecaster.proto'), '--check', '--json')
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      [{ state: 'unchanged', protocols: { 'forecast.v1.Forecaster': Forecaster.$hash } }],
    ])
    const Mood = enumType('Point.Mood', { FLAT: 0, UP: 1, DOWN: -1 })
    const Point = message('Point', { x: double(1), mood: enumeration(2, Mood) })
    const inner = message('PredictRequest.Inner', {
      mood: enumeration(1, Mood),
      point: optional(nested(2, Point)),
      ts: repeated(tensor(3)),
    })
    const request = message('PredictRequest', {
      series: tensor(1, { dtype: 'F64', rank: 1 }),
      horizon: uint32(2),
      userName: optional(string(3)),
      lags: repeated(int32(4), { maxItems: 8 }),
      byName: map('string', nested(5, inner)),
      inner: nested(6, inner),
    })
    const byHand = defineProtocol('forecast.v1.Forecaster', {
      predict: unary({ request, response: message({ mean: tensor(1) }) }),
      watch: serverStreaming({ request, response: Point }),
      up: clientStreaming({ request, response: Point }),
      both: bidi({ request, response: Point }),
    })
    expect(Forecaster.$hash).toBe(byHand.$hash)
    expect(Forecaster.$schema).toEqual(byHand.$schema)
    const value = {
      series: f64Tensor([1, 2]),
      horizon: 5,
      lags: [1, -2],
      byName: new Map([['a', { mood: 'UP' as const, ts: [] }]]),
      inner: { mood: 'DOWN' as const, point: { x: 1, mood: 'FLAT' as const }, ts: [f64Tensor([3])] },
    }
    expect(Forecaster.predict.request.encode(value)).toEqual(byHand.predict.request.encode(value))
    expect(Forecaster.predict.path).toBe(byHand.predict.path)
    expect(Forecaster.$methods.map(({ kind }) => kind)).toEqual(['unary', 'serverStreaming', 'clientStreaming', 'bidi'])
  })

  it('gives back the hash of every protocol that was defined by hand and emitted', async () => {
    const Trend = enumType('Trend', { FLAT: 0, UP: 1, DOWN: -1 })
    const Point = message('Point', { x: double(1), trend: enumeration(2, Trend) })
    const rich = message({
      stdDev: double(1),
      x2Y3: uint32(2),
      inner: nested(3, message({ deeper: nested(1, message({ t: tensor(1, { rank: 0 }) })), mood: enumeration(2, { GOOD: 0, BAD: 1 }) })),
      points: repeated(nested(4, Point), { maxItems: 5 }),
      byKey: map('sint64', nested(5, Point), { maxItems: 2 }),
      shape: optional(tensor(6, { dtype: 'BF16', rank: 2 })),
      tensors: repeated(tensor(7, { dtype: 'F8_E4M3' }), { maxItems: 3 }),
      option: bytes(8),
      oneof: string(9),
      required: uint32(10),
      group: repeated(sint64(11)),
      message: optional(uint32(12)),
    })
    const protocols: readonly Protocol[] = [
      defineProtocol('plain.v1.Plain', { ping: unary({ request: message({}), response: message({}) }) }),
      defineProtocol('a.b_2.v1.Rich', {
        one: unary({ request: rich, response: Point }),
        down: serverStreaming({ request: Point, response: tensorChunk }),
        up: clientStreaming({ request: tensorChunk, response: rich }),
        both: bidi({ request: Point, response: Point }),
      }),
    ]
    for (const protocol of protocols) {
      const { path } = protoFiles(protocol).at(-1) as { path: string }
      for (const file of protoFiles(protocol)) await put(file.path, file.text)
      const { code, stdout, stderr } = await run('gen', join(directory, path), '--out', join(directory, 'out'), '--json')
      expect([code, stderr]).toEqual([0, ''])
      expect(hashOf(stdout)).toBe(protocol.$hash)
    }
  })

  it('tells a stale file, writes it, and is quiet about one without a service', async () => {
    const types = await put('s/types.proto', 'syntax = "proto3"; package s.v1; message P { uint32 x = 1; }')
    const file = await put('s/s.proto', 'syntax = "proto3"; package s.v1; import "types.proto"; service S { rpc Do(P) returns (P); }')
    expect(await run('gen', types, file, '--check')).toMatchObject({ code: 1, stdout: expect.stringContaining('stale') })
    expect(await run('gen', types, file)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^written .*s\.ts {2}s\.v1\.S\n$/) })
    expect(await run('gen', types, file, '--check')).toMatchObject({ code: 0, stdout: expect.stringContaining('unchanged') })
    await writeFile(join(directory, 's/s.ts'), '// changed by hand')
    expect((await run('gen', file, '--check')).code).toBe(1)
    expect(await readFile(join(directory, 's/s.ts'), 'utf8')).toBe('// changed by hand')
    expect(await run('gen', types)).toMatchObject({ code: 2, stderr: expect.stringContaining('None of the files has a service') })
  })

  it('finds imports by --proto-path', async () => {
    await put('elsewhere/deep/p.proto', 'syntax = "proto3"; package i.v1; message P {}')
    const file = await put('i.proto', 'syntax = "proto3"; package i.v1;\nimport "deep/p.proto";\nservice S { rpc Do(P) returns (P); }')
    expect(await run('gen', file, '--check')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('The import deep/p.proto is not found'),
    })
    expect((await run('gen', file, '--proto-path', join(directory, 'elsewhere'))).code).toBe(0)
  })

  const wrapped = (body: string, imports = '') =>
    `syntax = "proto3";\npackage r.v1; ${imports}\nservice S { rpc Do(M) returns (M); }\n${body}`
  it.each<[string, string, number, string]>([
    ['proto2', 'syntax = "proto2";\npackage r.v1;', 1, 'Only proto3 is read, and this file is proto2'],
    ['no syntax', 'package r.v1;', 1, 'names no syntax'],
    ['an edition', 'edition = "2023";', 1, 'this file is 2023'],
    ['a oneof', wrapped('message M {\n  oneof kind {\n    uint32 a = 1;\n  }\n}'), 5, 'oneof kind'],
    ['a group', wrapped('message M {\n  optional group G = 1 { }\n}'), 5, 'group G'],
    ['required', wrapped('message M {\n\n  required uint32 a = 1;\n}'), 6, 'required uint32'],
    ['extensions', wrapped('message M {\n  extensions 4 to 9;\n}'), 5, 'extensions'],
    ['an extension', wrapped('message M {}\nextend M {\n  uint32 a = 4;\n}'), 5, 'extend M'],
    [
      'a message within itself',
      wrapped('message M {\n  N n = 1;\n}\nmessage N {\n  optional M m = 1;\n}'),
      8,
      'The message M holds itself',
    ],
    ['a snake_case of its own', wrapped('message M {\n  uint32 x_1 = 1;\n}'), 5, 'lower_snake_case'],
    ['a camelCase field', wrapped('message M {\n  uint32 stdDev = 1;\n}'), 5, 'lower_snake_case'],
    ['a json_name', wrapped('message M {\n  uint32 a = 1 [json_name = "b"];\n}'), 5, 'json_name'],
    ['a lower-case method', wrapped('message M {}\nservice T {\n  rpc do(M) returns (M);\n}'), 6, 'UpperCamelCase'],
    [
      'an alias of an enum',
      wrapped('message M {\n  E e = 1;\n}\nenum E {\n  option allow_alias = true;\n  A = 0;\n  B = 0;\n}'),
      7,
      'Two values',
    ],
    ['a lower-case enum value', wrapped('message M {\n  E e = 1;\n}\nenum E {\n  a = 0;\n}'), 8, 'UPPER_SNAKE_CASE'],
    ['a number that is reserved', wrapped('message M {\n  uint32 a = 19000;\n}'), 5, '19000'],
    ['an unknown type', wrapped('message M {\n  Nowhere a = 1;\n}'), 0, 'Nowhere'],
    [
      'a tensor alone',
      `${wrapped('message M {}\n', 'import "tensorkit/tensor/v1/tensor.proto";')}service T { rpc Do(tensorkit.tensor.v1.Tensor) returns (M); }`,
      5,
      'A tensor alone',
    ],
    ['nonsense', wrapped('message M {\n  uint32 = 1;\n}'), 5, 'does not parse'],
    ['no package', 'syntax = "proto3";\nservice S { rpc Do(M) returns (M); }\nmessage M {}', 2, 'must name its package'],
    ['an import that is not there', 'syntax = "proto3";\npackage r.v1;\nimport "google/protobuf/any.proto";', 0, 'is not found'],
    [
      'a type inside an unused message',
      wrapped('message M { Outer.In a = 1; }\nmessage Outer { message In {} }'),
      0,
      'the protocol does not use',
    ],
  ])('refuses %s by name and line', async (_, text, line, expected) => {
    const file = await put('refused.proto', text)
    const { code, stdout, stderr } = await run('gen', file, '--json')
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; facts: { where: string } } }
    expect([code, stdout, error.code]).toEqual([2, '', 'PROTOCOL_INVALID'])
    expect(error.message).toContain(expected)
    expect(error.facts.where).toContain(line === 0 ? file : `${file}:${line}`)
  })

  it('refuses types of another package, by the field that uses them', async () => {
    await put('other.proto', 'syntax = "proto3"; package other.v1; message P {}')
    const file = await put('foreign.proto', wrapped('message M {\n  other.v1.P p = 1;\n}', 'import "other.proto";'))
    const { stderr } = await run('gen', file)
    expect(stderr).toContain('other.v1.P lies in another package')
    expect(stderr).toContain(`${file}:5`)
  })

  it('tells a file that is not there, and two that would be one', async () => {
    expect(await run('gen', join(directory, 'nowhere.proto'))).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') })
    const text = (name: string) => `syntax = "proto3"; package ${name}.v1; service S { rpc Do(M) returns (M); } message M {}`
    const files = [await put('one/same.proto', text('one')), await put('two/same.proto', text('two'))]
    expect(await run('gen', ...files, '--out', directory)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Two files would be written'),
    })
  })
})

describe('tensorkit proto diff', () => {
  const file = (version: string, body: string, name = 'd.v1') =>
    put(`${version}.proto`, `syntax = "proto3";\npackage ${name};\nservice S { rpc Do(M) returns (M); }\n${body}`)

  it('ends with 0 where nothing is breaking, and says what changed', async () => {
    const older = await file('d1', 'message M { uint32 a = 1; string b = 2; }')
    const newer = await file('d2', 'message M { uint32 a = 1; string name = 2; optional bytes c = 3; }')
    const { code, stdout } = await run('proto', 'diff', older, newer)
    expect(code).toBe(0)
    expect(stdout).toContain('names     d.v1.M.b: it is name now')
    expect(stdout).toContain('ok        d.v1.M.c: a new field 3')
    expect(stdout).toMatch(/Nothing breaking\n$/)
    expect((await run('proto', 'diff', older, older)).stdout).toContain('d.v1.S: the same protocol')
  })

  it('ends with 1 for a breaking change, and says who fails', async () => {
    const older = await file('e1', 'message M { uint32 a = 1; E e = 2; } enum E { A = 0; }')
    const newer = await file('e2', 'message M { string a = 1; E e = 2; } enum E { A = 0; B = 1; }')
    const { code, stdout } = await run('proto', 'diff', older, newer, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      breaking: true,
      services: [
        {
          service: 'd.v1.S',
          changes: [
            { kind: 'field-type-changed', where: 'd.v1.M.a', fails: ['oldReader', 'newReader'] },
            { kind: 'enum-value-added', where: 'd.v1.E.B', fails: ['oldReader'] },
          ],
        },
      ],
    })
    expect((await run('proto', 'diff', older, newer)).stdout).toContain(
      'BREAKING  d.v1.E.B: old readers refuse the number 1 (update readers first)',
    )
  })

  it('compares services by name, and one that moved with what it became', async () => {
    const older = await file('f1', 'message M {}')
    const moved = await file('f2', 'message M {}', 'd.v2')
    expect(await run('proto', 'diff', older, moved)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the service is d.v2.S now'),
    })
    const more = await file('f3', 'message M {}\nservice T { rpc Do(M) returns (M); }')
    expect(await run('proto', 'diff', older, more)).toMatchObject({ code: 0, stdout: expect.stringContaining('d.v1.T: a new service') })
    expect(await run('proto', 'diff', more, older)).toMatchObject({ code: 1, stdout: expect.stringContaining('the service is gone') })
  })

  it('tells wrong files by exit code 2', async () => {
    const good = await file('g1', 'message M {}')
    const none = await put('g2.proto', 'syntax = "proto3"; package d.v1; message M {}')
    expect(await run('proto', 'diff', good, none)).toMatchObject({ code: 2, stderr: expect.stringContaining('has no service') })
    expect((await run('proto', 'diff', good)).code).toBe(2)
    expect((await run('gen')).code).toBe(2)
    expect((await run('gen', '--help')).stdout).toContain('write typed protocols of .proto files')
  })
})
