import { createLocalnet } from '@tensorkit/localnet'
import { expect, test } from 'vitest'

test('twenty chains in one process, side by side: no shared state, no port clash', async () => {
  const chains = await Promise.all(Array.from({ length: 20 }, () => createLocalnet()))
  try {
    expect(new Set(chains.map(({ port }) => port)).size).toBe(20)
    expect(new Set(chains.map(({ genesisHash }) => genesisHash)).size).toBe(1)
    // Each is asked over its own port, and has what was done on it alone.
    const call = async (url: string, method: string, ...params: unknown[]): Promise<unknown> => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return ((await response.json()) as { result: unknown }).result
    }
    await Promise.all(chains.map(({ httpUrl }, index) => call(httpUrl, 'tensorkit_mine', index + 1)))
    const heads = await Promise.all(chains.map(({ httpUrl }) => call(httpUrl, 'chain_getHeader') as Promise<{ number: string }>))
    expect(heads.map(({ number }) => Number(number))).toEqual(chains.map((_, index) => index + 1))
    expect(chains.map(({ block }) => block.number)).toEqual(chains.map((_, index) => index + 1))
    // The same calls give the same chain, whatever the others do.
    await Promise.all(chains.slice(0, 19).map((chain, index) => chain.mine(19 - index)))
    expect(new Set(chains.map(({ block }) => block.hash)).size).toBe(1)
  } finally {
    await Promise.all(chains.map((chain) => chain.close()))
  }
})
