import { staticDirectory } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { askHook, lackOf } from './admit-policy.js'

const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const neuron = (validatorPermit: boolean, stake: bigint) => {
  const [entry] = staticDirectory({ netuid: 1, genesisHash: '0'.repeat(64), neurons: [{ uid: 0, hotkey, validatorPermit, stake }] }).all()
  if (entry === undefined) throw new Error('no entry')
  return entry
}

describe('lackOf', () => {
  it.each([
    [false, 0n, {}, undefined],
    [false, 9n, { validatorPermit: true }, 'permit'],
    [true, 9n, { validatorPermit: true, minStake: 10n }, 'stake'],
    [true, 10n, { validatorPermit: true, minStake: 10n }, undefined],
    [false, 0n, { validatorPermit: false }, undefined],
  ] as const)('permit %s, stake %s against %o: %s', (permit, stake, policy, lack) => {
    expect(lackOf(neuron(permit, stake), policy)).toBe(lack)
  })
})

describe('askHook', () => {
  const request = { caller: neuron(true, 1n), path: '/a.B/C', signal: new AbortController().signal }

  it('admits by true alone', async () => {
    expect(await askHook(() => true, request)).toBeUndefined()
    expect(await askHook(async () => true, request)).toBeUndefined()
    for (const answer of [false, undefined, 1, 'yes', {}]) {
      expect(await askHook(() => answer as boolean, request)).toMatchObject({ status: 'PERMISSION_DENIED', reason: 'hook_refused' })
    }
  })

  it('refuses when the hook fails', async () => {
    expect(await askHook(() => Promise.reject(new Error('x')), request)).toMatchObject({
      status: 'PERMISSION_DENIED',
      reason: 'hook_failed',
    })
  })
})
