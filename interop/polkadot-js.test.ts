import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npmProject } from './support/npm-project.js'
import { runClient } from './support/run-client.js'

interface Sent {
  readonly statuses: readonly string[]
  readonly events: readonly string[]
  readonly error: string | null
}
interface Report {
  readonly promise: {
    readonly genesis: string
    readonly spec: number
    readonly fee: string
    readonly paid: Sent
    readonly failed: Sent
    readonly batched: Sent
    readonly heads: readonly number[]
    readonly balances: readonly string[]
    readonly networks: number
    readonly stake: readonly unknown[]
    readonly tempo: number
    readonly pending: number
  }
  readonly derive: { free: string; nonce: number; best: number; finalized: number; first: number; extrinsics: readonly string[] }
  readonly rx: { numbers: readonly number[]; statuses: readonly string[]; heads: readonly number[] }
}

describe('@polkadot/api, in a process of its own', () => {
  let localnet: Localnet
  let report: Report
  beforeAll(async () => {
    const directory = await npmProject(new URL('polkadot-js/', import.meta.url))
    localnet = await createLocalnet({ sealing: { intervalMs: 250 } })
    report = await runClient<Report>(directory, localnet.url)
  })
  afterAll(() => localnet?.close())

  // A client that is too busy to look at InBlock within a second shows Finalized alone.
  const isLifeCycle = (statuses: readonly string[]): boolean => /^Ready( InBlock)? Finalized$/.test(statuses.join(' '))
  const bob = 1_000_000_000_000_000n
  const tao = 1_000_000_000n

  it('queries, subscribes, signs, and watches to finality', () => {
    const { genesis, spec, fee, paid, failed, batched, balances } = report.promise
    expect(genesis).toBe(localnet.genesisHash)
    expect(spec).toBe(424)
    expect(Number(fee)).toBeGreaterThan(0)
    for (const { statuses } of [paid, failed, batched]) expect(isLifeCycle(statuses), statuses.join()).toBe(true)
    expect(paid.error).toBeNull()
    expect(paid.events).toContain('balances.Transfer')
    expect(failed.error).toBe('{"token":"FundsUnavailable"}')
    expect(batched.events).toContain('utility.BatchCompleted')
    expect(balances).toEqual([bob, bob + tao, bob + 2n * tao].map(String))
  })

  it('reads heads, maps and runtime APIs', () => {
    const { heads, networks, stake, tempo, pending } = report.promise
    expect(heads.slice(1)).toEqual([1, 2].map((ahead) => (heads[0] ?? 0) + ahead))
    expect({ networks, stake, tempo, pending }).toEqual({ networks: 2, stake: [], tempo: 100, pending: 0 })
  })

  it('derives', () => {
    const { free, nonce, best, finalized, first, extrinsics } = report.derive
    expect(BigInt(free)).toBeLessThan(bob)
    expect(nonce).toBe(3)
    expect(finalized).toBeGreaterThanOrEqual(best)
    expect({ first, extrinsics }).toEqual({ first: 1, extrinsics: ['set'] })
  })

  it('streams by rx', () => {
    const { numbers, statuses, heads } = report.rx
    expect(numbers.slice(1)).toEqual([1, 2].map((ahead) => (numbers[0] ?? 0) + ahead))
    expect(isLifeCycle(statuses), statuses.join()).toBe(true)
    expect((heads[1] ?? 0) - (heads[0] ?? 0)).toBe(1)
  })
})
