import type { VariantContent, VariantSpec } from '../types/compounds.js'

/** An event on record. */
export interface RuntimeEvent {
  /** The pallet's name. */
  readonly type: string
  readonly value: { readonly type: string; readonly value: unknown }
}

/** A pallet's events: a maker for each, from the value in the shape of its declaration. */
export type EventMakers<S extends Readonly<Record<string, VariantSpec>>> = {
  readonly [N in keyof S & string]: VariantContent<S[N]> extends undefined
    ? () => RuntimeEvent
    : (value: VariantContent<S[N]>) => RuntimeEvent
}

/** Binds a pallet's events to their names. */
export const defineEvents = <const S extends Readonly<Record<string, VariantSpec>>>(pallet: string, specs: S): EventMakers<S> =>
  Object.fromEntries(
    Object.keys(specs).map((name) => [name, (value?: unknown): RuntimeEvent => ({ type: pallet, value: { type: name, value } })]),
  ) as EventMakers<S>
