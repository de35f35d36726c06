import { expect, test } from 'vitest'
import { createToyRuntime } from '../../test/toy-runtime.js'
import { toHex } from '../state/hex.js'
import { defaultGenesisTimeMs, virtualTime } from './block-time.js'
import { Chain } from './chain.js'

test('what is called on the state after a block knows the hashes of that block and of those before it', () => {
  const chain = new Chain({ runtime: createToyRuntime(), time: virtualTime(defaultGenesisTimeMs) })
  const first = chain.seal()
  const second = chain.seal()
  const { blockHash, number } = chain.contextAt(first)
  expect(number).toBe(1)
  expect([0, 1].map((at) => toHex(blockHash(at) ?? new Uint8Array()))).toEqual([chain.genesis.hash, first.hash])
  expect(blockHash(2)).toBeUndefined()
  expect(toHex(chain.contextAt(second).blockHash(2) ?? new Uint8Array())).toBe(second.hash)
})
