import { refusedCall } from '../../../../framework/refused-call.js'
import { option } from '../../../../types/compounds.js'
import { bytes, netUid, u8, u16, u32, u128 } from '../../../../types/primitives.js'
import { accountId, percent } from '../../../../types/well-known.js'
import { subnetIdentity } from '../../types.js'

const dissolving = 'Dissolving a subnet'
const leasing = 'Subnets that a crowdloan pays for'

/** The rest of a subnet's life. */
export const refusedSubnets = {
  dissolve_network: refusedCall(61, { coldkey: accountId, netuid: netUid }, dissolving),
  root_dissolve_network: refusedCall(120, { netuid: netUid }, dissolving),
  register_leased_network: refusedCall(110, { emissions_share: percent, end_block: option(u32) }, leasing),
  terminate_lease: refusedCall(111, { lease_id: u32, hotkey: accountId }, leasing),
  register_network_with_identity: refusedCall(
    79,
    { hotkey: accountId, identity: option(subnetIdentity) },
    'Registering a subnet together with its identity',
  ),
  set_subnet_identity: refusedCall(
    78,
    {
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
    'Identities of subnets',
  ),
  set_identity: refusedCall(
    68,
    { name: bytes, url: bytes, github_repo: bytes, image: bytes, discord: bytes, description: bytes, additional: bytes },
    'Identities of coldkeys',
  ),
  update_symbol: refusedCall(112, { netuid: netUid, symbol: bytes }, 'The choice of a token symbol'),
  set_tempo: refusedCall(139, { netuid: netUid, tempo: u16 }, 'A tempo set by the owner'),
  set_activity_cutoff_factor: refusedCall(140, { netuid: netUid, factor_milli: u32 }, 'An activity cutoff set by the owner'),
  trigger_epoch: refusedCall(141, { netuid: netUid }, 'An epoch out of turn'),
  serve_prometheus: refusedCall(5, { netuid: netUid, version: u32, ip: u128, port: u16, ip_type: u8 }, 'Serving of a Prometheus endpoint'),
}
