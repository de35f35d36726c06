import type { Storage } from '../../../state/storage.js'
import { type CallDefinition, defineCall } from '../../framework/call.js'
import type { RuntimeContext } from '../../framework/context.js'
import type { RuntimeEvent } from '../../framework/events.js'
import { ensureRoot } from '../../framework/origin.js'
import type { Fields, FieldValues } from '../../types/compounds.js'
import { netUid } from '../../types/primitives.js'
import { ensureOwnerOrRoot, ensureWindowOpen, type OwnerLimit } from '../subtensor/owner-rights.js'
import { adminErrors, changeAsOwner, changeAsRootInWindow, ensureSubnet } from './rules.js'

/** A call that sets something for all. */
export interface RootCall<A extends Fields> {
  readonly index: number
  readonly args: A
  /** Picoseconds. */
  readonly refTime: bigint
  set(context: RuntimeContext, args: FieldValues<A>): void
}

/** Declares a call for root alone. */
export const rootCall = <const A extends Fields>({ index, args, refTime, set }: RootCall<A>): CallDefinition<A> =>
  defineCall<A>({
    index,
    args,
    refTime,
    run: (context, origin, values) => {
      ensureRoot(origin)
      set(context, values)
    },
  })

/**
 * What a root call does that keeps one argument and tells of it.
 *
 * @param name - The argument's.
 */
export const keep =
  <const N extends string, T>(name: N, item: { set(db: Storage, value: T): void }, event: (value: T) => RuntimeEvent) =>
  (context: RuntimeContext, args: { readonly [K in N]: T }): void => {
    item.set(context.db, args[name])
    context.emit(event(args[name]))
  }

/** As {@link keep}, of a subnet. */
export const keepOfSubnet =
  <const N extends string, T>(
    name: N,
    item: { set(db: Storage, netuid: number, value: T): void },
    event: (value: [number, T]) => RuntimeEvent,
  ) =>
  (context: RuntimeContext, args: { readonly [K in N]: T } & { readonly netuid: number }): void => {
    item.set(context.db, args.netuid, args[name])
    context.emit(event([args.netuid, args[name]]))
  }

type OfSubnet<A extends Fields> = A & { readonly netuid: typeof netUid }

/** A call that sets something of a subnet. */
export interface SubnetCall<A extends Fields> {
  readonly index: number
  /** What comes after the netuid. */
  readonly args: A
  /** Picoseconds. */
  readonly refTime: bigint
  /**
   * Who may: root at any time, root outside of the freeze window, or the owner and root outside of it. What an owner
   * does is counted for a limit, where there is one.
   */
  readonly by: 'root' | 'root-in-window' | 'owner' | OwnerLimit
  /** Whether a subnet that is not there is looked for, and whether root's is refused. */
  readonly subnet?: 'exists' | 'not-root'
  readonly class?: 'Operational'
  /** @param isOwner - Whether the owner asks, who has tighter bounds in places. */
  set(context: RuntimeContext, args: FieldValues<A> & { readonly netuid: number }, isOwner: boolean): void
}

/** Declares a call on a subnet. */
export function subnetCall<const A extends Fields>(call: SubnetCall<A>): CallDefinition<OfSubnet<A>> {
  const { index, args, refTime, by, subnet } = call
  return defineCall<OfSubnet<A>>({
    index,
    args: { netuid: netUid, ...args },
    refTime,
    class: call.class ?? 'Normal',
    run: (context, origin, values) => {
      const own = values as FieldValues<A> & { readonly netuid: number } // the netuid is among them by the line above
      const { netuid } = own
      const set = (isOwner: boolean): void => {
        if (subnet) ensureSubnet(context, netuid)
        adminErrors.ensure(subnet !== 'not-root' || netuid !== 0, 'NotPermittedOnRootSubnet')
        call.set(context, own, isOwner)
      }
      if (by === 'root') {
        ensureRoot(origin)
        set(false)
      } else if (by === 'root-in-window') {
        changeAsRootInWindow({ context, origin, netuid }, () => set(false))
      } else if (by === 'owner') {
        const owner = ensureOwnerOrRoot(context, origin, netuid)
        ensureWindowOpen(context, netuid)
        set(owner !== undefined)
      } else {
        changeAsOwner({ context, origin, netuid }, by, set)
      }
    },
  })
}
