import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { requireWritable, writeWhole } from './output-file.js'
import { openRunDirectory } from './run-directory.js'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'forecast-files-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true })
})

const refusal = (shortMessage: string, reason: string) =>
  expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT', shortMessage, facts: expect.objectContaining({ reason }) })

describe('an output file', () => {
  it('is refused before the run where it cannot be written', async () => {
    await mkdir(join(home, 'directory'))
    await expect(requireWritable(join(home, 'directory'))).rejects.toEqual(refusal('A file cannot be written', 'EISDIR'))
    await expect(requireWritable(join(home, 'none/result.json'))).rejects.toEqual(refusal('A file cannot be written', 'ENOENT'))
  })

  it('is written whole, new or over an old one', async () => {
    const file = join(home, 'result.json')
    for (const text of ['first', 'second']) {
      await requireWritable(file)
      expect(await readdir(home)).toEqual(text === 'first' ? [] : ['result.json'])
      await writeWhole(file, text)
      expect(await readFile(file, 'utf8')).toBe(text)
    }
    expect(await readdir(home)).toEqual(['result.json'])
  })
})

describe('the directory of a run', () => {
  it('says so where no temporary one can be made', async () => {
    vi.stubEnv('TMPDIR', join(home, 'none'))
    await expect(openRunDirectory(undefined)).rejects.toEqual(refusal('No temporary directory can be made', 'ENOENT'))
  })

  it('goes at once when the process must, unless the user chose it', async () => {
    vi.stubEnv('TMPDIR', home)
    const temporary = await openRunDirectory(undefined)
    expect(await readdir(home)).toHaveLength(1)
    temporary.removeNow()
    expect(await readdir(home)).toEqual([])
    const chosen = await openRunDirectory(join(home, 'mine'))
    chosen.removeNow()
    expect(await readdir(home)).toEqual(['mine'])
  })

  it('is not shared by two runs', async () => {
    await openRunDirectory(home)
    await expect(openRunDirectory(home)).rejects.toMatchObject({ shortMessage: 'The directory holds another run' })
  })
})
