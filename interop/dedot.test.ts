import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npmProject } from './support/npm-project.js'
import { runClient } from './support/run-client.js'

interface Sent {
  readonly statuses: readonly string[]
  readonly events: readonly string[]
  readonly error: unknown
}
interface Seen {
  readonly genesis: string
  readonly spec: number
  readonly fee: string
  readonly paid: Sent
  readonly failed: Sent
  readonly batched: Sent
  readonly balances: readonly string[]
  readonly numbers: readonly number[]
  readonly deposit: string
  readonly networks: number
  readonly nonce: number
  readonly tempo: number
}

const tao = 1_000_000_000n
const endowment = 1_000_000_000_000_000n

describe('dedot, in a process of its own', () => {
  let localnet: Localnet
  let report: { readonly legacy: Seen; readonly v2: Seen }
  beforeAll(async () => {
    const directory = await npmProject(new URL('dedot/', import.meta.url))
    localnet = await createLocalnet({ sealing: { intervalMs: 250 } })
    report = await runClient(directory, localnet.url)
  })
  afterAll(() => localnet?.close())

  it.each<['legacy' | 'v2', paidBefore: bigint, nonce: number]>([
    ['legacy', 0n, 3],
    ['v2', 2n, 6],
  ])('by its %s client: queries, subscribes, signs, and watches to finality', (name, paidBefore, nonce) => {
    const seen = report[name]
    expect(seen).toMatchObject({ genesis: localnet.genesisHash, spec: 424, deposit: '500', networks: 2, nonce, tempo: 100 })
    expect(Number(seen.fee)).toBeGreaterThan(0)
    for (const { statuses } of [seen.paid, seen.failed, seen.batched]) {
      expect(statuses[0]).toBe('Validated')
      expect(statuses.at(-1)).toBe('Finalized')
    }
    expect(seen.paid.error).toBeNull()
    expect(seen.paid.events).toContain('Balances.Transfer')
    expect(seen.failed.error).toEqual({ type: 'Token', value: 'FundsUnavailable' })
    expect(seen.batched.events).toContain('Utility.BatchCompleted')
    const start = endowment + paidBefore * tao
    expect(seen.balances).toEqual([start, start + tao, start + 2n * tao].map(String))
    expect(seen.numbers.map((number) => number - (seen.numbers[0] ?? 0))).toEqual([0, 1, 2])
  })
})
