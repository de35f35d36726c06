import { Binary } from '@polkadot-api/substrate-bindings'
import { spendable } from '../pallets/balances/accounts.js'
import { shieldedPart } from '../pallets/mev-shield/mev-shield.js'
import { parseShielded } from '../pallets/mev-shield/shielded-transaction.js'
import { feePayer } from '../pallets/proxy/fee-payer.js'
import { coldkeyGuard } from '../pallets/subtensor/coldkey-guard.js'
import { poolCode } from '../pallets/subtensor/pool-codes.js'
import { sudo } from '../pallets/sudo/storage.js'
import { blockHashCount, blockWeightLimits } from '../pallets/system/limits.js'
import { system } from '../pallets/system/storage.js'
import { totalFee } from '../pallets/transaction-payment/fees.js'
import type { InvalidTransaction } from '../runtime.js'
import { tuple } from '../types/compounds.js'
import { eraBirth, eraDeath } from '../types/era.js'
import { u32 } from '../types/primitives.js'
import type { TypeOf } from '../types/ty.js'
import { accountId } from '../types/well-known.js'
import type { extensionTypes } from './extrinsic-types.js'
import type { Transaction } from './transaction.js'

/** What an extension adds to the transaction's validity. */
export interface PartialValidity {
  readonly priority?: bigint
  readonly requires?: readonly string[]
  readonly provides?: readonly string[]
  readonly longevity?: bigint
}

type Check = InvalidTransaction | PartialValidity | undefined

type Types = typeof extensionTypes
type Implicit<N extends keyof Types> = TypeOf<Types[N]['implicit']>

/** A transaction extension: what it adds to what is signed, and what it checks. */
interface TransactionExtension<N extends keyof Types> {
  /** Undefined if it cannot be had any more: the block in which the transaction's era began is too old. */
  implicit(transaction: Transaction): { readonly value: Implicit<N> } | InvalidTransaction
  check?(transaction: Transaction): Check
}

const invalid = (kind: Exclude<InvalidTransaction['kind'], 'Custom'>): InvalidTransaction => ({ kind })
const nothing = { implicit: () => ({ value: undefined }) }
/** `CustomTransactionError::FailedShieldedTxParsing`. */
const FAILED_SHIELDED_PARSING = 23
const zeroAccount = `0x${'00'.repeat(32)}`
const nonceTag = (who: string, nonce: number): string => Binary.toHex(tuple(accountId, u32).codec.enc([who, nonce]))

/** The whole fee with its tip, in rao. */
export const feeOf = ({ info, extrinsic }: Transaction): bigint => totalFee(info, extrinsic.lengthBytes) + extrinsic.tip

/** All extensions in the chain's order. */
export const extensions: { readonly [N in keyof Types]: TransactionExtension<N> } = {
  CheckNonZeroSender: { ...nothing, check: ({ who }) => (who === zeroAccount ? invalid('BadSigner') : undefined) },
  CheckSpecVersion: { implicit: ({ version }) => ({ value: version.specVersion }) },
  CheckTxVersion: { implicit: ({ version }) => ({ value: version.transactionVersion }) },
  CheckGenesis: { implicit: ({ context }) => ({ value: Binary.toHex(context.block.genesisHash) }) },
  CheckMortality: {
    implicit: ({ extrinsic: { era }, context: { block } }) => {
      const birth = era.type === 'Immortal' ? 0 : eraBirth(era, block.number)
      // The chain remembers the hashes of so many blocks before its parent.
      const isForgotten = birth > 0 && birth + blockHashCount + 1 < block.number
      const hash = isForgotten ? undefined : era.type === 'Immortal' ? block.genesisHash : block.blockHash(birth)
      return hash ? { value: Binary.toHex(hash) } : invalid('AncientBirthBlock')
    },
    check: ({ extrinsic: { era }, context: { block } }) =>
      era.type === 'Immortal' ? undefined : { longevity: BigInt(eraDeath(era, block.number) - block.number) },
  },
  CheckNonce: {
    ...nothing,
    check: ({ who, info, extrinsic: { nonce }, context: { db } }) => {
      const account = system.Account.get(db, who)
      // A hotkey without funds may send what pays no fee, and nothing else.
      if (info.paysFee && account.providers === 0 && account.sufficients === 0) return invalid('Payment')
      if (nonce < account.nonce) return invalid('Stale')
      return { provides: [nonceTag(who, nonce)], requires: account.nonce < nonce ? [nonceTag(who, nonce - 1)] : [] }
    },
  },
  CheckWeight: {
    ...nothing,
    check: ({ info }) => {
      const limit = info.class === 'Operational' ? blockWeightLimits.per_class.operational : blockWeightLimits.per_class.normal
      return info.refTime > limit.max_extrinsic.ref_time ? invalid('ExhaustsResources') : undefined
    },
  },
  ChargeTransactionPayment: {
    ...nothing,
    check: (transaction) => {
      const fee = feeOf(transaction)
      const { who, extrinsic, context } = transaction
      if (fee > 0n && spendable(context.db, feePayer(context.db, who, extrinsic.call)) < fee) return invalid('Payment')
      return { priority: transaction.info.class === 'Operational' ? 10_000_000_000n : 1n }
    },
  },
  SudoTransactionExtension: {
    ...nothing,
    check: ({ who, extrinsic: { call }, context: { db } }) =>
      call.type === 'Sudo' && who !== sudo.Key.get(db) ? invalid('BadSigner') : undefined,
  },
  CheckShieldedTxValidity: {
    ...nothing,
    check: ({ extrinsic: { call } }) => {
      const ciphertext = shieldedPart(call)
      return ciphertext && !parseShielded(ciphertext) ? { kind: 'Custom', code: FAILED_SHIELDED_PARSING } : undefined
    },
  },
  SubtensorTransactionExtension: {
    ...nothing,
    check: ({ who, extrinsic: { call }, context, pallets }) => {
      const guarded = coldkeyGuard(context.db, who, call)
      if (guarded) return { kind: 'Custom', code: poolCode(guarded) }
      const code = pallets.get(call.type)?.calls?.[call.value.type]?.poolCheck?.(context, who, call.value.value)
      return code === undefined ? undefined : { kind: 'Custom', code }
    },
  },
  // It lifts the priority of the drand pallet's own calls, which are not modelled.
  DrandPriority: nothing,
  CheckMetadataHash: {
    // The digest of RFC 78 is not modelled, so a signature over it cannot be checked: wallets that ask for it are refused.
    implicit: ({ extrinsic }) => (extrinsic.metadataHash.mode.type === 'Disabled' ? { value: undefined } : invalid('BadProof')),
  },
}
