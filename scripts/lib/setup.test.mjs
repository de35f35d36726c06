import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rootDir } from './paths.mjs'
import { hasSha512 } from './pnpm.mjs'
import { digestOf } from './stamp.mjs'
import { closure, projects } from './workspace.mjs'

let dir
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tensorkit-setup-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

it('a download of one changed byte does not have the digest', async () => {
  const file = join(dir, 'pnpm.tgz')
  const bytes = Buffer.from('a package')
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  await writeFile(file, bytes)
  expect(await hasSha512(file, sha512)).toBe(true)
  bytes[0] ^= 1
  await writeFile(file, bytes)
  expect(await hasSha512(file, sha512)).toBe(false)
})

it('pnpm is pinned by version and sha512', async () => {
  const { packageManager } = JSON.parse(await readFile(join(rootDir, 'package.json'), 'utf8'))
  expect(packageManager).toMatch(/^pnpm@\d+\.\d+\.\d+\+sha512\.[0-9a-f]{128}$/)
})

it('the example needs its packages and not the command line', () => {
  const names = closure('@tensorkit/example-forecast').map(({ name }) => name)
  expect(names).toContain('@tensorkit/core')
  expect(names).not.toContain('@tensorkit/cli')
  expect(names.indexOf('@tensorkit/core')).toBeLessThan(names.indexOf('@tensorkit/axon'))
  expect(names.at(-1)).toBe('@tensorkit/example-forecast')
})

it('a digest follows contents and names, and not tests or reports', async () => {
  // Relative to the root, where digests look.
  const folder = relative(rootDir, dir)
  const digest = () => digestOf([folder])
  await writeFile(join(dir, 'a.ts'), '1')
  const first = digest()
  await writeFile(join(dir, 'a.test.ts'), 'x')
  expect(digest()).toBe(first)
  // The report of a run is no source: after `npm start` there is nothing to build.
  await writeFile(join(dir, 'report.html'), 'x')
  expect(digest()).toBe(first)
  await writeFile(join(dir, 'a.ts'), '2')
  const second = digest()
  expect(second).not.toBe(first)
  await rm(join(dir, 'a.ts'))
  await writeFile(join(dir, 'b.ts'), '2')
  expect(digest()).not.toBe(second)
})

it('every project of the workspace is known', () => {
  const names = projects().map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('@tensorkit/docs')
})
