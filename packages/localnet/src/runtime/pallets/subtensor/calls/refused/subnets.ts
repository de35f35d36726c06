import { refusedCall } from '../../../../framework/refused-call.js'
import { option } from '../../../../types/compounds.js'
import { u32 } from '../../../../types/primitives.js'
import { accountId, percent } from '../../../../types/well-known.js'

const leasing = 'The lease of a subnet'

/** Subnets that are paid for together. */
export const refusedSubnets = {
  register_leased_network: refusedCall(110, { emissions_share: percent, end_block: option(u32) }, leasing),
  terminate_lease: refusedCall(111, { lease_id: u32, hotkey: accountId }, leasing),
}
