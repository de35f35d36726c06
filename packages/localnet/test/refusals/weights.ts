import { drand } from '../../src/runtime/pallets/drand/storage.js'
import { commits } from '../../src/runtime/pallets/subtensor/storage/commits.js'
import { hyperparameters, schedule } from '../../src/runtime/pallets/subtensor/storage/hyperparameters.js'
import { commitHash } from '../../src/runtime/pallets/subtensor/weight-commits.js'
import type { StakeChain } from '../runtime/stake-chain.js'
import type { Refusal } from './refusal.js'

const hash = `0x${'11'.repeat(32)}`
const tooMuchStake = ({ chain }: StakeChain): void => hyperparameters.StakeThreshold.set(chain.storage, 10n ** 18n)
const plain = ({ chain }: StakeChain): void => hyperparameters.CommitRevealWeightsEnabled.set(chain.storage, 2, false)
const slow = ({ chain }: StakeChain): void => hyperparameters.WeightsSetRateLimit.set(chain.storage, 2, 1000n)
const plainAnd =
  (change: (at: StakeChain) => void) =>
  (at: StakeChain): void => {
    plain(at)
    change(at)
  }

/** What set_weights refuses, and its form with a mechanism. */
const setting = (call: string, ...mechanism: number[]): Refusal[] => {
  const row = (error: string, by: string, [dests, weights, version = 0]: [number[], number[], number?], more: Partial<Refusal> = {}) => ({
    call,
    error,
    by,
    args: [2, ...mechanism, dests, weights, version],
    given: plain,
    ...more,
  })
  return [
    row('CommitRevealEnabled', '//Owner2', [[1], [1]], { given: () => {} }),
    {
      ...row('CanNotSetRootNetworkWeights', '//Owner2', [[1], [1]]),
      args: [0, ...mechanism, [1], [1], 0],
      given: ({ chain }) => hyperparameters.CommitRevealWeightsEnabled.set(chain.storage, 0, false),
    },
    row('WeightVecNotEqualSize', '//Owner2', [[1], [1, 2]]),
    row('UidsLengthExceedUidsInSubNet', '//Owner2', [
      [0, 1, 2, 3],
      [1, 1, 1, 1],
    ]),
    row('HotKeyNotRegisteredInSubNet', '//Nobody', [[1], [1]]),
    row('NotEnoughStakeToSetWeights', '//M', [[2], [1]], { given: plainAnd(tooMuchStake), pool: 1 }),
    row('IncorrectWeightVersionKey', '//Owner2', [[1], [1], 4], {
      given: plainAnd(({ chain }) => hyperparameters.WeightsVersionKey.set(chain.storage, 2, 5n)),
    }),
    row('SettingWeightsTooFast', '//M', [[2], [1]], { given: plainAnd(slow), pool: 6 }),
    row('NeuronNoValidatorPermit', '//M', [[0], [1]]),
    row('DuplicateUids', '//Owner2', [
      [1, 1],
      [1, 1],
    ]),
    row('UidVecContainInvalidOne', '//Owner2', [
      [1, 7],
      [1, 1],
    ]),
    row(
      'WeightVecLengthIsLow',
      '//Owner2',
      [
        [1, 2],
        [1, 1],
      ],
      { given: plainAnd(({ chain }) => hyperparameters.MinAllowedWeights.set(chain.storage, 2, 3)) },
    ),
  ]
}

/** What commit_weights refuses, and its form with a mechanism. */
const committing = (call: string, ...mechanism: number[]): Refusal[] => {
  const row = (error: string, more: Partial<Refusal> = {}): Refusal => ({ call, error, by: '//V', args: [2, ...mechanism, hash], ...more })
  const full = ({ chain }: StakeChain): void => {
    const epoch = schedule.SubnetEpochIndex.get(chain.storage, 2)
    const ten = Array.from({ length: 10 }, () => [hash, epoch, 1n, 0n] as [string, bigint, bigint, bigint])
    commits.WeightCommits.set(chain.storage, 2, chain.account('//V'), ten)
  }
  return [
    row('CommitRevealDisabled', { given: plain }),
    row('HotKeyNotRegisteredInSubNet', { by: '//Nobody' }),
    row('CommittingWeightsTooFast', { given: slow, pool: 6 }),
    row('NotEnoughStakeToSetWeights', { given: tooMuchStake, pool: 1 }),
    row('TooManyUnrevealedCommits', { given: full }),
  ]
}

/** Puts the commit of weights [0, 1] with salt 7 on record, and another behind it, of an epoch; now is epoch 5, in which those of epoch 4 are open. */
const committed =
  (epoch: bigint, uids = [0, 1]) =>
  ({ chain }: StakeChain): void => {
    schedule.SubnetEpochIndex.set(chain.storage, 2, 5n)
    const hotkey = chain.account('//Owner2')
    const own = commitHash({ hotkey, index: 2, uids, values: [1, 2], salt: [7], versionKey: 0n })
    commits.WeightCommits.set(chain.storage, 2, hotkey, [
      [own, epoch, 1n, 0n],
      [hash, epoch, 2n, 0n],
    ])
  }
const both =
  (...changes: ((at: StakeChain) => void)[]) =>
  (at: StakeChain): void => {
    for (const change of changes) change(at)
  }

