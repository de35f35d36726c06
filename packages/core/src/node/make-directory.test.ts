import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDirectory } from './make-directory.js'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'make-directory-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const codeOf = (path: string) =>
  makeDirectory(path).then(
    () => 'made',
    (error: NodeJS.ErrnoException) => error.code,
  )

describe('makeDirectory', () => {
  it('makes what is missing, for its owner alone, and is content with what is there', async () => {
    const path = join(root, 'a', 'b', 'c')
    expect([await codeOf(path), await codeOf(path)]).toEqual(['made', 'made'])
    for (const made of [path, join(root, 'a')]) expect((await stat(made)).mode & 0o777).toBe(0o700)
    await symlink(join(root, 'a'), join(root, 'link'))
    expect(await codeOf(join(root, 'link'))).toBe('made')
  })

  it('makes it with another mode', async () => {
    const path = join(root, 'open', 'to', 'group')
    await makeDirectory(path, 0o750)
    for (const made of [path, join(root, 'open')]) expect((await stat(made)).mode & 0o777 & ~0o027).toBe(0o750 & ~0o027)
  })

  it('may race with itself', async () => {
    const path = join(root, 'race', 'to', 'it')
    expect(await Promise.all(Array.from({ length: 8 }, () => codeOf(path)))).toEqual(Array(8).fill('made'))
  })

  it('refuses a file in the way', async () => {
    await writeFile(join(root, 'file'), '')
    expect(await codeOf(join(root, 'file'))).toBe('EEXIST')
    expect(await codeOf(join(root, 'file', 'below'))).toBe('ENOTDIR')
  })

  it('ends where nothing can be made', async () => {
    expect(await codeOf('/proc/no/such/place')).toMatch(/^(ENOENT|EACCES|EROFS|EPERM)$/)
  })
})
