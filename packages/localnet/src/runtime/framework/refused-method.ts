import { TensorKitError } from '@tensorkit/core'
import type { Fields } from '../types/compounds.js'
import type { Ty } from '../types/ty.js'
import { type ApiMethod, apiMethod } from './runtime-api.js'

/**
 * A method of a runtime API that the chain has and this model has not: clients find it in the metadata, and a call is
 * refused by name.
 *
 * @param what - What is not modelled, in words that can stand before "is not modelled".
 */
export const refusedMethod = <const A extends Fields, T>(args: A, result: Ty<T>, what: string): ApiMethod<A, T> =>
  apiMethod(args, result, () => {
    throw new TensorKitError('LOCALNET_NOT_MODELLED', `${what} is not modelled`)
  })
