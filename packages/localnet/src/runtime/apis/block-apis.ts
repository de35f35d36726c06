import { Binary } from '@polkadot-api/substrate-bindings'
import type { Executive } from '../executive/executive.js'
import { refusedMethod } from '../framework/refused-method.js'
import { apiMethod, type RuntimeApi } from '../framework/runtime-api.js'
import type { InvalidTransaction } from '../runtime.js'
import {
  blockOf,
  checkInherentsResult,
  header,
  inherentData,
  transactionSource,
  transactionValidityError,
  validTransaction,
} from '../types/block.js'
import { fixedHex, option, result, struct, vec } from '../types/compounds.js'
import { bool, bytes, str, unit } from '../types/primitives.js'
import type { Ty, TypeOf } from '../types/ty.js'
import { dispatchError, h256 } from '../types/well-known.js'

/** What these APIs need from the runtime. */
export interface BlockApiParts {
  /** The extrinsic, as its bytes without length prefix. */
  readonly extrinsic: Ty<Uint8Array>
  readonly executive: () => Executive
}

const transactionValidity = result(validTransaction, transactionValidityError)

const building = 'Building blocks from outside'

const invalid = (error: InvalidTransaction): TypeOf<typeof transactionValidityError> => ({
  type: 'Invalid',
  value: error.kind === 'Custom' ? { type: 'Custom', value: error.code } : { type: error.kind, value: undefined },
})

function blockBuilder(extrinsic: Ty<Uint8Array>): RuntimeApi {
  const block = blockOf(extrinsic)
  return {
    name: 'BlockBuilder',
    version: 6,
    methods: {
      apply_extrinsic: refusedMethod({ extrinsic }, result(result(unit, dispatchError), transactionValidityError), building),
      finalize_block: refusedMethod({}, header, building),
      inherent_extrinsics: refusedMethod({ inherent: inherentData }, vec(extrinsic), building),
      check_inherents: refusedMethod({ block, data: inherentData }, checkInherentsResult, building),
    },
  }
}

const genesisBuilder: RuntimeApi = {
  name: 'GenesisBuilder',
  version: 1,
  methods: {
    build_state: refusedMethod({ json: bytes }, result(unit, str), 'Building a genesis from outside'),
    get_preset: refusedMethod({ id: option(str) }, option(bytes), 'Building a genesis from outside'),
    preset_names: refusedMethod({}, vec(str), 'Building a genesis from outside'),
  },
}

const offchainWorker: RuntimeApi = {
  name: 'OffchainWorkerApi',
  version: 2,
  methods: { offchain_worker: refusedMethod({ header }, unit, 'An off-chain worker') },
}

const transactionQueue = ({ extrinsic, executive }: BlockApiParts): RuntimeApi => ({
  name: 'TaggedTransactionQueue',
  version: 3,
  methods: {
    // As on the chain, the answer is the same wherever the transaction comes from.
    validate_transaction: apiMethod(
      { source: transactionSource, tx: extrinsic, block_hash: h256 },
      transactionValidity,
      ({ db, block }, { tx }): TypeOf<typeof transactionValidity> => {
        const validity = executive().validate(db, extrinsic.codec.enc(tx), block)
        if (!validity.ok) return { type: 'Err', value: invalid(validity.error) }
        const { priority, longevity, requires, provides } = validity
        const tags = (hex: readonly string[]) => hex.map((tag) => Binary.fromHex(tag))
        return { type: 'Ok', value: { priority, requires: tags(requires), provides: tags(provides), longevity, propagate: true } }
      },
    ),
  },
})

const shield = (extrinsic: Ty<Uint8Array>): RuntimeApi => {
  const shielding = 'Shielding of transactions'
  const shielded = struct('stp_shield::shielded_tx::ShieldedTransaction', {
    key_hash: fixedHex(16),
    kem_ct: bytes,
    aead_ct: bytes,
    nonce: fixedHex(24),
  })
  return {
    name: 'ShieldApi',
    version: 1,
    methods: {
      try_decode_shielded_tx: refusedMethod({ uxt: extrinsic }, option(shielded), shielding),
      is_shielded_using_current_key: refusedMethod({ key_hash: fixedHex(16) }, bool, shielding),
      try_unshield_tx: refusedMethod({ dec_key_bytes: bytes, shielded_tx: shielded }, option(extrinsic), shielding),
    },
  }
}

/** What a node calls to build blocks, keep its pool and start its chain. */
export const blockApis = (parts: BlockApiParts): RuntimeApi[] => [
  blockBuilder(parts.extrinsic),
  genesisBuilder,
  transactionQueue(parts),
  offchainWorker,
  shield(parts.extrinsic),
]
