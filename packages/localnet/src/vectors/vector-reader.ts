import type { ExactJson } from './exact-json.js'

/** An entry of a vector file that cannot be read; the message says why. */
export class VectorFault extends Error {
  override readonly name = 'VectorFault'
}

/** Reads typed fields of one JSON object, remembering which were read. Every method throws {@link VectorFault}. */
export class VectorReader {
  readonly #object: Readonly<Record<string, ExactJson>>
  readonly #unread: Set<string>

  constructor(value: ExactJson | undefined, what: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new VectorFault(`${what} is not an object`)
    this.#object = value as Readonly<Record<string, ExactJson>>
    this.#unread = new Set(Object.keys(this.#object))
  }

  /** Names of the fields that nothing has asked for yet. */
  unread(): string[] {
    return [...this.#unread]
  }

  has(key: string): boolean {
    return this.#object[key] !== undefined
  }

  /** The first of the names that the object has; the first of all where it has none. */
  name(...keys: readonly [string, ...string[]]): string {
    return keys.find((key) => this.has(key)) ?? keys[0]
  }

  /** The raw value; undefined where absent. */
  raw(key: string): ExactJson | undefined {
    this.#unread.delete(key)
    return this.#object[key]
  }

  string(key: string): string {
    const value = this.raw(key)
    return typeof value === 'string' ? value : fail(key, 'a string')
  }

  boolean(key: string, fallback?: boolean): boolean {
    const value = this.raw(key) ?? fallback
    return typeof value === 'boolean' ? value : fail(key, 'true or false')
  }

  number(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback
    return typeof value === 'number' ? value : fail(key, 'a number')
  }

  /** A whole number from 0, as a number. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback)
    return Number.isSafeInteger(value) && value >= 0 ? value : fail(key, 'a whole number from 0')
  }

  /** A list of u16. */
  u16s(key: string): number[] {
    return this.list(key).map((value) => (isU16(value) ? value : fail(key, 'a list of u16')))
  }

  /** A whole number, given as a number or as decimal digits. */
  integer(key: string, fallback?: bigint): bigint {
    const value = this.raw(key) ?? fallback
    return toInteger(value) ?? fail(key, 'a whole number')
  }

  list(key: string): readonly ExactJson[] {
    const value = this.raw(key)
    return Array.isArray(value) ? (value as readonly ExactJson[]) : fail(key, 'a list')
  }

  numbers(key: string): number[] {
    return this.list(key).map((value) => (typeof value === 'number' ? value : fail(key, 'a list of numbers')))
  }

  integers(key: string): bigint[] {
    return this.list(key).map((value) => toInteger(value) ?? fail(key, 'a list of whole numbers'))
  }

  booleans(key: string): boolean[] {
    return this.list(key).map((value) => (typeof value === 'boolean' ? value : fail(key, 'a list of true or false')))
  }

  /** Rows of [uid, u16] pairs. */
  sparseRows(key: string): (readonly [number, number])[][] {
    return this.list(key).map((row) => {
      if (!Array.isArray(row)) return fail(key, 'rows of [uid, value] pairs')
      return (row as readonly ExactJson[]).map((cell) => {
        const [column, value, ...rest] = Array.isArray(cell) ? (cell as readonly ExactJson[]) : []
        if (!isU16(column) || !isU16(value) || rest.length > 0) return fail(key, 'rows of [uid, value] pairs of u16')
        return [column, value] as const
      })
    })
  }
}

/** The bigint of a whole number given as number, bigint or decimal digits. */
export function toInteger(value: ExactJson | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
  return undefined
}

function isU16(value: ExactJson | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff
}

function fail(key: string, what: string): never {
  throw new VectorFault(`field "${key}" must be ${what}`)
}
