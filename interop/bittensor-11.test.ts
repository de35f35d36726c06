import { readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Row, runPythonClient } from './support/python-client.js'

/** A line of intents.json or reads.json. */
interface Listed {
  readonly name: string
  readonly needed: boolean
  /** Why not, where not. */
  readonly why?: string
  /** Or what the client asks for that the chain of spec 424 has not. */
  readonly absent?: string
}

const listOf = async (name: string): Promise<Listed[]> =>
  JSON.parse(await readFile(new URL(`bittensor-11/${name}.json`, import.meta.url), 'utf8')) as Listed[]

describe('Python bittensor 11.3.0 on a localnet', () => {
  let rows: Row[]
  beforeAll(async () => {
    rows = await runPythonClient('bittensor-11')
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

  it('its btcli shows subnets, a metagraph and a balance, and plans a stake', () => {
    const commands = rows.filter(({ kind }) => kind === 'btcli').map(({ name }) => name)
    expect(commands).toEqual(['subnets list', 'subnets show', 'query metagraph', 'wallet balance', 'tx add-stake --dry-run'])
  })
})
