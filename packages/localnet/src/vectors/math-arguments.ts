import { I32F32 } from '../consensus/fixed-point.js'
import type { SparseMatrix } from '../consensus/sparse-matrix.js'
import { VectorFault, type VectorReader } from './vector-reader.js'

/** A matrix argument in both forms, I32F32 bits. */
export interface MatrixArgument {
  readonly dense: bigint[][]
  /** Without the cells that are 0. */
  readonly sparse: SparseMatrix
  readonly columns: number
  /** Brings a result of the same shape into the dense form that vectors are written in. */
  toDense(matrix: SparseMatrix): bigint[][]
}

/** Width of the floats that a source test wrote its decimals in. */
export type FloatWidth = 'f32' | 'f64'

/** Reads the arguments of one `math` vector; decimals are taken for floats of one width. */
export class MathArguments {
  readonly input: VectorReader
  readonly #width: FloatWidth

  constructor(input: VectorReader, width: FloatWidth) {
    this.input = input
    this.#width = width
  }

  #convert(value: number): bigint {
    if (Number.isInteger(value)) return I32F32.fromInt(value)
    return I32F32.fromFloat(this.#width === 'f32' ? Math.fround(value) : value)
  }

  /** A number: `<key>_bits` as raw bits, or `<key>` as the number itself. */
  fixed(key: string): bigint {
    const { input } = this
    return input.has(`${key}_bits`) ? input.integer(`${key}_bits`) : this.#convert(input.number(key))
  }

  /** A list of numbers: `<key>_bits` as raw bits, or `<key>` as the numbers themselves. */
  vector(key: string): bigint[] {
    const { input } = this
    if (!input.has(`${key}_bits`)) return input.numbers(key).map((value) => this.#convert(value))
    // Where both are given, the numbers only explain the bits.
    input.raw(key)
    return input.integers(`${key}_bits`)
  }

  /** Applies a function to one number or to each of a list. */
  each<T extends number | bigint>(key: string, fn: (bits: bigint) => T): T | T[] {
    const many = Array.isArray(this.input.raw(`${key}_bits`) ?? this.input.raw(key))
    return many ? this.vector(key).map((bits) => fn(bits)) : fn(this.fixed(key))
  }

  /**
   * A matrix: a flat list by rows with their number in `rows`, or a list of rows. `<key>_transposed` is turned after
   * reading.
   */
  matrix(key: string): MatrixArgument {
    const { input } = this
    const transposed = input.has(`${key}_transposed`)
    const name = transposed ? `${key}_transposed` : key
    const list = input.list(name)
    const nested = list.some((row) => Array.isArray(row))
    const numbers = nested ? list.map((row) => toNumbers(row, name)) : cut(input.numbers(name), input.count('rows'))
    const read = numbers.map((row) => row.map((value) => this.#convert(value)))
    return createMatrix(transposed ? transpose(read) : read, name)
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

function toNumbers(row: unknown, name: string): number[] {
  if (Array.isArray(row) && row.every((value): value is number => typeof value === 'number')) return row
  throw new VectorFault(`field "${name}" must be a list of rows of numbers`)
}

function cut(flat: number[], rows: number): number[][] {
  const columns = rows === 0 ? 0 : flat.length / rows
  if (columns * rows !== flat.length || !Number.isInteger(columns))
    throw new VectorFault(`${flat.length} numbers do not divide into ${rows} rows`)
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns))
}

function transpose(rows: bigint[][]): bigint[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] ?? 0n))
}
