import { expect, it } from 'vitest'
import { SubnetChain } from '../../../../test/runtime/subnet-chain.js'
import { quicknet } from './storage.js'

it('knows quicknet, and root may name another beacon', async () => {
  const { chain } = await SubnetChain.create()
  const root = (method: string, ...args: unknown[]): unknown =>
    chain.submit('//Alice', 'sudo', 'sudo', chain.call('drand', method, ...args)).result
  const config = (): unknown => chain.query('drand', 'beaconConfig')
  expect(config()).toMatchObject({ period: 3, genesisTime: quicknet.genesis_time })
  const payload = {
    blockNumber: 1,
    config: { publicKey: '0x01', period: 30, genesisTime: 1, hash: '0x', groupHash: '0x', schemeId: '0x', metadata: { beaconId: '0x62' } },
    public: { Sr25519: chain.account('//Alice') },
  }
  expect(root('setBeaconConfig', payload, null)).toBe('ok')
  expect(config()).toMatchObject({ period: 30, metadata: { beaconId: '0x62' } })
  expect(chain.query('drand', 'nextUnsignedAt')).toBe(chain.number + 1)
  expect(root('setOldestStoredRound', 7)).toBe('ok')
  expect(chain.query('drand', 'oldestStoredRound')).toBe(7)
  expect(chain.submit('//Bob', 'drand', 'setOldestStoredRound', 8).result).toBe('{"badOrigin":null}')
})

it('refuses pulses by name', async () => {
  const { chain } = await SubnetChain.create()
  const pulses = { blockNumber: 1, pulses: [], public: { Sr25519: chain.account('//Alice') } }
  const extrinsic = chain.sign('//Alice', chain.call('drand', 'writePulse', pulses, null))
  expect(() => chain.validate(extrinsic)).toThrow('A pulse of the drand beacon is not modelled')
})
