import { compact } from 'scale-ts'
import type { AnyCall } from '../../src/runtime/framework/call.js'
import type { Pallet } from '../../src/runtime/framework/pallet.js'
import type { AnyTy, PrimitiveName } from '../../src/runtime/types/ty.js'
import type { Random } from './random.js'

/** One call of a pallet. */
export interface Target {
  /** `Pallet.call`. */
  readonly name: string
  readonly pallet: Pallet
  readonly call: AnyCall
}

/** What random values are drawn from. */
export interface Pool {
  /** Accounts as bytes: hotkeys are more useful than coldkeys where a hotkey is asked for. */
  readonly hotkeys: readonly Uint8Array[]
  readonly coldkeys: readonly Uint8Array[]
  readonly netuids: readonly number[]
  readonly targets: readonly Target[]
}

const sizes: Partial<Record<PrimitiveName, number>> = { bool: 1, u8: 1, u16: 2, u32: 4, u64: 8, u128: 16, i16: 2, i32: 4, i64: 8, i128: 16 }

const tao = 1_000_000_000n

/** Values that mean something by the name of an argument; else small, large and extreme ones. */
function integer(random: Random, name: string, bits: number, { netuids }: Pool): bigint {
  const most = (1n << BigInt(bits)) - 1n
  const from = (values: readonly bigint[]): bigint => {
    const value = random.pick(values)
    return value > most ? most : value
  }
  if (/netuid/.test(name)) return BigInt(random.pick(netuids))
  if (/mecid|mechanism|subid/.test(name)) return from([0n, 0n, 0n, 1n, 2n])
  if (/ip_type/.test(name)) return from([4n, 4n, 4n, 6n, 5n])
  if (/^ip$/.test(name)) return from([0x0a00_0001n, 0x7f00_0001n, 0n, 0x0808_0808n])
  if (/port/.test(name)) return from([8091n, 9000n, 0n])
  if (/limit_price|limit$/.test(name)) return from([0n, tao, 1000n * tao, most])
  if (/amount|alpha|value|free|delta|cost|burn/.test(name))
    return from([0n, 1n, 500n, tao / 10n, tao, tao, 2n * tao, 5n * tao, 100n * tao, 10_000_000n * tao, most])
  if (/version/.test(name)) return from([0n, 0n, 4n, 4n, 1n])
  if (/take/.test(name)) return from([0n, 100n, 1000n, 5000n, 11_796n, 11_797n])
  if (/uids|dests/.test(name)) return from([0n, 1n, 2n, 3n, 4n, 60n])
  if (/tempo/.test(name)) return from([0n, 20n, 360n, 400n, 60_000n])
  if (/ref_time/.test(name)) return from([0n, 1_000_000_000n, 4_000_000_000n])
  if (/threshold/.test(name)) return from([0n, 1n, 2n, 2n, 3n])
  return from([0n, 0n, 1n, 1n, 2n, 3n, 10n, 100n, 1000n, 65_535n, most])
}

function little(value: bigint, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  for (let at = 0; at < bytes; at++) buffer[at] = Number((value >> BigInt(8 * at)) & 0xffn)
  return buffer
}

/** Random values by what metadata says of a type: an encoder that shares nothing with the one it tests. */
export class RandomCalls {
  readonly #random: Random
  readonly #pool: Pool
  #listLength = 1

  constructor(random: Random, pool: Pool) {
    this.#random = random
    this.#pool = pool
  }

  /** A call with random arguments. */
  encode({ pallet, call }: Target, depth = 0): Buffer {
    // Most calls with several lists want them equally long.
    this.#listLength = depth > 1 ? this.#random.below(2) : this.#random.pick([0, 1, 1, 2, 3])
    const args = Object.entries(call.args as Record<string, AnyTy>).map(([name, ty]) => this.#value(ty, name, depth))
    return Buffer.concat([Buffer.of(pallet.index, call.index), ...args])
  }

  #account(name: string): Uint8Array {
    const { hotkeys, coldkeys } = this.#pool
    const likely = /hotkey|children/.test(name) ? 0.9 : 0.2
    return this.#random.pick(this.#random.chance(likely) ? hotkeys : coldkeys)
  }

  /** What other calls carry: mostly something that succeeds. */
  #inner(depth: number): Buffer {
    const { targets } = this.#pool
    const simple = targets.filter(({ name }) =>
      ['System.remark', 'Balances.transfer_keep_alive', 'Balances.transfer_allow_death'].includes(name),
    )
    return this.encode(this.#random.pick(depth > 2 || this.#random.chance(0.6) ? simple : targets), depth + 1)
  }

  #value(ty: AnyTy, name: string, depth: number): Buffer {
    const { shape } = ty
    const random = this.#random
    switch (shape.tag) {
      case 'primitive': {
        if (shape.name === 'str') return Buffer.concat([compact.enc(3), Buffer.from('abc')])
        const size = sizes[shape.name] ?? 1
        if (shape.name === 'bool') return Buffer.of(random.below(2))
        return little(integer(random, name, size * 8, this.#pool), size)
      }
      case 'compact': {
        const inner = shape.of.shape
        const bits = inner.tag === 'primitive' ? (sizes[inner.name] ?? 1) * 8 : 32
        // Beyond this the other codec has its own form; amounts of that size are no use.
        const value = integer(random, name, Math.min(bits, 53), this.#pool)
        return Buffer.from(compact.enc(value))
      }
      case 'lazy':
        return this.#inner(depth)
      case 'array':
        if (shape.of.shape.tag === 'primitive' && shape.of.shape.name === 'u8') return random.bytes(shape.length)
        return Buffer.concat(Array.from({ length: shape.length }, () => this.#value(shape.of, name, depth)))
      case 'tuple':
        return Buffer.concat(shape.of.map((one) => this.#value(one, name, depth)))
      case 'sequence': {
        const isBytes = shape.of.shape.tag === 'primitive' && shape.of.shape.name === 'u8'
        const count = isBytes ? random.pick([0, 1, 8, 32, 40]) : this.#listLength
        return Buffer.concat([
          compact.enc(count),
          ...Array.from({ length: count }, () => (isBytes ? random.bytes(1) : this.#value(shape.of, name, depth))),
        ])
      }
      case 'composite': {
        if (shape.name.path.at(-1) === 'AccountId32') return Buffer.from(this.#account(name))
        return Buffer.concat(shape.fields.map((field) => this.#value(field.ty, field.name ?? name, depth)))
      }
      case 'variant': {
        const last = shape.name.path.at(-1)
        if (last === 'MultiAddress' && random.chance(0.95)) return Buffer.concat([Buffer.of(0), this.#account(name)])
        if (last === 'RuntimeCall') return this.#inner(depth)
        if (shape.variants.length === 0) return Buffer.alloc(0)
        const variant = random.pick(shape.variants.slice(0, 20))
        return Buffer.concat([Buffer.of(variant.index), ...variant.fields.map((field) => this.#value(field.ty, field.name ?? name, depth))])
      }
    }
  }
}
