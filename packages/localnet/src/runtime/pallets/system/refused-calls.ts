import { refusedCall } from '../../framework/refused-call.js'
import { bytes, u64 } from '../../types/primitives.js'
import { h256 } from '../../types/well-known.js'

const code = 'A change of the runtime'

export const refusedSystem = {
  set_heap_pages: refusedCall(1, { pages: u64 }, 'The memory of the runtime'),
  set_code: refusedCall(2, { code: bytes }, code),
  set_code_without_checks: refusedCall(3, { code: bytes }, code),
  authorize_upgrade: refusedCall(9, { code_hash: h256 }, code),
  authorize_upgrade_without_checks: refusedCall(10, { code_hash: h256 }, code),
  apply_authorized_upgrade: refusedCall(11, { code: bytes }, code),
}
