import {
  announceColdkeySwap,
  clearColdkeySwapAnnouncement,
  disputeColdkeySwap,
  resetColdkeySwap,
  scheduleSwapColdkey,
  setRejectLockedAlpha,
  swapColdkey,
  swapColdkeyAnnounced,
} from './swap-coldkey.js'
import { swapHotkey, swapHotkeyV2 } from './swap-hotkey.js'

/** Hotkeys and coldkeys that take the place of others. */
export const keySwapCalls = {
  swap_hotkey: swapHotkey,
  swap_hotkey_v2: swapHotkeyV2,
  swap_coldkey: swapColdkey,
  schedule_swap_coldkey: scheduleSwapColdkey,
  announce_coldkey_swap: announceColdkeySwap,
  swap_coldkey_announced: swapColdkeyAnnounced,
  dispute_coldkey_swap: disputeColdkeySwap,
  reset_coldkey_swap: resetColdkeySwap,
  clear_coldkey_swap_announcement: clearColdkeySwapAnnouncement,
  set_reject_locked_alpha: setRejectLockedAlpha,
}
