import { beforeEach, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../test/runtime/subnet-chain.js'

const miners = Array.from({ length: 7 }, (_, at) => `//M/${at + 1}`)
const trim = (most: number): string => subnet.root('adminUtils', 'sudoTrimToMaxAllowedUids', netuid, most)

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create(...miners)
  subnet.set('sudoSetMinAllowedUids', netuid, 3)
})

it('takes the highest uids among those that earn the same, and closes the gaps', () => {
  subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
  subnet.ok('//Owner', 'setWeights', netuid, [1, 2, 7], [1, 2, 3], 0)
  // Of the eight, the first and the last three are immune: the owner, and those that registered last.
  const immuneFrom = Number(subnet.query('blockAtRegistration', netuid, 5))
  subnet.set('sudoSetImmunityPeriod', netuid, subnet.chain.number + 3 - immuneFrom)
  expect(trim(5)).toBe('subtensorModule.TrimmingWouldExceedMaxImmunePercentage')
  expect(subnet.query('maxAllowedUids', netuid)).toBe(256)
  subnet.set('sudoSetImmunityPeriod', netuid, subnet.chain.number + 3 - Number(subnet.query('blockAtRegistration', netuid, 7)))
  expect(trim(5)).toBe('ok')
  expect(subnet.query('subnetworkN', netuid)).toBe(5)
  const uidOf = (uri: string): unknown => subnet.query('uids', netuid, subnet.account(uri))
  expect(['//Owner', '//M/1', '//M/2', '//M/3', '//M/7'].map(uidOf)).toEqual([0, 1, 2, 3, 4])
  expect(['//M/4', '//M/5', '//M/6'].map(uidOf)).toEqual([null, null, null])
  expect(subnet.query('isNetworkMember', subnet.account('//M/4'), netuid)).toBe(false)
  expect(subnet.query('lastUpdate', netuid)).toHaveLength(5)
  // The last one's weight has moved with it.
  expect(subnet.query('weights', netuid, 0)).toEqual([
    [1, 21845],
    [2, 43690],
    [4, 65535],
  ])
  const keys = [0, 1, 2, 3, 4, 5].map((uid) => subnet.query('blockAtRegistration', netuid, uid))
  expect(keys[4]).not.toBe(0)
  expect(keys[5]).toBe(0)
})

it('only sets the bound where there is room', () => {
  expect(trim(20)).toBe('ok')
  expect(subnet.query('maxAllowedUids', netuid)).toBe(20)
  expect(subnet.query('subnetworkN', netuid)).toBe(8)
})

it('is counted for the owner by the month', () => {
  const own = (most: number): string => subnet.chain.submit('//Bob', 'adminUtils', 'sudoTrimToMaxAllowedUids', netuid, most).result
  expect(own(20)).toBe('ok')
  expect(own(19)).toBe('subtensorModule.TxRateLimitExceeded')
})
