import { commitments } from '../../src/runtime/pallets/commitments/storage.js'
import type { Refusal } from './refusal.js'

export const commitmentRefusals: readonly Refusal[] = [
  { call: 'set_commitment', error: 'AccountNotAllowedCommit', by: '//Nobody', args: [2, { fields: [] }] },
  {
    call: 'set_commitment',
    error: 'SpaceLimitExceeded',
    by: '//V',
    args: [2, { fields: [] }],
    given: ({ chain }) => commitments.MaxSpace.set(chain.storage, 99),
  },
  { call: 'set_max_space', error: 'BadOrigin', by: '//Bob', args: [7] },
]
