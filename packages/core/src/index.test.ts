import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

describe('the root entry', () => {
  it('bundles for a browser: no module of Node, no chain library, no WebAssembly', async () => {
    const entry = fileURLToPath(new URL('./index.ts', import.meta.url))
    const { metafile, warnings } = await build({
      entryPoints: [entry],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      write: false,
      metafile: true,
      logLevel: 'silent',
    })
    const inputs = Object.keys(metafile.inputs)
    expect(inputs.filter((path) => /@polkadot|wasm|@grpc|\/src\/crypto\//.test(path))).toEqual([])
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))).toEqual([])
    expect(inputs.some((path) => path.includes('protobufjs/src/writer.js'))).toBe(true)
    // protobufjs' reflection, parser and code generation stay out: they are most of it.
    expect(inputs.filter((path) => /protobufjs\/src\/(parse|root|type|encoder|decoder)\.js/.test(path))).toEqual([])
    expect(warnings).toEqual([])
  })
})
