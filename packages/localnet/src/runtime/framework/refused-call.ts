import type { Fields } from '../types/compounds.js'
import { type CallDefinition, defineCall } from './call.js'
import { fail } from './dispatch-failure.js'

/**
 * A call that the chain has and this model has not: clients can build it, and the pool refuses it by name, also where another
 * call carries it. Should it ever be dispatched, it fails with `Unavailable`.
 *
 * @param what - What is not modelled, in words that can stand before "is not modelled".
 */
export const refusedCall = <const A extends Fields>(index: number, args: A, what: string): CallDefinition<A> =>
  defineCall<A>({
    index,
    args,
    refTime: 0n,
    refused: what,
    notModelled: () => what,
    run: () => fail({ type: 'Unavailable', value: undefined }),
  })
