import { beforeEach, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../../test/runtime/subnet-chain.js'
import { drand } from '../../drand/storage.js'

const error = (name: string): string => `subtensorModule.${name}`

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create('//V')
  subnet.set('sudoSetAdminFreezeWindow', 0)
  subnet.set('sudoSetTempo', netuid, 20)
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
})

const commit = (uri: string, { round = 100, version = 4, bytes = '0x0102' } = {}): string =>
  subnet.call(uri, 'commitTimelockedWeights', netuid, bytes, round, version)
const waiting = (epoch: unknown, index = netuid): unknown => subnet.query('timelockedWeightCommits', index, epoch)
const epochNow = (): unknown => subnet.query('subnetEpochIndex', netuid)

it('keeps ciphertexts by epoch, in their order, until they expire', () => {
  subnet.epoch()
  const first = epochNow()
  expect(commit('//V')).toBe('ok')
  expect(subnet.event('TimelockedWeightsCommitted')).toEqual([expect.any(String), netuid, expect.stringMatching(/^0x[0-9a-f]{64}$/), 100])
  expect(commit('//Owner', { bytes: '0x03' })).toBe('ok')
  const [v, owner] = ['//V', '//Owner'].map((uri) => subnet.chain.keyring.encodeAddress(subnet.account(uri), 42))
  const block = subnet.chain.number
  expect(waiting(first)).toEqual([
    [v, block - 1, '0x0102', 100],
    [owner, block, '0x03', 100],
  ])
  expect((subnet.query('lastUpdate', netuid) as number[]).slice(0, 2)).toEqual([block, block - 1])
  subnet.epoch()
  // Their epoch of revealing: no pulse opens them.
  expect(waiting(first)).toHaveLength(2)
  expect(subnet.query('weights', netuid, 1)).toEqual([])
  subnet.epoch()
  expect(waiting(first)).toEqual([])
})

it('is checked in the order of the chain', () => {
  const mechanism = (uri: string): string => subnet.call(uri, 'commitTimelockedMechanismWeights', netuid, 1, '0x01', 100, 4)
  expect(mechanism('//V')).toBe(error('MechanismDoesNotExist'))
  expect(commit('//V', { version: 3 })).toBe(error('IncorrectCommitRevealVersion'))
  expect(commit('//Nobody')).toBe(error('HotKeyNotRegisteredInSubNet'))
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 1000)
  // Unlike a hash, a ciphertext that comes too early gets past the pool.
  expect(commit('//V')).toBe(error('CommittingWeightsTooFast'))
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
  subnet.set('sudoSetStakeThreshold', 1)
  expect(commit('//V')).toBe('Custom(1)')
  subnet.set('sudoSetStakeThreshold', 0)
  drand.LastStoredRound.set(subnet.chain.storage, 101n)
  expect(commit('//V')).toBe('Custom(15)')
  expect(commit('//V', { round: 101 })).toBe('ok')
  subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
  expect(commit('//V', { round: 101 })).toBe(error('CommitRevealDisabled'))
})

it('takes ten of a hotkey in an epoch', () => {
  subnet.epoch()
  for (let round = 0; round < 10; round++) expect(commit('//V', { round })).toBe('ok')
  expect(commit('//V')).toBe(error('TooManyUnrevealedCommits'))
  subnet.epoch()
  expect(commit('//V')).toBe('ok')
})

it('is kept for each mechanism, by both names', () => {
  subnet.set('sudoSetMaxAllowedUids', netuid, 128)
  subnet.set('sudoSetMechanismCount', netuid, 2)
  subnet.epoch()
  subnet.ok('//V', 'commitTimelockedMechanismWeights', netuid, 1, '0x01', 100, 4)
  subnet.ok('//V', 'commitCrv3MechanismWeights', netuid, 1, '0x02', 100)
  expect(waiting(epochNow(), 4096 + netuid)).toHaveLength(2)
  expect(waiting(epochNow())).toEqual([])
  // A mechanism that goes takes its commits along.
  subnet.set('sudoSetMechanismCount', netuid, 1)
  expect(waiting(epochNow(), 4096 + netuid)).toEqual([])
})

it('does not take more bytes than the chain', () => {
  expect(() => subnet.chain.call('subtensorModule', 'commitTimelockedWeights', netuid, `0x${'00'.repeat(5001)}`, 1, 4)).not.toThrow()
  const extrinsic = subnet.chain.sign(
    '//V',
    subnet.chain.call('subtensorModule', 'commitTimelockedWeights', netuid, `0x${'00'.repeat(5001)}`, 1, 4),
  )
  expect(subnet.chain.block(extrinsic)[0]?.result).not.toBe('ok')
  expect(commit('//V', { bytes: `0x${'00'.repeat(5000)}` })).toBe('ok')
})
