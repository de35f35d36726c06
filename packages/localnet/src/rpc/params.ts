import { fromHex } from '../state/hex.js'
import { invalidParams } from './rpc-error.js'

/** Positional JSON-RPC parameters, read one by one with checks. An absent trailing parameter is null. */
export class Params {
  readonly #values: readonly unknown[]

  constructor(values: readonly unknown[]) {
    this.#values = values
  }

  /** The parameter as it came; null if it is absent. */
  value(index: number): unknown {
    return this.#values[index] ?? null
  }

  /** Bytes in hex. A node takes them without 0x too, and Python's bittensor sends the arguments of `state_call` so. */
  bytes(index: number, name: string): Uint8Array {
    const value = this.value(index)
    const bytes = typeof value === 'string' ? fromHex(value.startsWith('0x') ? value : `0x${value}`) : undefined
    if (!bytes) throw invalidParams(`${name}: expected hex`)
    return bytes
  }

  /** Hex with 0x as lower case text. */
  hex(index: number, name: string): string {
    const value = this.value(index)
    if (typeof value !== 'string' || !fromHex(value)) throw invalidParams(`${name}: expected hex with 0x`)
    return value.toLowerCase()
  }

  /** A list of hex texts. */
  hexList(index: number, name: string, maxItems: number): string[] {
    const value = this.value(index)
    if (!Array.isArray(value)) throw invalidParams(`${name}: expected a list`)
    if (value.length > maxItems) throw invalidParams(`${name}: at most ${maxItems} items`)
    const inner = new Params(value)
    return value.map((_, item) => inner.hex(item, name))
  }

  /** A block hash of 32 bytes, or undefined for the head. */
  hash(index: number, name: string): string | undefined {
    if (this.value(index) === null) return undefined
    const hash = this.hex(index, name)
    if (hash.length !== 66) throw invalidParams(`${name}: expected a hash of 32 bytes`)
    return hash
  }

  /** Text. */
  text(index: number, name: string): string {
    const value = this.value(index)
    if (typeof value !== 'string') throw invalidParams(`${name}: expected text`)
    return value
  }

  /** True or false. */
  flag(index: number, name: string): boolean {
    const value = this.value(index)
    if (typeof value !== 'boolean') throw invalidParams(`${name}: expected true or false`)
    return value
  }

  /** An integer from `min` to `max`. */
  integer(index: number, name: string, { min, max }: { readonly min: number; readonly max: number }): number {
    const value = this.value(index)
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
      throw invalidParams(`${name}: expected an integer from ${min} to ${max}`)
    return value
  }
}
