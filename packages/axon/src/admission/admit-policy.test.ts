import { staticDirectory, tao } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { type AdmitHook, askHook, lackOf, resolvePolicy } from './admit-policy.js'

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
    expect(lackOf(neuron(permit, stake), resolvePolicy(policy))).toBe(lack)
  })
})

describe('resolvePolicy', () => {
  it('takes amounts, rao, and a hook alone', () => {
    const hook = () => true
    expect(resolvePolicy({ minStake: tao(1000) }).minStakeRao).toBe(1_000_000_000_000n)
    expect(resolvePolicy({ minStake: 5n }).minStakeRao).toBe(5n)
    expect(resolvePolicy(hook)).toEqual({ validatorPermit: false, minStakeRao: 0n, hook })
  })

  it.each([
    { minstake: 1n },
    { minStake: 1000 },
    { minStake: { unit: 'ALPHA', netuid: 1, rao: 1n } },
    { validatorPermit: 'yes' },
    { hook: 1 },
  ])('refuses %o', (policy) => {
    expect(() => resolvePolicy(policy as never)).toThrowError(expect.objectContaining({ code: 'CORE_INVALID_ARGUMENT' }))
  })
})

describe('askHook', () => {
  const request = { caller: neuron(true, 1n), path: '/a.B/C', signal: new AbortController().signal }
  const ask = (hook: AdmitHook) => askHook(hook, request, 1_000)

  it('admits by true alone', async () => {
    expect(ask(() => true)).toBeUndefined()
    expect(await ask(async () => true)).toBeUndefined()
    for (const answer of [false, undefined, 1, 'yes', {}]) {
      const refused = { status: 'PERMISSION_DENIED', reason: 'hook_refused' }
      expect(ask(() => answer as boolean)).toMatchObject(refused)
      expect(await ask(async () => answer as boolean)).toMatchObject(refused)
    }
  })

  it('refuses when the hook fails, at once or later', async () => {
    const failed = { status: 'PERMISSION_DENIED', reason: 'hook_failed' }
    expect(await ask(() => Promise.reject(new Error('x')))).toMatchObject(failed)
    expect(
      ask(() => {
        throw new Error('x')
      }),
    ).toMatchObject(failed)
  })

  it('refuses when the hook takes too long', async () => {
    const never = new Promise<boolean>(() => {})
    expect(await askHook(() => never, request, 5)).toMatchObject({ status: 'PERMISSION_DENIED', reason: 'hook_timeout' })
  })
})
