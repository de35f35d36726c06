import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../../test/runtime/subnet-chain.js'
import { commitHash, findReveal, partExpired, type WeightCommit } from '../weight-commits.js'

const error = (name: string): string => `subtensorModule.${name}`

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create('//V', '//M')
  subnet.set('sudoSetAdminFreezeWindow', 0)
  subnet.set('sudoSetTempo', netuid, 20)
  subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
})

interface Weights {
  uids?: number[]
  values?: number[]
  salt?: number[]
  version?: bigint
}
const full = ({ uids = [0, 1], values = [1, 2], salt = [7], version = 0n }: Weights = {}) => ({ uids, values, salt, version })

const hashOf = (uri: string, weights: Weights = {}, index = netuid): string => {
  const { uids, values, salt, version } = full(weights)
  return commitHash({ hotkey: subnet.account(uri), index, uids, values, salt, versionKey: version })
}
const commit = (uri: string, weights: Weights = {}): string => subnet.call(uri, 'commitWeights', netuid, hashOf(uri, weights))
const reveal = (uri: string, weights: Weights = {}): string => {
  const { uids, values, salt, version } = full(weights)
  return subnet.call(uri, 'revealWeights', netuid, uids, values, salt, version)
}
const waiting = (uri: string): unknown[] | null => subnet.query('weightCommits', netuid, subnet.account(uri)) as unknown[] | null

describe('commit_weights', () => {
  it('keeps the hash with its epoch and block, and counts as an update', () => {
    expect(commit('//V')).toBe('ok')
    const epoch = subnet.query('subnetEpochIndex', netuid)
    expect(waiting('//V')).toEqual([[hashOf('//V'), epoch, subnet.chain.number, 0]])
    expect(subnet.event('WeightsCommitted')).toEqual([subnet.chain.keyring.encodeAddress(subnet.account('//V'), 42), netuid, hashOf('//V')])
    expect((subnet.query('lastUpdate', netuid) as number[])[1]).toBe(subnet.chain.number)
  })

  it('is checked in the order of the chain', () => {
    const hash = hashOf('//V')
    expect(subnet.call('//Nobody', 'commitMechanismWeights', netuid, 1, hash)).toBe(error('MechanismDoesNotExist'))
    // The pool asks a mechanism that is not there for its rate limit, and finds that nothing passes.
    expect(subnet.call('//V', 'commitMechanismWeights', netuid, 1, hash)).toBe('Custom(6)')
    expect(commit('//Nobody')).toBe(error('HotKeyNotRegisteredInSubNet'))
    subnet.set('sudoSetStakeThreshold', 1)
    expect(commit('//V')).toBe('Custom(1)')
    subnet.set('sudoSetStakeThreshold', 0)
    subnet.set('sudoSetWeightsSetRateLimit', netuid, 1000)
    expect(commit('//V')).toBe('Custom(6)')
    subnet.set('sudoSetWeightsSetRateLimit', netuid, 0)
    subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
    expect(commit('//V')).toBe(error('CommitRevealDisabled'))
  })

  it('takes ten that wait, and forgets those that have expired', () => {
    subnet.epoch()
    for (let salt = 0; salt < 10; salt++) expect(commit('//V', { salt: [salt] })).toBe('ok')
    expect(commit('//V', { salt: [10] })).toBe(error('TooManyUnrevealedCommits'))
    subnet.epoch()
    subnet.epoch()
    expect(commit('//V', { salt: [10] })).toBe('ok')
    expect(waiting('//V')).toHaveLength(1)
  })
})

describe('reveal_weights', () => {
  it('sets the weights in the one epoch after the commit, and leaves the last update', () => {
    expect(commit('//Owner')).toBe('ok')
    const committedAt = subnet.chain.number
    expect(reveal('//Owner')).toBe('Custom(17)')
    subnet.epoch()
    expect(reveal('//Owner', { salt: [8] })).toBe('Custom(16)')
    expect(reveal('//Owner')).toBe('ok')
    expect(subnet.event('WeightsRevealed')).toEqual([expect.any(String), netuid, hashOf('//Owner')])
    expect(subnet.query('weights', netuid, 0)).toEqual([
      [0, 32768],
      [1, 65535],
    ])
    expect((subnet.query('lastUpdate', netuid) as number[])[0]).toBe(committedAt)
    expect(waiting('//Owner')).toBeNull()
    expect(reveal('//Owner')).toBe('Custom(16)')
  })

  it('counts an epoch that is due in the block of the commit', () => {
    subnet.epoch()
    const next = Number(subnet.query('lastEpochBlock', netuid)) + 20
    subnet.chain.blocks(next - 1 - subnet.chain.number)
    expect(commit('//Owner')).toBe('ok')
    // The epoch ran at the start of this block, so the commit belongs to the one it began.
    expect(subnet.chain.number).toBe(next)
    expect(waiting('//Owner')).toEqual([[hashOf('//Owner'), subnet.query('subnetEpochIndex', netuid), next, 0]])
  })

  it('is too late after that epoch, and for what came before a revealed one', () => {
    expect(commit('//Owner', { salt: [1] })).toBe('ok')
    expect(commit('//Owner', { salt: [2] })).toBe('ok')
    expect(commit('//Owner', { salt: [3] })).toBe('ok')
    subnet.epoch()
    expect(reveal('//Owner', { salt: [2] })).toBe('ok')
    expect(reveal('//Owner', { salt: [1] })).toBe('Custom(16)')
    expect(waiting('//Owner')).toHaveLength(1)
    subnet.epoch()
    expect(reveal('//Owner', { salt: [3] })).toBe('Custom(17)')
  })

  it('follows the reveal period', () => {
    subnet.set('sudoSetCommitRevealWeightsInterval', netuid, 2)
    expect(commit('//Owner')).toBe('ok')
    subnet.epoch()
    expect(reveal('//Owner')).toBe('Custom(17)')
    subnet.epoch()
    expect(reveal('//Owner')).toBe('ok')
  })

  it('is refused where commit-reveal has been turned off, and for bad weights, whose commit stays', () => {
    const bad = { uids: [0, 9], values: [1, 1] }
    expect(commit('//Owner', bad)).toBe('ok')
    expect(commit('//Owner')).toBe('ok')
    subnet.epoch()
    expect(reveal('//Owner', bad)).toBe(error('UidVecContainInvalidOne'))
    expect(waiting('//Owner')).toHaveLength(2)
    subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
    expect(reveal('//Owner')).toBe(error('CommitRevealDisabled'))
  })

  it('needs the stake of the threshold', () => {
    expect(commit('//V')).toBe('ok')
    subnet.epoch()
    subnet.set('sudoSetStakeThreshold', 1)
    expect(reveal('//V')).toBe('Custom(1)')
  })
})

