import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npmProject } from './support/npm-project.js'
import { runClient } from './support/run-client.js'

const run = promisify(execFile)

interface Sent {
  readonly statuses: readonly string[]
  readonly ok: boolean
  readonly events: readonly string[]
  readonly error: { readonly type: string; readonly value: { readonly type: string } } | null
}
interface Report {
  readonly name: string
  readonly genesisHash: string
  readonly fee: string
  readonly paid: Sent
  readonly failed: Sent
  readonly batched: Sent
  readonly balances: readonly string[]
  readonly finalized: readonly number[]
  readonly best: readonly number[]
  readonly watched: readonly number[]
  readonly deposit: string
  readonly networks: number
  readonly accounts: number
  readonly tempo: number
  readonly body: number
}

/** The metadata as the generator reads it: what `Metadata_metadata_at_version` says, without Option and length. */
function metadata(localnet: Localnet): Uint8Array {
  const answer = localnet.callRuntime('Metadata_metadata_at_version', Uint8Array.of(15, 0, 0, 0))
  const magic = Buffer.from(answer).indexOf('meta')
  return answer.subarray(magic)
}

describe('polkadot-api with its generated descriptors, in a process of its own', () => {
  let localnet: Localnet
  let report: Report
  beforeAll(async () => {
    const directory = await npmProject(new URL('papi/', import.meta.url))
    localnet = await createLocalnet({ sealing: { intervalMs: 250 } })
    await rm(join(directory, '.papi'), { recursive: true, force: true })
    await writeFile(join(directory, 'metadata.scale'), metadata(localnet))
    const papi = join(directory, 'node_modules', 'polkadot-api', 'bin', 'cli.js')
    await run(process.execPath, [papi, 'add', 'localnet', '--file', 'metadata.scale'], { cwd: directory, timeout: 200_000 })
    report = await runClient<Report>(directory, localnet.url)
  })
  afterAll(() => localnet?.close())

  const inOrder = (numbers: readonly number[]): boolean => numbers.every((number, at) => number === (numbers[0] ?? 0) + at)

  it('connects by chainHead and knows the chain', () => {
    expect(report).toMatchObject({ name: 'Bittensor', genesisHash: localnet.genesisHash, deposit: '500', networks: 2, tempo: 100 })
    expect(report.accounts).toBeGreaterThanOrEqual(11)
    expect(report.body).toBeGreaterThanOrEqual(1)
  })

  it('signs, submits, and watches to finality', () => {
    expect(Number(report.fee)).toBeGreaterThan(0)
    for (const { statuses } of [report.paid, report.failed, report.batched]) {
      // A client that is busy may look at several blocks before it is told that one of them is final.
      expect([...new Set(statuses)]).toEqual(['signed', 'broadcasted', 'txBestBlocksState', 'finalized'])
    }
    expect(report.paid).toMatchObject({ ok: true, error: null })
    expect(report.paid.events).toContain('Balances.Transfer')
    expect(report.failed).toMatchObject({ ok: false, error: { type: 'Token', value: { type: 'FundsUnavailable' } } })
    expect(report.batched.events).toContain('Utility.BatchCompleted')
    const [before = '0', after = '0'] = report.balances
    expect(BigInt(after) - BigInt(before)).toBe(2_000_000_000n)
  })

  it('streams blocks and storage', () => {
    for (const numbers of [report.finalized, report.watched]) expect(inOrder(numbers), numbers.join()).toBe(true)
    expect(report.best[1]).toBeGreaterThan(report.best[0] ?? 0)
  })
})
