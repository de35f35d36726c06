import type { Fields, FieldValues } from '../types/compounds.js'
import type { ReadContext, RuntimeContext } from './context.js'
import type { Origin } from './origin.js'
import type { PostInfo } from './post-info.js'
import type { RuntimeCall } from './runtime-call.js'

export type { PostInfo } from './post-info.js'
export type { RuntimeCall } from './runtime-call.js'

/** What dispatching a call costs. */
export interface DispatchInfo {
  /** Reference time in picoseconds. */
  readonly refTime: bigint
  readonly class: 'Normal' | 'Operational' | 'Mandatory'
  readonly paysFee: boolean
}

/** A call's declaration and its code, side by side. */
export interface CallDefinition<A extends Fields> {
  readonly index: number
  readonly args: A
  /** Reference time in picoseconds, or a function of the arguments for calls that carry another call. */
  readonly refTime: bigint
  /** `Pays::No` calls work from an account without funds. */
  readonly paysFee: boolean
  readonly class: DispatchInfo['class']
  /** Whether a call that succeeds gets its fee back, as Sudo's do. */
  readonly returnsFee: boolean
  /** For a call that carries other calls: those. */
  inner?(args: FieldValues<A>): readonly RuntimeCall[]
  /** For a call whose cost depends on its arguments: what the whole costs, from the costs of the calls it carries. */
  infoOf?(args: FieldValues<A>, inner: readonly DispatchInfo[]): DispatchInfo
  /**
   * What the pool checks of a signed call before its dispatch, in SubtensorTransactionExtension.
   *
   * @returns The code of `InvalidTransaction::Custom`, or undefined if all is well.
   */
  poolCheck?(context: ReadContext, who: string, args: FieldValues<A>): number | undefined
  /** Names what a call asks for that the chain does and this model does not; the pool then refuses it by that name. */
  notModelled?(args: FieldValues<A>): string | undefined
  /** What is not modelled, where the whole call is not: words that can stand before "is not modelled". */
  readonly refused?: string
  /** The call. It must not change its arguments, which the pool has seen and a block may see again. A dispatch error is thrown as a DispatchFailure, which undoes the writes. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most calls return nothing
  run(context: RuntimeContext, origin: Origin, args: FieldValues<A>): PostInfo | void
}

/** Any call: arguments are erased, and checked by the codec before they get here. */
// biome-ignore lint/suspicious/noExplicitAny: the same erasure as AnyTy
export type AnyCall = CallDefinition<any>

/** Declares a call. */
export const defineCall = <const A extends Fields>(
  definition: Omit<CallDefinition<A>, 'paysFee' | 'class' | 'returnsFee'> &
    Partial<Pick<CallDefinition<A>, 'paysFee' | 'class' | 'returnsFee'>>,
): CallDefinition<A> => ({ paysFee: true, class: 'Normal', returnsFee: false, ...definition })
