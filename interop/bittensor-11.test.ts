import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pythonVenv } from './support/python-venv.js'

/** A row of what the Python side found; `intent`, `read`, `btcli`, or `list` for the lists themselves. */
interface Row {
  readonly kind: string
  readonly name: string
  readonly ok: boolean
  readonly error: string | null
}
interface Listed {
  readonly name: string
  readonly needed: boolean
  /** Why not, where not. */
  readonly why?: string
  /** Or what the chain of spec 424 has not, that the client asks for. */
  readonly absent?: string
}

const run = promisify(execFile)
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const listOf = async (name: string): Promise<Listed[]> => JSON.parse(await readFile(here(`bittensor-11/${name}.json`), 'utf8')) as Listed[]

describe('Python bittensor 11.3.0 on a localnet', () => {
  let localnet: Localnet
  let home: string
  let rows: Row[]
  beforeAll(async () => {
    const { python, bin } = await pythonVenv(new URL('bittensor-11/requirements.txt', import.meta.url))
    localnet = await createLocalnet({ sealing: 'instant' })
    home = await mkdtemp(join(tmpdir(), 'bittensor-11-'))
    await mkdir(here('../.cache'), { recursive: true })
    const report = here('../.cache/bittensor-11.json')
    await rm(report, { force: true })
    // Its own home: wallets, settings and the metadata that the client keeps.
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, NO_COLOR: '1', COLUMNS: '200', PYTHONDONTWRITEBYTECODE: '1' }
    const { stdout, stderr } = await run(python, [here('bittensor-11/run.py'), localnet.url, localnet.httpUrl, report], { env })
    process.stdout.write(stdout)
    process.stderr.write(stderr)
    rows = JSON.parse(await readFile(report, 'utf8')) as Row[]
  })
  afterAll(async () => {
    await localnet?.close()
    await rm(home, { recursive: true, force: true })
  })

  it('every needed intent, read and command works', () => {
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
  })

  it.each(['intents', 'reads'])('the list of %s is run whole, and says why of each that is not needed', async (name) => {
    const ran = new Set(rows.filter(({ kind }) => `${kind}s` === name).map((row) => row.name))
    const listed = await listOf(name)
    expect(listed.filter((entry) => entry.needed && !ran.has(entry.name))).toEqual([])
    expect(listed.filter((entry) => !entry.needed && !entry.why && !entry.absent)).toEqual([])
    expect(ran.size).toBeGreaterThan(50)
  })
})
