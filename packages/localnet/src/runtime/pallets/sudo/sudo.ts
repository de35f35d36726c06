import { type DispatchInfo, defineCall } from '../../framework/call.js'
import type { RuntimeContext } from '../../framework/context.js'
import { defineErrors } from '../../framework/dispatch-failure.js'
import { defineEvents } from '../../framework/events.js'
import { ensureSigned, type Origin, rootOrigin, signedOrigin } from '../../framework/origin.js'
import type { OuterReferences } from '../../framework/outer-types.js'
import { definePallet, type Pallet } from '../../framework/pallet.js'
import { refTime } from '../../framework/weight.js'
import { option, result, type VariantSpec } from '../../types/compounds.js'
import { unit } from '../../types/primitives.js'
import { accountId, dispatchError, multiAddress, weight } from '../../types/well-known.js'
import { lookup } from '../balances/lookup.js'
import { sudo } from './storage.js'

const outcome = result(unit, dispatchError)

const eventSpecs = {
  Sudid: [0, { sudo_result: outcome }],
  KeyChanged: [1, { old: option(accountId), new: accountId }],
  KeyRemoved: [2],
  SudoAsDone: [3, { sudo_result: outcome }],
} as const satisfies Record<string, VariantSpec>

const events = defineEvents('Sudo', eventSpecs)
const errors = defineErrors(12, ['RequireSudo'])

function ensureSudo({ db }: RuntimeContext, origin: Origin): void {
  errors.ensure(ensureSigned(origin) === sudo.Key.get(db), 'RequireSudo')
}

/** What a call without an inner call would cost; there is none. */
const noInfo: DispatchInfo = { refTime: 0n, class: 'Normal', paysFee: true }

/** Sudo's calls carry the runtime's own call type. Whoever holds the key pays nothing in the end. */
function sudoCalls(outer: OuterReferences) {
  const sudoCall = defineCall({
    index: 0,
    args: { call: outer.call },
    returnsFee: true,
    refTime: refTime({ time: 25_000_000n, reads: 1 }),
    inner: ({ call }) => [call],
    infoOf: (_args, [inner = noInfo]): DispatchInfo => ({
      ...inner,
      paysFee: true,
      refTime: inner.refTime + refTime({ time: 25_000_000n, reads: 1 }),
    }),
    run: (context, origin, { call }) => {
      ensureSudo(context, origin)
      const error = context.dispatch(call, rootOrigin)
      context.emit(events.Sudid({ sudo_result: error ? { type: 'Err', value: error } : { type: 'Ok', value: undefined } }))
    },
  })
  const uncheckedWeight = defineCall({
    index: 1,
    args: { call: outer.call, weight },
    returnsFee: true,
    refTime: 0n,
    inner: ({ call }) => [call],
    infoOf: ({ weight: given }, [inner = noInfo]): DispatchInfo => ({ class: inner.class, paysFee: true, refTime: given.ref_time }),
    run: (context, origin, { call }) => sudoCall.run(context, origin, { call }),
  })
  const setKey = defineCall({
    index: 2,
    args: { new: multiAddress },
    returnsFee: true,
    refTime: refTime({ time: 30_000_000n, reads: 1, writes: 1 }),
    run: (context, origin, { new: address }) => {
      ensureSudo(context, origin)
      const key = lookup(address)
      context.emit(events.KeyChanged({ old: sudo.Key.get(context.db), new: key }))
      sudo.Key.set(context.db, key)
    },
  })
  const sudoAs = defineCall({
    index: 3,
    args: { who: multiAddress, call: outer.call },
    returnsFee: true,
    refTime: refTime({ time: 25_000_000n, reads: 1 }),
    inner: ({ call }) => [call],
    infoOf: (_args, [inner = noInfo]): DispatchInfo => ({
      ...inner,
      paysFee: true,
      refTime: inner.refTime + refTime({ time: 25_000_000n, reads: 1 }),
    }),
    run: (context, origin, { who, call }) => {
      ensureSudo(context, origin)
      const error = context.dispatch(call, signedOrigin(lookup(who)))
      context.emit(events.SudoAsDone({ sudo_result: error ? { type: 'Err', value: error } : { type: 'Ok', value: undefined } }))
    },
  })
  const removeKey = defineCall({
    index: 4,
    args: {},
    returnsFee: true,
    refTime: refTime({ time: 30_000_000n, reads: 1, writes: 1 }),
    run: (context, origin) => {
      ensureSudo(context, origin)
      context.emit(events.KeyRemoved())
      sudo.Key.remove(context.db)
    },
  })
  return {
    sudo: sudoCall,
    sudo_unchecked_weight: uncheckedWeight,
    set_key: setKey,
    sudo_as: sudoAs,
    remove_key: removeKey,
  }
}

/** One key that may call anything as root. A failure of the inner call shows in `Sudid`, not as a failed extrinsic. */
export const sudoPallet = (outer: OuterReferences): Pallet =>
  definePallet({
    name: 'Sudo',
    index: 12,
    path: 'pallet_sudo::pallet',
    storage: sudo,
    calls: sudoCalls(outer),
    events: eventSpecs,
    errors: errors.names,
    genesis: ({ db, options }) => sudo.Key.set(db, options.genesis.sudo),
  })
