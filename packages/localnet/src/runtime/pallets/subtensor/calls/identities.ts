import { defineCall } from '../../../framework/call.js'
import { ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bytes, netUid } from '../../../types/primitives.js'
import { ensure, failWith } from '../errors.js'
import { subtensorEvents } from '../events.js'
import { ensureChainIdentity, ensureSubnetIdentity } from '../identities.js'
import { ensureOwnerOrRoot } from '../owner-rights.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { subnets } from '../storage/subnets.js'
import { isSymbol, symbolInUse } from '../symbols.js'

/**
 * Says who a coldkey is. One of its hotkeys must be registered on some subnet.
 *
 * Source: subtensor `do_set_identity`, spec 425.
 */
const setIdentity = defineCall({
  index: 68,
  args: { name: bytes, url: bytes, github_repo: bytes, image: bytes, discord: bytes, description: bytes, additional: bytes },
  refTime: refTime({ time: 32_040_000n, reads: 3, writes: 1 }),
  run: (context, origin, identity) => {
    const coldkey = ensureSigned(origin)
    const registered = stake.OwnedHotkeys.get(context.db, coldkey).some((hotkey) =>
      neurons.IsNetworkMember.keys(context.db, hotkey).some(([, netuid]) => neurons.IsNetworkMember.get(context.db, hotkey, netuid)),
    )
    ensure(registered, 'HotKeyNotRegisteredInNetwork')
    ensureChainIdentity(identity)
    neurons.IdentitiesV2.set(context.db, coldkey, identity)
    context.emit(subtensorEvents.ChainIdentitySet(coldkey))
  },
})

/**
 * Says what a subnet is. For its owner alone, not for root.
 *
 * Source: subtensor `do_set_subnet_identity`, spec 425.
 */
const setSubnetIdentity = defineCall({
  index: 78,
  args: {
    netuid: netUid,
    subnet_name: bytes,
    github_repo: bytes,
    subnet_contact: bytes,
    subnet_url: bytes,
    discord: bytes,
    description: bytes,
    logo_url: bytes,
    additional: bytes,
  },
  refTime: refTime({ time: 17_513_000n, reads: 1, writes: 1 }),
  run: (context, origin, { netuid, ...identity }) => {
    const coldkey = ensureSigned(origin)
    ensure(subnets.SubnetOwner.get(context.db, netuid) === coldkey, 'NotSubnetOwner')
    ensureSubnetIdentity(identity)
    subnets.SubnetIdentitiesV3.set(context.db, netuid, identity)
    context.emit(subtensorEvents.SubnetIdentitySet(netuid))
  },
})

/**
 * Chooses the symbol of a subnet's alpha among those that the chain knows and no subnet uses.
 *
 * Source: subtensor call `update_symbol`, spec 425.
 */
const updateSymbol = defineCall({
  index: 112,
  args: { netuid: netUid, symbol: bytes },
  refTime: refTime({ time: 28_313_000n, reads: 4, writes: 1 }),
  run: (context, origin, { netuid, symbol }) => {
    ensureOwnerOrRoot(context, origin, netuid)
    if (!isSymbol(symbol)) failWith('SymbolDoesNotExist')
    ensure(!symbolInUse(context.db, symbol), 'SymbolAlreadyInUse')
    subnets.TokenSymbol.set(context.db, netuid, symbol)
    context.emit(subtensorEvents.SymbolUpdated({ netuid, symbol }))
  },
})

/** How coldkeys and subnets present themselves. */
export const identityCalls = {
  set_identity: setIdentity,
  set_subnet_identity: setSubnetIdentity,
  update_symbol: updateSymbol,
}
