import { describe, expect, it } from 'vitest'
import { TestChain } from '../../../../../test/runtime/test-chain.js'

const query = (chain: TestChain, item: string, ...keys: unknown[]): number => Number(chain.query('subtensorModule', item, ...keys))

describe('the schedule of epochs', () => {
  it('runs every tempo, counted from the last epoch', async () => {
    const chain = await TestChain.create()
    // The subnet of the genesis has tempo 100 and never had an epoch.
    const epochs: number[] = []
    for (let block = 1; block <= 350; block++) {
      chain.block()
      if (query(chain, 'lastEpochBlock', 1) === block) epochs.push(block)
    }
    expect(epochs).toEqual([100, 200, 300])
    expect(query(chain, 'subnetEpochIndex', 1)).toBe(3)
    expect(query(chain, 'lastMechansimStepBlock', 1)).toBe(300)
    expect(query(chain, 'blocksSinceLastStep', 1)).toBe(50)
  })

  it('defers what goes beyond the cap to the next block', async () => {
    const chain = await TestChain.create()
    const ok = (uri: string, section: string, method: string, ...args: unknown[]): void =>
      expect(chain.submit(uri, section, method, ...args).result).toBe('ok')
    const sudo = (...args: [string, ...unknown[]]) => chain.call('adminUtils', ...args)
    chain.block()
    ok('//Alice', 'sudo', 'sudo', sudo('sudoSetNetworkRateLimit', 0))
    ok('//Alice', 'sudo', 'sudo', sudo('sudoSetMaxEpochsPerBlock', 1))
    ok('//Alice', 'subtensorModule', 'registerNetwork', chain.account('//Owner2'))
    ok('//Alice', 'subtensorModule', 'registerNetwork', chain.account('//Owner3'))
    // Both tempos begin in one block.
    const nonce = chain.nonce('//Alice')
    const [first, second] = [2, 3].map((netuid, at) =>
      chain.sign('//Alice', chain.call('sudo', 'sudo', sudo('sudoSetTempo', netuid, 5)), { nonce: nonce + at }),
    )
    chain.block(first as Uint8Array, second as Uint8Array)
    const start = chain.number
    chain.blocks(5)
    const deferred = { name: 'subtensorModule.EpochDeferred', data: [3, start + 5, start + 6] }
    expect(chain.events()).toContainEqual(expect.objectContaining(deferred))
    expect([2, 3].map((netuid) => query(chain, 'lastEpochBlock', netuid))).toEqual([start + 5, start])
    expect(query(chain, 'pendingEpochAt', 3)).toBe(start + 6)
    chain.block()
    expect(query(chain, 'lastEpochBlock', 3)).toBe(start + 6)
    expect(query(chain, 'pendingEpochAt', 3)).toBe(0)
  })
})
