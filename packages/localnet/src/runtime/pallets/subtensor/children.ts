import type { Storage } from '../../../state/storage.js'
import type { RuntimeContext } from '../../framework/context.js'
import { DispatchFailure } from '../../framework/dispatch-failure.js'
import { ensure } from './errors.js'
import { subtensorEvents } from './events.js'
import { children as childStorage } from './storage/children.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'

/** A hotkey that another lends stake to, or has it from, with the proportion: a fraction of 2^64 − 1. */
export type Relative = [proportion: bigint, hotkey: string]

const MAX_CHILDREN = 5
const ALL = 2n ** 64n - 1n

type Relations = typeof stake.ChildKeys

/** Sorted as the chain keeps them, of each hotkey the last. */
const sorted = (relatives: readonly Relative[]): Relative[] =>
  [...new Map(relatives.map(([proportion, hotkey]) => [hotkey, proportion]))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hotkey, proportion]): Relative => [proportion, hotkey])

const others = (relatives: readonly Relative[], hotkey: string): Relative[] => sorted(relatives.filter(([, other]) => other !== hotkey))

function put(db: Storage, item: Relations, hotkey: string, netuid: number, relatives: Relative[]): void {
  if (relatives.length === 0) item.remove(db, hotkey, netuid)
  else item.set(db, hotkey, netuid, relatives)
}

/** Puts a relative among those of a hotkey, or takes it out where there is no proportion. */
function link(db: Storage, item: Relations, hotkey: string, netuid: number, [proportion, other]: [bigint | undefined, string]): void {
  const before = item.get(db, hotkey, netuid)
  if (proportion === undefined) {
    const rest = before.filter(([, known]) => known !== other)
    put(db, item, hotkey, netuid, rest)
    return
  }
  const known = before.some(([, hotkeyOf]) => hotkeyOf === other)
  const after = known
    ? before.map(([old, hotkeyOf]): Relative => [hotkeyOf === other ? proportion : old, hotkeyOf])
    : [...before, [proportion, other] as Relative]
  put(db, item, hotkey, netuid, after)
}

/** Ends the call if children and parents break the rules that always hold. */
function checkRelations(pivot: string, children: readonly Relative[], parents: readonly Relative[]): void {
  ensure(!children.some(([, hotkey]) => hotkey === pivot) && !parents.some(([, hotkey]) => hotkey === pivot), 'InvalidChild')
  ensure(children.reduce((sum, [proportion]) => sum + proportion, 0n) <= ALL, 'ProportionOverflow')
  ensure(!children.some(([, child]) => parents.some(([, parent]) => parent === child)), 'ChildParentInconsistency')
}

/**
 * Ends the call unless a hotkey could have these children.
 *
 * Source: subtensor `PCRelations::ensure_pending_consistency`, spec 424.
 */
export function checkChildren(db: Storage, netuid: number, hotkey: string, wanted: readonly Relative[]): void {
  const parents = others(stake.ParentKeys.get(db, hotkey, netuid), hotkey)
  checkRelations(hotkey, others(stake.ChildKeys.get(db, hotkey, netuid), hotkey), parents)
  const children = sorted(wanted)
  ensure(!children.some(([, child]) => child === hotkey), 'InvalidChild')
  ensure(children.length <= MAX_CHILDREN, 'TooManyChildren')
  checkRelations(hotkey, children, parents)
}

interface Family {
  readonly children: readonly Relative[]
  readonly parents: readonly Relative[]
}

/** Writes down the relatives of one side, and this hotkey among theirs. */
function persistSide(
  db: Storage,
  netuid: number,
  hotkey: string,
  wanted: readonly Relative[],
  [own, theirs]: [Relations, Relations],
): void {
  const before = own.get(db, hotkey, netuid).map(([, other]) => other)
  put(db, own, hotkey, netuid, [...wanted])
  for (const [proportion, other] of wanted) link(db, theirs, other, netuid, [proportion, hotkey])
  for (const other of before) {
    if (!wanted.some(([, kept]) => kept === other)) link(db, theirs, other, netuid, [undefined, hotkey])
  }
}

