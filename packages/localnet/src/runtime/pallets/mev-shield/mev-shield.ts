import { Binary } from '@polkadot-api/substrate-bindings'
import { blake2b256 } from '@tensorkit/core/crypto'
import { defineCall, type RuntimeCall } from '../../framework/call.js'
import { ensureSigned } from '../../framework/origin.js'
import { definePallet } from '../../framework/pallet.js'
import { refusedCall } from '../../framework/refused-call.js'
import { option, tuple } from '../../types/compounds.js'
import { u32, u64 } from '../../types/primitives.js'
import { accountId } from '../../types/well-known.js'
import { mevShieldEventSpecs, mevShieldEvents } from './events.js'
import type { ShieldKey } from './shielded-transaction.js'
import { ciphertext, encryptionKey, mevShield } from './storage.js'

const submission = tuple(accountId, ciphertext)

/** Carries an extrinsic that only the block's author can read. The author puts what is inside right after the carrier. */
const submitEncrypted = defineCall({
  index: 1,
  args: { ciphertext },
  refTime: 207_223_000n,
  run: ({ emit }, origin, args) => {
    const who = ensureSigned(origin)
    emit(mevShieldEvents.EncryptedSubmitted({ id: Binary.toHex(blake2b256(submission.codec.enc([who, args.ciphertext]))), who }))
  },
})

/** The ciphertext of a carrier; undefined for any other call, and for calls that carry carriers. */
export function shieldedPart(call: RuntimeCall): Uint8Array | undefined {
  if (call.type !== 'MevShield' || call.value.type !== 'submit_encrypted') return undefined
  return call.value.value.ciphertext as Uint8Array // the codec made it
}

const storedCalls = 'The queue of sealed calls'

/** Sealed extrinsics. @param key - The author's, made when it is first needed. */
export const mevShieldPallet = (key: () => ShieldKey) =>
  definePallet({
    name: 'MevShield',
    index: 30,
    path: 'pallet_shield::pallet',
    storage: mevShield,
    calls: {
      announce_next_key: refusedCall(0, { enc_key: option(encryptionKey) }, 'A change of the key to seal with'),
      submit_encrypted: submitEncrypted,
      store_encrypted: refusedCall(2, { encrypted_call: ciphertext }, storedCalls),
      set_max_pending_extrinsics_number: refusedCall(3, { value: u32 }, storedCalls),
      set_on_initialize_weight: refusedCall(4, { value: u64 }, storedCalls),
      set_stored_extrinsic_lifetime: refusedCall(5, { value: u32 }, storedCalls),
      set_max_extrinsic_weight: refusedCall(6, { value: u64 }, storedCalls),
    },
    events: mevShieldEventSpecs,
    errors: ['BadEncKeyLen', 'Unreachable', 'TooManyPendingExtrinsics', 'WeightExceedsAbsoluteMax'],
    genesis: ({ db }) => {
      for (const item of [mevShield.CurrentKey, mevShield.PendingKey, mevShield.NextKey]) item.set(db, key().encapsulationKey)
    },
  })
