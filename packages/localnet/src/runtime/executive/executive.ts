import { TensorKitError } from '@tensorkit/core'
import { minOf } from '../../consensus/min-max.js'
import type { Storage } from '../../state/storage.js'
import type { AnyCall, DispatchInfo, PostInfo, RuntimeCall } from '../framework/call.js'
import type { Dispatched, RuntimeContext } from '../framework/context.js'
import { DispatchFailure } from '../framework/dispatch-failure.js'
import type { RuntimeOptions } from '../framework/options.js'
import { noneOrigin, type Origin, signedOrigin } from '../framework/origin.js'
import type { Pallet } from '../framework/pallet.js'
import { rescind, resolve, withdrawFee } from '../pallets/balances/accounts.js'
import { feePayer } from '../pallets/proxy/fee-payer.js'
import { coldkeyGuard } from '../pallets/subtensor/coldkey-guard.js'
import { subtensorErrors } from '../pallets/subtensor/errors.js'
import { systemErrors } from '../pallets/system/errors.js'
import { systemEvents } from '../pallets/system/events.js'
import { baseExtrinsicRefTime, blockWeightLimits } from '../pallets/system/limits.js'
import { system } from '../pallets/system/storage.js'
import { transactionPaymentEvents } from '../pallets/transaction-payment/transaction-payment.js'
import type { BlockContext, InvalidTransaction, RuntimeVersion, TransactionValidity } from '../runtime.js'
import type { Ty } from '../types/ty.js'
import type { DispatchError } from '../types/well-known.js'
import { mayCall } from './call-filter.js'
import { type BareExtrinsic, decodeExtrinsic, type Extrinsic, extrinsicVersion, type SignedExtrinsic } from './decode-extrinsic.js'
import { appendEvent, type EventsItem } from './event-log.js'
import { feeOf } from './extensions.js'
import type { Transaction } from './transaction.js'
import { validate } from './validate.js'

/** What the executive runs. */
export interface ExecutiveParts {
  readonly pallets: ReadonlyMap<string, Pallet>
  readonly call: Ty<RuntimeCall>
  readonly events: EventsItem
  readonly version: RuntimeVersion
  readonly options: RuntimeOptions
}

type Applied = { readonly ok: true } | { readonly ok: false; readonly error: InvalidTransaction }

/** Ends the application of an extrinsic that turns out invalid, so that its storage layer is undone. */
class InvalidExtrinsic extends Error {
  constructor(readonly reason: InvalidTransaction) {
    super(reason.kind)
  }
}

/** What a call cost in the end: never more than was said before. */
function actualInfo(info: DispatchInfo, post: PostInfo = {}): DispatchInfo {
  const { refTime = info.refTime, paysFee = true } = post
  return { ...info, refTime: minOf(refTime, info.refTime), paysFee: info.paysFee && paysFee }
}

const nameOf = (call: RuntimeCall): string => `${call.type}.${call.value.type}`

const refuse = (kind: Exclude<InvalidTransaction['kind'], 'Custom'>): { ok: false; error: InvalidTransaction } => ({
  ok: false,
  error: { kind },
})

/** Validates and applies extrinsics: FRAME's Executive, as far as one block needs it. */
export class Executive {
  /** What extrinsics decode to, for as long as the pool or a block holds their bytes, which nobody changes. */
  readonly #decoded = new WeakMap<Uint8Array, Extrinsic>()

  readonly #verified: Transaction['verified'] = new WeakMap()

  constructor(readonly parts: ExecutiveParts) {}

