import { enumeration, type VariantSpec } from '../types/compounds.js'
import { type AnyTy, type Ty, type TypeParameter, typeName } from '../types/ty.js'
import type { AnyCall } from './call.js'
import type { RuntimeContext } from './context.js'
import type { AnyStorageItem } from './storage-item.js'

/** A constant of a pallet. */
export interface PalletConstant {
  readonly ty: AnyTy
  readonly value: unknown
}

/** Declares a constant. */
export const constant = <T>(ty: Ty<T>, value: T): PalletConstant => ({ ty, value })

/** A view function. */
export interface ViewFunction {
  /** Hex with 0x, 32 bytes: hashes of the pallet's name and of the function's signature. */
  readonly id: string
  readonly args: Readonly<Record<string, AnyTy>>
  readonly result: AnyTy
}

/** Names of what is on its way out, each with what takes its place; empty where nothing does. */
export interface Deprecations {
  readonly calls?: Readonly<Record<string, string>>
  readonly events?: Readonly<Record<string, string>>
  readonly storage?: Readonly<Record<string, string>>
}

/** A pallet: everything that metadata says of it. */
export interface PalletDefinition {
  readonly name: string
  readonly index: number
  /** The Rust path of its types: `pallet_balances::pallet`. */
  readonly path: string
  /** The type parameters that its enums show: most have `T`, Balances has `T, I`. */
  readonly params?: readonly TypeParameter[]
  readonly storage?: Readonly<Record<string, AnyStorageItem>>
  readonly calls?: Readonly<Record<string, AnyCall>>
  readonly events?: Readonly<Record<string, VariantSpec>>
  /** For the few whose Event has other type parameters than the rest. */
  readonly eventParams?: readonly TypeParameter[]
  readonly errors?: readonly string[]
  readonly constants?: Readonly<Record<string, PalletConstant>>
  /** Questions that the pallet answers to other code of the runtime. Shown from V16 on; no runtime API reaches them. */
  readonly viewFunctions?: Readonly<Record<string, ViewFunction>>
  /** What is on its way out. Shown from V16 on. */
  readonly deprecated?: Deprecations
  /** Writes the genesis state. Events are not kept at genesis. */
  genesis?(context: RuntimeContext): void
  /** Runs before the extrinsics of a block. */
  onInitialize?(context: RuntimeContext): void
  /** Runs after the extrinsics of a block. */
  onFinalize?(context: RuntimeContext): void
}

/** A pallet with the types of its enums. */
export interface Pallet extends PalletDefinition {
  readonly callType: AnyTy | undefined
  readonly eventType: AnyTy | undefined
  readonly errorType: AnyTy | undefined
}

/** Defines a pallet. */
export function definePallet(definition: PalletDefinition): Pallet {
  const { path, params = [{ name: 'T' }], calls, events, errors } = definition
  const name = (last: string, own = params) => typeName(`${path}::${last}`, own)
  const variants = Object.fromEntries(Object.entries(calls ?? {}).map(([call, { index, args }]) => [call, [index, args] as VariantSpec]))
  return {
    ...definition,
    callType: calls && enumeration(name('Call'), variants),
    eventType: events && enumeration(name('Event', definition.eventParams), events),
    errorType: errors && enumeration(name('Error'), Object.fromEntries(errors.map((error, index) => [error, [index] as VariantSpec]))),
  }
}
