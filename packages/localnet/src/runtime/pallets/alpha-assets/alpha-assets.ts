import type { Storage } from '../../../state/storage.js'
import { definePallet } from '../../framework/pallet.js'
import { defineStorage, map, twox64 } from '../../framework/storage-item.js'
import { alphaBalance, netUid } from '../../types/primitives.js'

/** Alpha ever made, burned (it stays in issuance) and recycled (it does not), by subnet; in alpha's rao. */
export const alphaAssets = defineStorage('AlphaAssets', {
  TotalAlphaIssuance: map([twox64(netUid)], alphaBalance, 0n),
  AlphaBurned: map([twox64(netUid)], alphaBalance, 0n),
  AlphaRecycled: map([twox64(netUid)], alphaBalance, 0n),
})

export const alphaAssetsPallet = definePallet({ name: 'AlphaAssets', index: 31, path: 'pallet_alpha_assets::pallet', storage: alphaAssets })

export function mintAlpha(db: Storage, netuid: number, amount: bigint): void {
  alphaAssets.TotalAlphaIssuance.set(db, netuid, alphaAssets.TotalAlphaIssuance.get(db, netuid) + amount)
}

export function burnAlpha(db: Storage, netuid: number, amount: bigint): void {
  alphaAssets.AlphaBurned.set(db, netuid, alphaAssets.AlphaBurned.get(db, netuid) + amount)
}

export function recycleAlpha(db: Storage, netuid: number, amount: bigint): void {
  const issuance = alphaAssets.TotalAlphaIssuance.get(db, netuid)
  alphaAssets.TotalAlphaIssuance.set(db, netuid, amount < issuance ? issuance - amount : 0n)
  alphaAssets.AlphaRecycled.set(db, netuid, alphaAssets.AlphaRecycled.get(db, netuid) + amount)
}
