import { beforeEach, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../test/runtime/subnet-chain.js'
import { commitHash } from './weight-commits.js'

const second = 4096 + netuid
const tao = 1_000_000_000n

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create()
  // Neurons of another coldkey than the owner's, whose incentive is not withheld.
  for (const uri of ['//V', '//M', '//N']) subnet.ok('//Alice', 'burnedRegister', netuid, subnet.account(uri))
  subnet.ok('//Bob', 'startCall', netuid)
  subnet.set('sudoSetMaxAllowedUids', netuid, 128)
  subnet.set('sudoSetMechanismCount', netuid, 2)
  subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
  subnet.set('sudoSetAdminFreezeWindow', 0)
  subnet.set('sudoSetTempo', netuid, 20)
  subnet.ok('//Alice', 'addStake', subnet.account('//V'), netuid, 100n * tao)
  // The first epoch gives the permit.
  subnet.epoch()
})

const weigh = (mechanism: number, target: number): void => subnet.ok('//V', 'setMechanismWeights', netuid, mechanism, [target], [1], 0)
const incentive = (index: number): unknown => subnet.query('incentive', index)

it('runs an epoch for each mechanism, over weights of its own', () => {
  weigh(0, 2)
  weigh(1, 3)
  expect(subnet.query('weights', second, 1)).toEqual([[3, 65_535]])
  // A neuron that registers now has a place in both.
  subnet.ok('//Alice', 'burnedRegister', netuid, subnet.account('//O'))
  expect(subnet.query('lastUpdate', second)).toHaveLength(5)
  subnet.epoch()
  expect(incentive(netuid)).toEqual([0, 0, 65_535, 0, 0])
  expect(incentive(second)).toEqual([0, 0, 0, 65_535, 0])
  expect(subnet.query('bonds', second, 1)).toEqual([[3, expect.any(Number)]])
  const emitted = subnet.chain.events().filter(({ name }) => name === 'subtensorModule.IncentiveAlphaEmittedToMiners')
  const sums = emitted.map(({ data }) => data as [number, (number | string)[]])
  expect(sums.map(([index]) => index).filter((index) => index % 4096 === netuid)).toEqual([netuid, second])
  // The alpha is split evenly.
  const [first, other] = sums.map(([, emissions]) => emissions.reduce((sum: bigint, rao) => sum + BigInt(rao), 0n))
  expect(Number(first) / Number(other)).toBeCloseTo(1, 6)
  expect(subnet.query('dividends', netuid)).toEqual([0, expect.any(Number), 0, 0, 0])
})

it('divides the alpha as it is told', () => {
  weigh(0, 2)
  weigh(1, 3)
  subnet.set('sudoSetMechanismEmissionSplit', netuid, [13_107, 52_428])
  subnet.epoch()
  const earned = (['//M', '//N'] as const).map((uri) => BigInt(subnet.query('totalHotkeyAlpha', subnet.account(uri), netuid) as number))
  expect(Number(earned[1]) / Number(earned[0])).toBeCloseTo(4, 6)
})

it('forgets a mechanism that goes', () => {
  weigh(1, 3)
  subnet.epoch()
  subnet.set('sudoSetMechanismCount', netuid, 1)
  expect(incentive(second)).toEqual([])
  expect(subnet.query('weights', second, 1)).toEqual([])
  expect(subnet.query('bonds', second, 1)).toEqual([])
  expect(subnet.query('lastUpdate', second)).toEqual([])
  expect(subnet.call('//V', 'setMechanismWeights', netuid, 1, [3], [1], 0)).toBe('Custom(6)')
})

it('counts commits of each mechanism against those who registered after them', () => {
  weigh(0, 2)
  subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, true)
  subnet.ok('//V', 'commitMechanismWeights', netuid, 0, `0x${'11'.repeat(32)}`)
  subnet.epoch()
  // The target was there before the commit, so its weight counts.
  expect(incentive(netuid)).toEqual([0, 0, 65_535, 0])
})

it('forgets bonds to a neuron that asks for it by a commitment, where the subnet has that on', () => {
  const ask = (): string => subnet.chain.submit('//M', 'commitments', 'setCommitment', netuid, { fields: ['ResetBondsFlag'] }).result
  weigh(0, 2)
  weigh(1, 2)
  subnet.epoch()
  const bonds = (): unknown[] => [netuid, second].map((index) => subnet.query('bonds', index, 1))
  const before = bonds()
  expect(before).toEqual([[[2, expect.any(Number)]], [[2, expect.any(Number)]]])
  expect(ask()).toBe('ok')
  expect(bonds()).toEqual(before)
  subnet.set('sudoSetBondsResetEnabled', netuid, true)
  expect(ask()).toBe('ok')
  expect(bonds()).toEqual([[], []])
})

it('no mechanism is taken for another that no subnet can have', () => {
  subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, true)
  const hash = commitHash({ hotkey: subnet.account('//V'), index: netuid, uids: [2], values: [1], salt: [], versionKey: 0n })
  subnet.ok('//V', 'commitWeights', netuid, hash)
  subnet.epoch()
  // 16 times 4096 is 0 in 16 bits.
  expect(subnet.call('//V', 'revealMechanismWeights', netuid, 16, [2], [1], [], 0)).toBe('Custom(16)')
  subnet.ok('//V', 'revealWeights', netuid, [2], [1], [], 0)
})
