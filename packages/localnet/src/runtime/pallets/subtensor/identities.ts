import type { TypeOf } from '../../types/ty.js'
import { ensure } from './errors.js'
import type { chainIdentity, subnetIdentity } from './types.js'

/** Most bytes of each part of a coldkey's identity. */
const chainIdentityBytes = { name: 256, url: 256, github_repo: 256, image: 1024, discord: 256, description: 1024, additional: 1024 }

/** Most bytes of each part of a subnet's identity. */
const subnetIdentityBytes = {
  subnet_name: 256,
  github_repo: 1024,
  subnet_contact: 1024,
  subnet_url: 1024,
  discord: 256,
  description: 1024,
  logo_url: 1024,
  additional: 1024,
}

// The chain has bounds of the sums too, which no identity that keeps to these can reach.

/** Ends the call unless a coldkey's identity is short enough. Source: subtensor `is_valid_identity`, spec 425. */
export const ensureChainIdentity = (identity: TypeOf<typeof chainIdentity>): void =>
  ensure(fits(identity, chainIdentityBytes), 'InvalidIdentity')

/** Ends the call unless a subnet's identity is short enough. Source: subtensor `is_valid_subnet_identity`, spec 425. */
export const ensureSubnetIdentity = (identity: TypeOf<typeof subnetIdentity>): void =>
  ensure(fits(identity, subnetIdentityBytes), 'InvalidIdentity')

const fits = <K extends string>(identity: Readonly<Record<K, Uint8Array>>, most: Readonly<Record<K, number>>): boolean =>
  (Object.keys(most) as K[]).every((part) => identity[part].length <= most[part]) // keys of a record of K
