import { shake256 } from '@noble/hashes/sha3.js'
import { type ShieldKey, shieldKey } from './shielded-transaction.js'

/** The key to seal with on every localnet: everybody knows it, as the keys of the accounts. */
export const devShieldKey = (): ShieldKey => shieldKey(shake256(new TextEncoder().encode('TensorKit localnet: MEV shield'), { dkLen: 64 }))
