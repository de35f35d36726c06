import { Binary } from '@polkadot-api/substrate-bindings'
import { u16 } from 'scale-ts'

const prefix = '0x6d6f646c73756274656e7372' // "modl" and the pallet's id, "subtensr"

/** The account that holds the TAO of a subnet's pool. */
export const subnetAccount = (netuid: number): string => `${prefix}${Binary.toHex(u16.enc(netuid)).slice(2)}`.padEnd(66, '0')

/** Whether an account is some subnet's own, which nobody can use as a hotkey. */
export const isSubnetAccount = (account: string): boolean => account.startsWith(prefix) && /^0*$/.test(account.slice(prefix.length + 4))

/** Where burned TAO goes: "modl" and "burntnsr". */
export const burnAccount = '0x6d6f646c6275726e746e7372'.padEnd(66, '0')
