import { errorCodes } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { RpcError } from '../backend/rpc-error.js'
import { chainErrorName, dispatchError } from './dispatch-error.js'
import { otherErrors } from './other-errors.js'
import { customPoolErrors, poolError } from './pool-error.js'
import { subtensorErrors } from './subtensor-errors.js'

describe('errors of the chain', () => {
  it('has an entry with a known code and its own remedy for each of the 147 errors of SubtensorModule', () => {
    const entries = Object.values(subtensorErrors)
    expect(entries).toHaveLength(147)
    for (const { code, remedy } of [...entries, ...Object.values(otherErrors)]) {
      expect(errorCodes).toHaveProperty(code)
      expect(remedy).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('names the error of the chain, where it happened and what to do', () => {
    const error = dispatchError({ pallet: 'SubtensorModule', name: 'SettingWeightsTooFast' }, { hash: '0xab', block: 7 })
    expect(error).toMatchObject({ code: 'CHAIN_RATE_LIMITED', retryable: true })
    expect(error.message).toBe(
      [
        'The chain refused the call: SettingWeightsTooFast',
        '  chainError: SubtensorModule.SettingWeightsTooFast',
        '  hash: 0xab',
        '  block: 7',
        'Wait until weightsSetRateLimit blocks have passed since the last weights of this hotkey.',
      ].join('\n'),
    )
    expect(chainErrorName(error)).toBe('SubtensorModule.SettingWeightsTooFast')
    expect(chainErrorName(new Error('other'))).toBeUndefined()
  })

  it('keeps an error that it does not know', () => {
    expect(dispatchError({ pallet: 'Novel', name: 'Strange' })).toMatchObject({
      code: 'CHAIN_DISPATCH_FAILED',
      facts: { chainError: 'Novel.Strange' },
    })
  })
})

describe('refusals by the pool', () => {
  const refusal = (message: string, data?: string) => poolError(new RpcError('author_submitExtrinsic', 1010, message, data))

  it.each(Object.entries(customPoolErrors))('names Custom(%s)', (number, [name, code]) => {
    const error = refusal('Invalid Transaction', `Custom error: ${number}`)
    expect(error).toMatchObject({ code, facts: { chainError: `Pool.${name}` } })
    expect(errorCodes).toHaveProperty(code)
  })

  it('has all the numbers that subtensor gives', () => {
    expect(Object.keys(customPoolErrors).map(Number)).toEqual([...Array.from({ length: 28 }, (_, i) => i), 255])
  })

  it.each([
    ['Transaction is outdated', 'Pool.Stale', 'CHAIN_TRANSACTION_LOST'],
    ['Transaction has a bad signature', 'Pool.BadProof', 'CHAIN_POOL_REJECTED'],
    ['Inability to pay some fees (e.g. account balance too low)', 'Pool.Payment', 'CHAIN_INSUFFICIENT_BALANCE'],
    ['Invalid signing address', 'Pool.BadSigner', 'CHAIN_NOT_AUTHORIZED'],
    ['Something else', 'Pool.Unknown', 'CHAIN_POOL_REJECTED'],
  ])('reads %j', (data, chainError, code) => {
    expect(refusal('Invalid Transaction', data)).toMatchObject({ code, facts: { chainError } })
  })

  it('reads the texts that are no data', () => {
    expect(refusal('Priority is too low: (1 vs 1)')).toMatchObject({ code: 'CHAIN_BUSY', facts: { chainError: 'Pool.TooLowPriority' } })
    expect(refusal('Custom error: 77')).toMatchObject({ code: 'CHAIN_POOL_REJECTED', facts: { chainError: 'Pool.Custom77' } })
  })

  it('caps what the node says', () => {
    expect(new RpcError('m', 1, 'x'.repeat(1_000), 'y'.repeat(1_000))).toMatchObject({ message: 'x'.repeat(200), data: 'y'.repeat(200) })
  })
})
