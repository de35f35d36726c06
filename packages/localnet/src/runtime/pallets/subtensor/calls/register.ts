import { bumpBurn } from '../../../../coinbase/registration-burn.js'
import { defineCall } from '../../../framework/call.js'
import type { RuntimeContext } from '../../../framework/context.js'
import { ensureSigned, type Origin } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bytes, netUid, u64 } from '../../../types/primitives.js'
import { accountId } from '../../../types/well-known.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { createHotkey, owns } from '../hotkeys.js'
import { appendNeuron, replaceNeuron } from '../neurons.js'
import { buyAlpha } from '../pool.js'
import { neuronToPrune } from '../prune.js'
import { hyperparameters } from '../storage/hyperparameters.js'
import { neurons } from '../storage/neurons.js'
import { pools } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { subnetExists } from '../subnets.js'
import { hasBalance, payToSubnet } from '../tao.js'

/** The limits of a subnet's burn. */
export const burnBounds = ({ db }: Pick<RuntimeContext, 'db'>, netuid: number) => ({
  min: subnets.MinBurn.get(db, netuid),
  max: subnets.MaxBurn.get(db, netuid),
})

/** Behind the last neuron, or in the place of one. */
type Room = 'next' | { readonly replaced: number }

/** Where a new neuron goes: behind the last one, or to a uid that a full subnet gives up. Undefined if there is no room. */
function roomFor({ db, block }: RuntimeContext, netuid: number): Room | undefined {
  const most = hyperparameters.MaxAllowedUids.get(db, netuid)
  if (most === 0) return undefined
  if (subnets.SubnetworkN.get(db, netuid) < most) return 'next'
  const replaced = neuronToPrune(db, netuid, BigInt(block.number))
  return replaced === undefined ? undefined : { replaced }
}

function enterSubnet({ db, block }: RuntimeContext, { netuid, hotkey, room }: { netuid: number; hotkey: string; room: Room }): number {
  const now = BigInt(block.number)
  if (room === 'next') return appendNeuron(db, netuid, hotkey, now)
  replaceNeuron(db, { netuid, uid: room.replaced, hotkey, block: now })
  return room.replaced
}

/**
 * Registers a hotkey. The coldkey pays the burn: it buys alpha in the pool, and that alpha is destroyed.
 *
 * Source: subtensor `do_register`, spec 425.
 */
function register(context: RuntimeContext, origin: Origin, netuid: number, hotkey: string): void {
  const { db } = context
  const coldkey = ensureSigned(origin)
  ensure(netuid !== 0, 'RegistrationNotPermittedOnRootSubnet')
  ensure(subnetExists(db, netuid), 'SubnetNotExists')
  ensure(subnets.NetworkRegistrationAllowed.get(db, netuid), 'SubNetRegistrationDisabled')
  ensure(!neurons.Uids.has(db, netuid, hotkey), 'HotKeyAlreadyRegisteredInSubNet')
  const burn = subnets.Burn.get(db, netuid)
  ensure(hasBalance(context, coldkey, burn), 'NotEnoughBalanceToStake')
  createHotkey(db, coldkey, hotkey)
  ensure(owns(db, coldkey, hotkey), 'NonAssociatedColdKey')
  const room = roomFor(context, netuid) ?? failWith('NoNeuronIdAvailable')

  const paid = payToSubnet(context, netuid, coldkey, burn)
  const { paidOut } = buyAlpha(db, paid, { netuid })
  pools.SubnetAlphaOut.set(db, netuid, pools.SubnetAlphaOut.get(db, netuid) - paidOut)
  const uid = enterSubnet(context, { netuid, hotkey, room })
  const multiplier = subnets.BurnIncreaseMult.get(db, netuid).bits
  subnets.Burn.set(db, netuid, bumpBurn({ burn: subnets.Burn.get(db, netuid), multiplier, bounds: burnBounds(context, netuid) }))
  subnets.RegistrationsThisBlock.set(db, netuid, subnets.RegistrationsThisBlock.get(db, netuid) + 1)
  const recycled = subnets.RAORecycledForRegistration.get(db, netuid) + burn
  subnets.RAORecycledForRegistration.set(db, netuid, recycled)
  context.emit(subtensorEvents.RAORecycledForRegistrationSet([netuid, recycled]))
  context.emit(subtensorEvents.NeuronRegistered([netuid, uid, hotkey]))
}

/** Registers a hotkey for the burn of the moment. */
export const burnedRegister = defineCall({
  index: 7,
  args: { netuid: netUid, hotkey: accountId },
  refTime: refTime({ time: 336_815_000n, reads: 34, writes: 29 }),
  run: (context, origin, { netuid, hotkey }) => register(context, origin, netuid, hotkey),
})

/** What was registration by proof of work: the work is not looked at, and the burn is paid. */
export const powRegister = defineCall({
  index: 6,
  args: { netuid: netUid, block_number: u64, nonce: u64, work: bytes, hotkey: accountId, coldkey: accountId },
  refTime: refTime({ time: 349_872_000n, reads: 34, writes: 29 }),
  run: (context, origin, { netuid, hotkey }) => register(context, origin, netuid, hotkey),
})

/** Registers a hotkey unless the burn is above a limit in rao. */
export const registerLimit = defineCall({
  index: 134,
  args: { netuid: netUid, hotkey: accountId, limit_price: u64 },
  refTime: refTime({ time: 354_200_000n, reads: 47, writes: 40 }),
  run: (context, origin, { netuid, hotkey, limit_price: limit }) => {
    ensureSigned(origin)
    ensure(netuid !== 0, 'RegistrationNotPermittedOnRootSubnet')
    ensure(subnetExists(context.db, netuid), 'SubnetNotExists')
    ensure(subnets.Burn.get(context.db, netuid) <= limit, 'RegistrationPriceLimitExceeded')
    register(context, origin, netuid, hotkey)
  },
})
