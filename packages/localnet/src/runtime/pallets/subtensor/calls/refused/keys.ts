import { refusedCall } from '../../../../framework/refused-call.js'
import { fixedHex } from '../../../../types/compounds.js'
import { netUid, u64 } from '../../../../types/primitives.js'
import { h160 } from '../../../../types/well-known.js'

/** Ethereum keys. */
export const refusedKeys = {
  associate_evm_key: refusedCall(
    93,
    { netuid: netUid, evm_key: h160, block_number: u64, signature: fixedHex(65) },
    'An Ethereum key of a hotkey',
  ),
}