/** What reveal_weights refuses, and its form with a mechanism. */
const revealing = (call: string, ...mechanism: number[]): Refusal[] => {
  const row = (error: string, more: Partial<Refusal> = {}): Refusal => ({
    call,
    error,
    by: '//Owner2',
    args: [2, ...mechanism, [0, 1], [1, 2], [7], 0],
    ...more,
  })
  return [
    row('CommitRevealDisabled', { given: both(committed(4n), plain) }),
    row('NoWeightsCommitFound', { pool: 16 }),
    row('RevealTooEarly', { given: committed(5n), pool: 17 }),
    row('UidVecContainInvalidOne', { given: committed(4n, [0, 9]), args: [2, ...mechanism, [0, 9], [1, 2], [7], 0] }),
    row('NotEnoughStakeToSetWeights', { by: '//M', given: tooMuchStake, pool: 1 }),
  ]
}

const batchOf = (...salts: number[]): unknown[] => [
  2,
  salts.map(() => [0, 1]),
  salts.map(() => [1, 2]),
  salts.map((salt) => [salt]),
  salts.map(() => 0),
]
const oneRow = [[[0, 1]]]

/** What commit_timelocked_weights refuses, and its forms with a mechanism. */
const sealing = (call: string, before: number[], after: number[]): Refusal[] => {
  const args = (round: number) => [2, ...before, '0x01', round, ...after]
  const row = (error: string, more: Partial<Refusal> = {}): Refusal => ({ call, error, by: '//V', args: args(100), ...more })
  const full = ({ chain }: StakeChain): void => {
    const epoch = schedule.SubnetEpochIndex.get(chain.storage, 2)
    const ten = Array.from({ length: 10 }, () => [chain.account('//V'), 1n, '0x01', 100n] as [string, bigint, string, bigint])
    commits.TimelockedWeightCommits.set(chain.storage, 2, epoch, ten as never)
  }
  return [
    row('CommitRevealDisabled', { given: plain }),
    row('HotKeyNotRegisteredInSubNet', { by: '//Nobody' }),
    row('CommittingWeightsTooFast', { given: slow }),
    row('InvalidRevealRound', { given: ({ chain }) => drand.LastStoredRound.set(chain.storage, 101n), pool: 15 }),
    row('NotEnoughStakeToSetWeights', { given: tooMuchStake, pool: 1 }),
    row('TooManyUnrevealedCommits', { given: full }),
  ]
}

const missing = (call: string, ...rest: unknown[]): Refusal => ({
  call,
  error: 'MechanismDoesNotExist',
  by: '//Nobody',
  args: [2, 1, ...rest],
  given: call === 'set_mechanism_weights' ? plain : () => {},
})
const wrongVersion = (call: string, ...args: unknown[]): Refusal => ({ call, error: 'IncorrectCommitRevealVersion', by: '//V', args })

export const weightRefusals: readonly Refusal[] = [
  ...setting('set_weights'),
  ...setting('set_mechanism_weights', 0),
  missing('set_mechanism_weights', [1], [1], 0),
  { call: 'batch_set_weights', error: 'InputLengthsUnequal', by: '//Owner2', args: [[2], [], [0]], pool: 18 },
  { call: 'batch_set_weights', error: 'NotEnoughStakeToSetWeights', by: '//M', args: [[2], oneRow, [0]], given: tooMuchStake, pool: 1 },
  ...committing('commit_weights'),
  ...committing('commit_mechanism_weights', 0),
  missing('commit_mechanism_weights', hash),
  { call: 'batch_commit_weights', error: 'InputLengthsUnequal', by: '//Owner2', args: [[2], []], pool: 18 },
  { call: 'batch_commit_weights', error: 'NotEnoughStakeToSetWeights', by: '//M', args: [[2], [hash]], given: tooMuchStake, pool: 1 },
  ...revealing('reveal_weights'),
  ...revealing('reveal_mechanism_weights', 0),
  { call: 'batch_reveal_weights', error: 'InputLengthsUnequal', by: '//Owner2', args: [2, [[0]], [], [], []], pool: 18 },
  { call: 'batch_reveal_weights', error: 'NoWeightsCommitFound', by: '//Owner2', args: batchOf(7), pool: 16 },
  { call: 'batch_reveal_weights', error: 'RevealTooEarly', by: '//Owner2', args: batchOf(7), given: committed(5n), pool: 17 },
  { call: 'batch_reveal_weights', error: 'CommitRevealDisabled', by: '//Owner2', args: batchOf(7), given: both(committed(4n), plain) },
  { call: 'batch_reveal_weights', error: 'InvalidRevealCommitHashNotMatch', by: '//Owner2', args: batchOf(7, 7), given: committed(4n) },
  { call: 'batch_reveal_weights', error: 'NotEnoughStakeToSetWeights', by: '//M', args: batchOf(7), given: tooMuchStake, pool: 1 },
  ...sealing('commit_timelocked_weights', [], [4]),
  ...sealing('commit_timelocked_mechanism_weights', [0], [4]),
  ...sealing('commit_crv3_mechanism_weights', [0], []),
  wrongVersion('commit_timelocked_weights', 2, '0x01', 100, 3),
  wrongVersion('commit_timelocked_mechanism_weights', 2, 0, '0x01', 100, 3),
  missing('commit_timelocked_mechanism_weights', '0x01', 100, 4),
  missing('commit_crv3_mechanism_weights', '0x01', 100),
]
