/** A call as it is dispatched. */
export interface RuntimeCall {
  /** The pallet's name. */
  readonly type: string
  /** The call's name, and its arguments by name. */
  readonly value: { readonly type: string; readonly value: Readonly<Record<string, unknown>> }
}
