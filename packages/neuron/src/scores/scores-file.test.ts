import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createScores, type Scores } from './scores.js'
import { scoresFile } from './scores-file.js'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-scores-'))
  path = join(directory, 'deep', 'scores.json')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function filled(...values: number[]): Scores {
  const scores = createScores({ alpha: 1 })
  for (const [i, value] of values.entries()) scores.record(`hotkey-${i}`, value)
  return scores
}

describe('scoresFile', () => {
  it('has nothing at first, then gives back what was saved', async () => {
    const file = scoresFile(path)
    const scores = createScores()
    expect(await file.load(scores)).toBeUndefined()
    const saved = filled(1, 2.5, -3)
    await file.save(saved, 77)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await scoresFile(path).load(scores)).toBe(77)
    expect(scores.entries()).toEqual(saved.entries())
  })

  it('keeps the state before the last one as a backup', async () => {
    const file = scoresFile(path)
    await file.save(filled(1), 1)
    await file.save(filled(2), 2)
    const backup = createScores()
    expect(await scoresFile(file.backupPath).load(backup)).toBe(1)
    expect(backup.get('hotkey-0')).toBe(1)
    // A second life keeps that promise from its first save on.
    const second = scoresFile(path)
    await second.load(createScores())
    await second.save(filled(3), 3)
    expect(await scoresFile(file.backupPath).load(createScores())).toBe(2)
  })

  it.each([
    ['cut short', (text: string) => text.slice(0, -10)],
    ['changed in one place', (text: string) => text.replace('"score":1', '"score":9')],
    ['empty', () => ''],
    ['another format', () => '{"format":"other","sha256":""}\n{}\n'],
    ['no JSON', () => 'scores\n1 2 3\n'],
  ])('refuses a file that is %s, leaves it as it is, and names the backup', async (_, damage) => {
    const file = scoresFile(path)
    await file.save(filled(1), 1)
    const damaged = damage(await readFile(path, 'utf8'))
    await writeFile(path, damaged)
    const scores = filled(5)
    await expect(scoresFile(path).load(scores)).rejects.toMatchObject({
      code: 'NEURON_STATE_CORRUPT',
      facts: { file: path, backup: `${path}.bak` },
    })
    expect(scores.get('hotkey-0')).toBe(5)
    expect(await readFile(path, 'utf8')).toBe(damaged)
  })

  it('tells a directory that cannot be made', async () => {
    await writeFile(join(directory, 'deep'), 'a file in the way')
    await expect(scoresFile(path).save(filled(1), 1)).rejects.toMatchObject({ code: 'NEURON_STATE_IO' })
    // Where Node's own recursive mkdir never ends.
    await expect(scoresFile('/proc/no/such/scores.json').save(filled(1), 1)).rejects.toMatchObject({ code: 'NEURON_STATE_IO' })
  })
})
