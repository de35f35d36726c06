import { TensorKitError } from '../errors/tensorkit-error.js'

declare const kind: unique symbol
type Branded<T, K extends string> = T & { readonly [kind]: K }

/** A subnet's number: u16. */
export type NetUid = Branded<number, 'NetUid'>
/** A neuron's slot in one subnet: u16, reused after deregistration. */
export type Uid = Branded<number, 'Uid'>
/** A block's number. */
export type BlockNumber = Branded<number, 'BlockNumber'>
/** An SS58 address with prefix 42. */
export type Ss58Address = Branded<string, 'Ss58Address'>

function u16(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff) return value
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be an integer from 0 to 65535`, { facts: { [name]: String(value) } })
}

/** Checks and brands a netuid. @throws CORE_INVALID_ARGUMENT if it is not an integer from 0 to 65535. */
export const netUid = (value: number): NetUid => u16(value, 'netuid') as NetUid

/** Checks and brands a uid. @throws CORE_INVALID_ARGUMENT if it is not an integer from 0 to 65535. */
export const uid = (value: number): Uid => u16(value, 'uid') as Uid

/** Checks and brands a block number. @throws CORE_INVALID_ARGUMENT if it is not a safe integer from 0. */
export function blockNumber(value: number): BlockNumber {
  if (Number.isSafeInteger(value) && value >= 0) return value as BlockNumber
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A block number must be a safe integer from 0', { facts: { block: String(value) } })
}
