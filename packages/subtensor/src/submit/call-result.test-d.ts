import { describe, expectTypeOf, it } from 'vitest'
import type { HyperparameterValue } from '../calls/hyperparameter-calls.js'
import type { TransferOptions } from '../calls/transfer.js'
import type { Subtensor } from '../subtensor.js'
import type { CallResult, FailedCall, IncludedCall, PooledCall } from './call-result.js'

declare const subtensor: Subtensor
declare const call: TransferOptions

describe('the outcome of a call', () => {
  it('has a block unless the pool alone was waited for', () => {
    expectTypeOf<CallResult>().toEqualTypeOf<IncludedCall | FailedCall>()
    expectTypeOf<CallResult<'pool'>>().toEqualTypeOf<PooledCall | FailedCall>()
    expectTypeOf(() => subtensor.transfer(call)).returns.resolves.toEqualTypeOf<IncludedCall | FailedCall>()
    expectTypeOf(() => subtensor.transfer({ ...call, waitFor: 'pool' })).returns.resolves.toEqualTypeOf<PooledCall | FailedCall>()
    expectTypeOf(() => subtensor.transfer({ ...call, waitFor: 'finality' })).returns.resolves.toEqualTypeOf<IncludedCall | FailedCall>()
  })

  it('cannot be used before it is asked whether it is ok', () => {
    expectTypeOf<CallResult>().not.toHaveProperty('block')
    expectTypeOf<Extract<CallResult, { ok: true }>>().toHaveProperty('block')
    expectTypeOf<Extract<CallResult, { ok: false }>>().toHaveProperty('error')
  })
})

describe('amounts and hyperparameters', () => {
  it('are of their own types', () => {
    expectTypeOf<{ amount: bigint }>().not.toMatchTypeOf<Pick<TransferOptions, 'amount'>>()
    expectTypeOf<HyperparameterValue<'tempo'>>().toEqualTypeOf<number>()
    expectTypeOf<HyperparameterValue<'minBurn'>>().toEqualTypeOf<bigint>()
    expectTypeOf<HyperparameterValue<'commitRevealWeightsEnabled'>>().toEqualTypeOf<boolean>()
  })
})