/** Writes down a hotkey's relations on a subnet. Source: subtensor `persist_child_parent_relations`, spec 424. */
function persist(db: Storage, netuid: number, hotkey: string, { children, parents }: Family): void {
  persistSide(db, netuid, hotkey, children, [stake.ChildKeys, stake.ParentKeys])
  persistSide(db, netuid, hotkey, parents, [stake.ParentKeys, stake.ChildKeys])
}

/** Gives a hotkey its children; where the rules would be broken by now, nothing happens. */
export function applyChildren(context: RuntimeContext, netuid: number, hotkey: string, wanted: Relative[]): void {
  const { db } = context
  const family = { children: others(wanted, hotkey), parents: others(stake.ParentKeys.get(db, hotkey, netuid), hotkey) }
  try {
    checkRelations(hotkey, family.children, family.parents)
  } catch (error) {
    if (error instanceof DispatchFailure) return
    throw error
  }
  persist(db, netuid, hotkey, family)
  context.emit(subtensorEvents.SetChildren([hotkey, netuid, wanted]))
}

/**
 * Gives out the children that have waited long enough; before a subnet's start, all of them.
 *
 * Source: subtensor `do_set_pending_children`, spec 424.
 */
export function applyPendingChildren(context: RuntimeContext, netuid: number): void {
  const { db, block } = context
  const started = subnets.SubtokenEnabled.get(db, netuid)
  for (const [, hotkey] of childStorage.PendingChildKeys.keys(db, netuid)) {
    const [wanted, from] = childStorage.PendingChildKeys.get(db, netuid, hotkey)
    if (started && from >= BigInt(block.number)) continue
    applyChildren(context, netuid, hotkey, wanted)
    childStorage.PendingChildKeys.remove(db, netuid, hotkey)
  }
}

/** What a child takes at least of its parents' dividends, u16 fraction. */
export const leastChildTake = (db: Storage, netuid: number): number =>
  Math.max(childStorage.MinChildkeyTake.get(db), childStorage.MinChildkeyTakePerSubnet.get(db, netuid))

/** What a child takes of its parents' dividends, u16 fraction. */
export const childTakeOf = (db: Storage, hotkey: string, netuid: number): number =>
  Math.max(childStorage.ChildkeyTake.get(db, hotkey, netuid), leastChildTake(db, netuid))

/**
 * Puts a hotkey in the place of another among its children and parents, and those that wait.
 *
 * Source: subtensor `parent_child_swap_hotkey`, spec 424.
 */
export function swapRelations(db: Storage, netuid: number, oldHotkey: string, newHotkey: string): void {
  const family = {
    children: others(stake.ChildKeys.get(db, oldHotkey, netuid), oldHotkey),
    parents: others(stake.ParentKeys.get(db, oldHotkey, netuid), oldHotkey),
  }
  checkRelations(oldHotkey, family.children, family.parents)
  for (const [, child] of family.children) link(db, stake.ParentKeys, child, netuid, [undefined, oldHotkey])
  for (const [, parent] of family.parents) link(db, stake.ChildKeys, parent, netuid, [undefined, oldHotkey])
  stake.ChildKeys.remove(db, oldHotkey, netuid)
  stake.ParentKeys.remove(db, oldHotkey, netuid)
  checkRelations(newHotkey, family.children, family.parents)
  if (childStorage.PendingChildKeys.has(db, netuid, oldHotkey)) {
    const [wanted, from] = childStorage.PendingChildKeys.get(db, netuid, oldHotkey)
    ensure(!wanted.some(([, child]) => child === newHotkey), 'InvalidChild')
    ensure(sorted(wanted).length <= MAX_CHILDREN, 'TooManyChildren')
    checkRelations(newHotkey, sorted(wanted), family.parents)
    childStorage.PendingChildKeys.remove(db, netuid, oldHotkey)
    childStorage.PendingChildKeys.set(db, netuid, newHotkey, [wanted, from])
  }
  persist(db, netuid, newHotkey, family)
  for (const [, hotkey] of childStorage.PendingChildKeys.keys(db, netuid)) {
    const [wanted, from] = childStorage.PendingChildKeys.get(db, netuid, hotkey)
    const index = wanted.findIndex(([, child]) => child === oldHotkey)
    const entry = wanted[index]
    if (!entry) continue
    const rest = wanted.filter((_, at) => at !== index)
    childStorage.PendingChildKeys.set(db, netuid, hotkey, [[...rest, [entry[0], newHotkey]], from])
  }
}
