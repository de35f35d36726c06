import { setColdkeyAutoStakeHotkey, tryAssociateHotkey } from './auto-stake.js'
import { claimRoot, setRootClaimType, sudoSetNumRootClaims, sudoSetRootClaimThreshold } from './claim-root.js'
import { rootRegister } from './root-register.js'
import {
  setAutoParentDelegationEnabled,
  setChildkeyTake,
  setChildren,
  setPendingChildkeyCooldown,
  sudoSetMaxChildkeyTake,
  sudoSetMinChildkeyTake,
  sudoSetTxChildkeyTakeRateLimit,
} from './set-children.js'
import { decreaseTake, increaseTake } from './set-take.js'

/** Takes, children, validators on root and their stakers' claims. */
export const delegationCalls = {
  decrease_take: decreaseTake,
  increase_take: increaseTake,
  set_children: setChildren,
  set_childkey_take: setChildkeyTake,
  set_auto_parent_delegation_enabled: setAutoParentDelegationEnabled,
  set_pending_childkey_cooldown: setPendingChildkeyCooldown,
  sudo_set_tx_childkey_take_rate_limit: sudoSetTxChildkeyTakeRateLimit,
  sudo_set_min_childkey_take: sudoSetMinChildkeyTake,
  sudo_set_max_childkey_take: sudoSetMaxChildkeyTake,
  set_coldkey_auto_stake_hotkey: setColdkeyAutoStakeHotkey,
  try_associate_hotkey: tryAssociateHotkey,
  root_register: rootRegister,
  claim_root: claimRoot,
  set_root_claim_type: setRootClaimType,
  sudo_set_num_root_claims: sudoSetNumRootClaims,
  sudo_set_root_claim_threshold: sudoSetRootClaimThreshold,
}
