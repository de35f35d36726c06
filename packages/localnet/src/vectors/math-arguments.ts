import { type FixedPoint, I32F32 } from '../consensus/fixed-point.js'
import type { SparseMatrix } from '../consensus/sparse-matrix.js'
import type { Comparable } from './compare.js'
import type { ExactJson } from './exact-json.js'
import { VectorFault, type VectorReader } from './vector-reader.js'

/** A matrix argument in both forms, as bits. */
export interface MatrixArgument {
  readonly dense: bigint[][]
  /** Without the cells that are 0. */
  readonly sparse: SparseMatrix
  readonly columns: number
  /** Brings a result of the same shape into the dense form that vectors are written in. */
  toDense(matrix: SparseMatrix): bigint[][]
}

/** One function that a `math` vector can name, by its name on the chain. */
export type MathFunction = (args: MathArguments) => Comparable

/** Width of the floats that a source test wrote its decimals in. */
export type FloatWidth = 'f32' | 'f64'

/**
 * Reads the arguments of one `math` vector; decimals are taken for floats of one width. Every method takes the names that
 * an argument may have and reads the first that is given.
 */
export class MathArguments {
  readonly input: VectorReader
  readonly #width: FloatWidth

  constructor(input: VectorReader, width: FloatWidth) {
    this.input = input
    this.#width = width
  }

  /** The first of the names under which the input has a value; the first of all where it has none. */
  name(...keys: readonly [string, ...string[]]): string {
    return keys.find((key) => ['', '_bits', '_transposed'].some((suffix) => this.input.has(key + suffix))) ?? keys[0]
  }

  #convert(value: number | bigint, type: FixedPoint): bigint {
    if (typeof value === 'bigint' || Number.isInteger(value)) return type.fromInt(value)
    return type.fromFloat(this.#width === 'f32' ? Math.fround(value) : value)
  }

  #toBits(value: ExactJson, name: string, type: FixedPoint): bigint {
    if (typeof value === 'number' || typeof value === 'bigint') return this.#convert(value, type)
    throw new VectorFault(`field "${name}" must be made of numbers`)
  }

  /** A number: `<key>_bits` as raw bits, or `<key>` as the number itself. */
  fixed(keys: string | readonly [string, ...string[]], type: FixedPoint = I32F32): bigint {
    const { input } = this
    const key = this.#pick(keys)
    if (!input.has(`${key}_bits`)) return this.#toBits(input.raw(key) ?? null, key, type)
    // Where both are given, the number only explains the bits.
    input.raw(key)
    return input.integer(`${key}_bits`)
  }

  /** A list of numbers: `<key>_bits` as raw bits, or `<key>` as the numbers themselves. */
  vector(keys: string | readonly [string, ...string[]], type: FixedPoint = I32F32): bigint[] {
    const { input } = this
    const key = this.#pick(keys)
    if (!input.has(`${key}_bits`)) return input.list(key).map((value) => this.#toBits(value, key, type))
    input.raw(key)
    return input.integers(`${key}_bits`)
  }

  /** Applies a function to one number or to each of a list. */
  each<T extends number | bigint>(
    keys: string | readonly [string, ...string[]],
    fn: (bits: bigint) => T,
    type: FixedPoint = I32F32,
  ): T | T[] {
    const key = this.#pick(keys)
    const many = Array.isArray(this.input.raw(`${key}_bits`) ?? this.input.raw(key))
    return many ? this.vector(key, type).map((bits) => fn(bits)) : fn(this.fixed(key, type))
  }

  /** Applies a function to one u16 or to each of a list. */
  eachU16<T extends number | bigint>(key: string, fn: (value: number) => T): T | T[] {
    return Array.isArray(this.input.raw(key)) ? this.input.u16s(key).map((value) => fn(value)) : fn(this.input.count(key))
  }

  /**
   * A matrix: a flat list by rows with their number in `rows`, or a list of rows. `<key>_transposed` is turned after
   * reading, and `<key>_bits` are raw bits.
   */
  matrix(keys: string | readonly [string, ...string[]], type: FixedPoint = I32F32): MatrixArgument {
    const { input } = this
    const key = this.#pick(keys)
    const transposed = input.has(`${key}_transposed`)
    const raw = !transposed && input.has(`${key}_bits`)
    const name = transposed ? `${key}_transposed` : raw ? `${key}_bits` : key
    if (raw) input.raw(key)
    const rows = toRows(input.list(name), name, input).map((row) =>
      row.map((value) => (raw ? toRawBits(value, name) : this.#toBits(value, name, type))),
    )
    return createMatrix(transposed ? transpose(rows) : rows, name)
  }

  /** A number for each cell of a matrix: a matrix itself, or one number for all. */
  perCell(keys: readonly [string, ...string[]], cells: readonly (readonly bigint[])[]): bigint[][] {
    const key = this.name(...keys)
    const many = Array.isArray(this.input.raw(`${key}_bits`) ?? this.input.raw(key))
    if (many) return this.matrix(key).dense
    const value = this.fixed(key)
    return cells.map((row) => row.map(() => value))
  }

  /** A matrix of true or false, in either form of {@link MathArguments.matrix}. */
  booleanMatrix(key: string): boolean[][] {
    return toRows(this.input.list(key), key, this.input).map((row) =>
      row.map((value) => {
        if (typeof value === 'boolean') return value
        throw new VectorFault(`field "${key}" must be made of true or false`)
      }),
    )
  }

  #pick(keys: string | readonly [string, ...string[]]): string {
    return typeof keys === 'string' ? keys : this.name(...keys)
  }
}

function createMatrix(dense: bigint[][], name: string): MatrixArgument {
  const columns = dense[0]?.length ?? 0
  if (dense.some((row) => row.length !== columns)) throw new VectorFault(`field "${name}" must have rows of one length`)
  return {
    dense,
    columns,
    sparse: dense.map((row) => row.flatMap((value, j) => (value === 0n ? [] : [[j, value] as const]))),
    toDense: (sparse) =>
      sparse.map((row) => {
        const out = new Array<bigint>(columns).fill(0n)
        for (const [j, value] of row) out[j] = value
        return out
      }),
  }
}

function toRows(list: readonly ExactJson[], name: string, input: VectorReader): (readonly ExactJson[])[] {
  if (list.length === 0 && !input.has('rows')) return []
  if (!list.some((row) => Array.isArray(row))) return cut(list, input.count('rows'))
  // Not needed for a list of rows, but may stand beside it.
  input.raw('rows')
  return list.map((row) => {
    if (Array.isArray(row)) return row as readonly ExactJson[]
    throw new VectorFault(`field "${name}" must be a list of rows`)
  })
}

function toRawBits(value: ExactJson, name: string): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  throw new VectorFault(`field "${name}" must be made of whole numbers`)
}

function cut<T>(flat: readonly T[], rows: number): T[][] {
  const columns = rows === 0 ? 0 : flat.length / rows
  if (columns * rows !== flat.length || !Number.isInteger(columns))
    throw new VectorFault(`${flat.length} numbers do not divide into ${rows} rows`)
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns))
}

function transpose(rows: bigint[][]): bigint[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0n))
}
