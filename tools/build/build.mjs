#!/usr/bin/env node
// Builds the package in the current directory. The one place that names the bundler: its authors call tsup
// unmaintained, so moving to another one is a change of this file.
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { build } from 'tsup'

const {
  entries = { index: 'src/index.ts' },
  formats = ['esm', 'cjs'],
  types = true,
  // Plain files that run beside the code, such as a worker thread's: copied into dist, found by `new URL(name, import.meta.url)`.
  assets = [],
} = existsSync('build.json') ? JSON.parse(readFileSync('build.json', 'utf8')) : {}
// TENSORKIT_BUILD=js leaves out declarations: what is run, not what is published.
const withTypes = types && process.env.TENSORKIT_BUILD !== 'js'

await build({
  config: false,
  entry: entries,
  format: formats,
  outDir: 'dist',
  platform: 'node',
  target: 'node20',
  splitting: true,
  removeNodeProtocol: false,
  // import.meta.url for the CommonJS build.
  shims: assets.length > 0,
  sourcemap: true,
  clean: true,
  silent: true,
  tsconfig: resolve(import.meta.dirname, 'tsconfig.json'),
  dts: withTypes && { compilerOptions: { composite: false } },
})
for (const asset of assets) copyFileSync(asset, resolve('dist', basename(asset)))
