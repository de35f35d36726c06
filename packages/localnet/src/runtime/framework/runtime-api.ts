import type { Fields, FieldValues } from '../types/compounds.js'
import type { Ty } from '../types/ty.js'
import type { ReadContext } from './context.js'

/** A method of a runtime API. */
export interface ApiMethod<A extends Fields, T> {
  readonly args: A
  readonly result: Ty<T>
  /** What takes the place of a method that is on its way out. */
  readonly deprecated?: string
  run(context: ReadContext, args: FieldValues<A>): T
}

// biome-ignore lint/suspicious/noExplicitAny: the same erasure as AnyTy
export type AnyApiMethod = ApiMethod<any, any>

/** Declares a method. */
export const apiMethod = <const A extends Fields, T>(
  args: A,
  result: Ty<T>,
  run: (context: ReadContext, args: FieldValues<A>) => T,
): ApiMethod<A, T> => ({
  args,
  result,
  run,
})

/** A runtime API: what `state_call` reaches as `Name_method`. */
export interface RuntimeApi {
  readonly name: string
  readonly version: number
  readonly methods: Readonly<Record<string, AnyApiMethod>>
}
