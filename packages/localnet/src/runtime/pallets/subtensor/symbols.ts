import { Binary } from '@polkadot-api/substrate-bindings'
import type { Storage } from '../../../state/storage.js'
import { subnets } from './storage/subnets.js'
import { symbols } from './symbol-list.js'

/** The symbol of a subnet's alpha, in UTF-8. */
export const symbolOf = (netuid: number): Uint8Array => Binary.fromText(symbols[netuid] ?? symbols[0] ?? '')

const usedSymbols = (db: Storage): Set<string> =>
  new Set(subnets.TokenSymbol.keys(db).map(([other]) => Binary.toText(subnets.TokenSymbol.get(db, other))))

/** Whether a subnet can have a symbol, in UTF-8: root's own it cannot. */
export const isSymbol = (symbol: Uint8Array): boolean => symbols.indexOf(Binary.toText(symbol)) > 0

/** Whether some subnet has a symbol. */
export const symbolInUse = (db: Storage, symbol: Uint8Array): boolean => usedSymbols(db).has(Binary.toText(symbol))

/** The symbol for a new subnet: its own, or the first that no subnet uses. */
export function nextSymbol(db: Storage, netuid: number): Uint8Array {
  const used = usedSymbols(db)
  const own = symbolOf(netuid)
  if (!used.has(Binary.toText(own))) return own
  return Binary.fromText(symbols.slice(1).find((symbol) => !used.has(symbol)) ?? symbols[0] ?? '')
}

/** What the runtime calls a subnet that has not given itself a name. */
const names =
  'root apex omron templar targon kaito infinite subvortex ptn pretrain sturdy dippy horde dataverse palaidn deval bitads 3gen cortex inference bitagent any-any meta social omega'.split(
    ' ',
  )

/** The name of a subnet, in UTF-8. */
export function nameOf(db: Storage, netuid: number): Uint8Array {
  const given = subnets.SubnetIdentitiesV3.get(db, netuid)?.subnet_name
  return given && given.length > 0 ? given : Binary.fromText(names[netuid] ?? 'unknown')
}