describe('batches', () => {
  it('batch_set_weights tells of each that fails and sets the rest', () => {
    subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
    const row = [
      [0, 1],
      [1, 2],
    ]
    expect(subnet.call('//Owner', 'batchSetWeights', [netuid], [row, row], [0])).toBe('Custom(18)')
    expect(subnet.call('//Owner', 'batchSetWeights', [1, netuid], [row, row], [0, 0])).toBe('ok')
    expect(subnet.event('BatchCompletedWithErrors')).toEqual([])
    expect(subnet.event('BatchWeightItemFailed')).toEqual([1, { module: { index: 7, error: '0x35000000' } }])
    expect(subnet.event('BatchWeightsCompleted')).toEqual([[1, netuid], expect.any(String)])
    expect(subnet.query('weights', netuid, 0)).toEqual([
      [0, 32768],
      [1, 65535],
    ])
    subnet.set('sudoSetStakeThreshold', 1)
    expect(subnet.call('//V', 'batchSetWeights', [netuid], [row], [0])).toBe('Custom(1)')
  })

  it('batch_commit_weights and batch_reveal_weights', () => {
    const hashes = [hashOf('//Owner', { salt: [1] }), hashOf('//Owner', { salt: [2] })]
    expect(subnet.call('//Owner', 'batchCommitWeights', [netuid], hashes)).toBe('Custom(18)')
    expect(subnet.call('//Owner', 'batchCommitWeights', [netuid, 9, netuid], [hashes[0], ...hashes])).toBe('ok')
    expect(subnet.event('BatchWeightItemFailed')).toEqual([9, { module: { index: 7, error: '0x4a000000' } }])
    expect(waiting('//Owner')).toHaveLength(2)
    const revealAll = (...salts: number[]): string =>
      subnet.call(
        '//Owner',
        'batchRevealWeights',
        netuid,
        salts.map(() => [0, 1]),
        salts.map(() => [1, 2]),
        salts.map((salt) => [salt]),
        salts.map(() => 0),
      )
    expect(revealAll(1, 2)).toBe('Custom(17)')
    subnet.epoch()
    expect(subnet.call('//Owner', 'batchRevealWeights', netuid, [[0]], [], [], [])).toBe('Custom(18)')
    expect(revealAll(1, 5)).toBe('Custom(16)')
    // The second of two that are the same finds nothing, and undoes the first.
    expect(revealAll(1, 1)).toBe(error('InvalidRevealCommitHashNotMatch'))
    expect(subnet.query('weights', netuid, 0)).toEqual([])
    expect(revealAll(2, 1)).toBe('ok')
    expect(subnet.event('WeightsBatchRevealed')).toEqual([expect.any(String), netuid, [hashes[1], hashes[0]]])
    expect(waiting('//Owner')).toBeNull()
  })
})

describe('what a hash is found among', () => {
  const commits: WeightCommit[] = [
    ['0x01', 1n, 10n, 0n],
    ['0x02', 2n, 20n, 0n],
    ['0x03', 3n, 30n, 0n],
  ]

  it.each([
    [2n, '0x01', { at: 0 }],
    [2n, '0x02', { error: 'RevealTooEarly' }],
    [2n, '0x09', { error: 'InvalidRevealCommitHashNotMatch' }],
    [3n, '0x01', { error: 'ExpiredWeightCommit' }],
    [3n, '0x02', { at: 0 }],
    [5n, '0x09', { error: 'NoWeightsCommitFound' }],
    [5n, '0x03', { error: 'ExpiredWeightCommit' }],
  ])('in epoch %s, %s', (epoch, hash, expected) => {
    const window = { epoch, period: 1n }
    expect(findReveal(partExpired(commits, window), hash, window)).toEqual(expected)
  })

  it('parts without losing or reordering', () => {
    const lists = fc
      .array(fc.bigInt({ min: 0n, max: 6n }))
      .map((epochs) => epochs.map((epoch, at): WeightCommit => [`0x0${at}`, epoch, 0n, 0n]))
    fc.assert(
      fc.property(lists, fc.bigInt({ min: 0n, max: 8n }), (list, epoch) => {
        const { expired, waiting } = partExpired(list, { epoch, period: 1n })
        expect([...expired, ...waiting]).toEqual(list)
        expect(expired.every(([, own]) => epoch > own + 1n)).toBe(true)
      }),
    )
  })
})