  /** Decodes an extrinsic with its length prefix; the pool and the block ask for the same one several times. */
  #decode(opaque: Uint8Array): Extrinsic | undefined {
    const known = this.#decoded.get(opaque)
    if (known) return known
    const extrinsic = decodeExtrinsic(this.parts.call, opaque)
    if (extrinsic) this.#decoded.set(opaque, extrinsic)
    return extrinsic
  }

  /** What calls and hooks of a block see. */
  context(db: Storage, block: BlockContext): RuntimeContext {
    const context: RuntimeContext = {
      db,
      block,
      options: this.parts.options,
      emit: (event) => appendEvent(db, this.parts.events, event),
      dispatch: (call, origin) => this.#dispatch(context, call, origin).error,
      dispatchWithInfo: (call, origin) => this.#dispatch(context, call, origin),
      infoOf: (call) => this.info(call),
      encodeCall: (call) => this.parts.call.codec.enc(call),
    }
    return context
  }

  /** What a call costs. */
  info(call: RuntimeCall): DispatchInfo {
    const definition = this.#definition(call)
    if (definition.infoOf) {
      const inner = definition.inner?.(call.value.value) ?? []
      return definition.infoOf(
        call.value.value,
        inner.map((one) => this.info(one)),
      )
    }
    return { refTime: definition.refTime, class: definition.class, paysFee: definition.paysFee }
  }

  /**
   * Checks a transaction for the pool: against the state after the best block, as of the block to come.
   *
   * @throws LOCALNET_NOT_MODELLED for a call that is known but whose effect is not modelled, by its name.
   */
  validate(db: Storage, opaque: Uint8Array, block: BlockContext): TransactionValidity {
    const extrinsic = this.#decode(opaque)
    if (!extrinsic) {
      if (extrinsicVersion(opaque) === 5)
        throw new TensorKitError('LOCALNET_NOT_MODELLED', 'An extrinsic of version 5 is not modelled; use version 4')
      return refuse('Call')
    }
    // Inherents come from the block's author alone; no other bare extrinsic exists.
    if (extrinsic.type === 'bare') return refuse(this.info(extrinsic.call).class === 'Mandatory' ? 'MandatoryValidation' : 'BadProof')
    const refused = this.#notModelled(extrinsic.call)
    if (refused)
      throw new TensorKitError('LOCALNET_NOT_MODELLED', `${refused.call}: ${refused.reason} is not modelled`, {
        facts: { call: nameOf(extrinsic.call) },
      })
    const transaction = this.#transaction(extrinsic, db, { ...block, number: system.Number.get(db) + 1 })
    return transaction ? validate(transaction) : refuse('BadSigner')
  }

  /** Applies an extrinsic to a block. */
  apply(db: Storage, opaque: Uint8Array, block: BlockContext): Applied {
    const extrinsic = this.#decode(opaque)
    if (!extrinsic) return refuse('Call')
    const context = this.context(db, block)
    try {
      db.transactional(() => {
        if (extrinsic.type === 'bare') this.#applyInherent(context, extrinsic)
        else this.#applySigned(context, extrinsic)
        const index = (system.ExtrinsicCount.get(db) ?? 0) + 1
        system.ExtrinsicCount.set(db, index)
        system.AllExtrinsicsLen.set(db, (system.AllExtrinsicsLen.get(db) ?? 0) + opaque.length)
        system.ExecutionPhase.set(db, { type: 'ApplyExtrinsic', value: index })
      })
      return { ok: true }
    } catch (error) {
      if (error instanceof InvalidExtrinsic) return { ok: false, error: error.reason }
      throw error
    }
  }

  #applyInherent(context: RuntimeContext, { call }: BareExtrinsic): void {
    const info = this.info(call)
    if (info.class !== 'Mandatory') throw new InvalidExtrinsic({ kind: 'BadProof' })
    if (this.#dispatch(context, call, noneOrigin).error) throw new InvalidExtrinsic({ kind: 'BadMandatory' })
    this.#addWeight(context.db, info)
    this.#conclude(context, info, undefined)
  }

  #applySigned(context: RuntimeContext, extrinsic: SignedExtrinsic): void {
    const { db } = context
    const transaction = this.#transaction(extrinsic, db, context.block)
    if (!transaction) throw new InvalidExtrinsic({ kind: 'BadSigner' })
    if (this.#notModelled(extrinsic.call)) throw new InvalidExtrinsic({ kind: 'Call' })
    const validity = validate(transaction)
    if (!validity.ok) throw new InvalidExtrinsic(validity.error)
    const { who, info } = transaction
    const account = system.Account.get(db, who)
    if (extrinsic.nonce > account.nonce) throw new InvalidExtrinsic({ kind: 'Future' })
    this.#addWeight(db, info)
    system.Account.set(db, who, { ...account, nonce: account.nonce + 1 })
    const withdrawn = feeOf(transaction)
    const payer = feePayer(db, who, extrinsic.call)
    withdrawFee(context, payer, withdrawn)

    const { error, info: actual } = this.#dispatch(context, extrinsic.call, signedOrigin(who))
    const fee = feeOf({ ...transaction, info: actual })
    this.#settleFee(context, { who: payer, withdrawn, fee, tip: extrinsic.tip })
    this.#returnWeight(db, info, actual)
    this.#conclude(context, actual, error)
  }

  #settleFee(context: RuntimeContext, { who, withdrawn, fee, tip }: { who: string; withdrawn: bigint; fee: bigint; tip: bigint }): void {
    resolve(context, who, withdrawn - fee)
    rescind(context, fee)
    context.emit(transactionPaymentEvents.TransactionFeePaid({ who, actual_fee: fee, tip }))
  }

  /** Runs a call in a storage layer of its own. */
  #dispatch(context: RuntimeContext, call: RuntimeCall, origin: Origin): Dispatched {
    const info = this.info(call)
    const guarded = origin.type === 'Signed' ? coldkeyGuard(context.db, origin.who, call) : undefined
    if (guarded) return { error: subtensorErrors.error(guarded), info }
    if (!mayCall(origin, call)) return { error: systemErrors.error('CallFiltered'), info }
    const definition = this.#definition(call)
    try {
      const post = context.db.transactional(() => definition.run(context, origin, call.value.value))
      return { error: undefined, info: actualInfo(info, { ...post, ...(definition.returnsFee && { paysFee: false }) }) }
    } catch (error) {
      if (error instanceof DispatchFailure) return { error: error.error, info: actualInfo(info, error.post) }
      throw error
    }
  }

  #conclude(context: RuntimeContext, info: DispatchInfo, error: DispatchError | undefined): void {
    const dispatchInfo = {
      weight: { ref_time: info.refTime + baseExtrinsicRefTime, proof_size: 0n },
      class: { type: info.class, value: undefined },
      pays_fee: { type: info.paysFee ? ('Yes' as const) : ('No' as const), value: undefined },
    }
    context.emit(
      error
        ? systemEvents.ExtrinsicFailed({ dispatch_error: error, dispatch_info: dispatchInfo })
        : systemEvents.ExtrinsicSuccess({ dispatch_info: dispatchInfo }),
    )
  }

  #addWeight(db: Storage, info: DispatchInfo): void {
    const used = system.BlockWeight.get(db)
    const dispatchClass = info.class.toLowerCase() as Lowercase<DispatchInfo['class']>
    const refTime = used[dispatchClass].ref_time + info.refTime + baseExtrinsicRefTime
    const limit = dispatchClass === 'mandatory' ? undefined : blockWeightLimits.per_class[dispatchClass].max_total.ref_time
    if (limit !== undefined && refTime > limit) throw new InvalidExtrinsic({ kind: 'ExhaustsResources' })
    system.BlockWeight.set(db, { ...used, [dispatchClass]: { ...used[dispatchClass], ref_time: refTime } })
  }

  /** Gives back what a call did not use of the block's weight. */
  #returnWeight(db: Storage, before: DispatchInfo, after: DispatchInfo): void {
    if (after.refTime === before.refTime) return
    const used = system.BlockWeight.get(db)
    const dispatchClass = before.class.toLowerCase() as Lowercase<DispatchInfo['class']>
    const refTime = used[dispatchClass].ref_time - (before.refTime - after.refTime)
    system.BlockWeight.set(db, { ...used, [dispatchClass]: { ...used[dispatchClass], ref_time: refTime } })
  }

  #transaction(extrinsic: SignedExtrinsic, db: Storage, block: BlockContext): Transaction | undefined {
    const { address, call } = extrinsic
    if (address.type !== 'Id') return undefined
    const { pallets, version, options } = this.parts
    const context = { db, block, options }
    return { extrinsic, who: address.value, info: this.info(call), context, version, pallets, verified: this.#verified }
  }

  #notModelled(call: RuntimeCall): { readonly call: string; readonly reason: string } | undefined {
    const { notModelled, inner } = this.#definition(call)
    const args = call.value.value
    const reason = notModelled?.(args)
    if (reason !== undefined) return { call: nameOf(call), reason }
    if (!inner) return undefined
    for (const carried of inner(args)) {
      const found = this.#notModelled(carried)
      if (found !== undefined) return found
    }
    return undefined
  }

  #definition(call: RuntimeCall): AnyCall {
    const definition = this.parts.pallets.get(call.type)?.calls?.[call.value.type]
    // The codec that made the call knows the same pallets.
    if (!definition) throw new RangeError(`no call ${nameOf(call)}`)
    return definition
  }
}
