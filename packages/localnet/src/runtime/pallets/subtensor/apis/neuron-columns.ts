import type { Storage } from '../../../../state/storage.js'
import { option } from '../../../types/compounds.js'
import type { Encoded } from '../../../types/encoded.js'
import { perUid } from '../block-step/epoch-input.js'
import { neurons } from '../storage/neurons.js'
import { stake } from '../storage/stake.js'
import { axonInfo, chainIdentity, noAxon } from '../types.js'
import { once } from './columns.js'
import { compactList, encodeAccounts, encodeByAccount, encodeCompacts, encodeEach, storedList } from './encoded-lists.js'
import { readStakes } from './stakes.js'

/** The hotkeys of a subnet by uid. */
export const hotkeysOf = (db: Storage, netuid: number): string[] => perUid(db, netuid, (uid) => neurons.Keys.get(db, netuid, uid))

const none = option(chainIdentity).codec.enc(undefined)
const servesNothing = axonInfo.codec.enc(noAxon)

const someIdentity = (bytes: Uint8Array | undefined): Uint8Array => (bytes ? Uint8Array.of(1, ...bytes) : none)

/** A list that is not computed any more. */
const empty = (): Encoded => encodeCompacts([])

/**
 * The lists of a subnet's neurons by uid, encoded; those of a mechanism from its storage index.
 *
 * Most of what a metagraph weighs is here, and every block changes some: it is copied from storage where it can be.
 */
export function neuronColumns(db: Storage, netuid: number, index: number) {
  const hotkeys = once(() => hotkeysOf(db, netuid))
  const coldkeys = once(() => hotkeys().map((hotkey) => stake.Owner.get(db, hotkey)))
  const stakes = once(() => readStakes(db, netuid, hotkeys()))
  return {
    hotkeys: () => encodeAccounts(hotkeys()),
    coldkeys: () => encodeAccounts(coldkeys()),
    identities: () => encodeEach(coldkeys(), (coldkey) => someIdentity(neurons.IdentitiesV2.bytes(db, coldkey))),
    axons: () => encodeEach(hotkeys(), (hotkey) => neurons.Axons.bytes(db, netuid, hotkey) ?? servesNothing),
    active: () => storedList(db, neurons.Active, netuid),
    validator_permit: () => storedList(db, neurons.ValidatorPermit, netuid),
    pruning_score: empty,
    last_update: () => compactList(db, neurons.LastUpdate, index, 8),
    emission: () => compactList(db, neurons.Emission, netuid, 8),
    dividends: () => compactList(db, neurons.Dividends, netuid, 2),
    incentives: () => compactList(db, neurons.Incentive, index, 2),
    consensus: () => compactList(db, neurons.Consensus, netuid, 2),
    trust: empty,
    rank: empty,
    block_at_registration: () => encodeCompacts(perUid(db, netuid, (uid) => neurons.BlockAtRegistration.get(db, netuid, uid))),
    alpha_stake: () => encodeCompacts(stakes().map(({ alpha }) => alpha)),
    tao_stake: () => encodeCompacts(stakes().map(({ tao }) => tao)),
    total_stake: () => encodeCompacts(stakes().map(({ total }) => total)),
    tao_dividends_per_hotkey: () => encodeByAccount(hotkeys(), () => 0n),
    alpha_dividends_per_hotkey: () => encodeByAccount(hotkeys(), (hotkey) => stake.AlphaDividendsPerSubnet.get(db, netuid, hotkey)),
  }
}
