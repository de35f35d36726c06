import { type Comparable, compare, type Mismatch } from './compare.js'
import { denseMathFunctions } from './dense-math-functions.js'
import { type FloatWidth, MathArguments, type MathFunction } from './math-arguments.js'
import { sparseMathFunctions } from './sparse-math-functions.js'
import { vectorMathFunctions } from './vector-math-functions.js'
import { VectorFault, type VectorReader } from './vector-reader.js'

const functions = new Map<string, MathFunction>(
  Object.entries<MathFunction>({ ...vectorMathFunctions, ...sparseMathFunctions, ...denseMathFunctions }),
)

// The file gives decimals, but not whether the source test wrote them as f32, as most do, or as f64. Only one of the two
// can give the exact bits.
const WIDTHS: readonly FloatWidth[] = ['f32', 'f64']

/**
 * Runs one vector of the `math` section: `exact` must be met to the bit, `expected` within `epsilon_bits`.
 *
 * @throws VectorFault for an unknown function or a malformed entry.
 */
export function runMathVector(entry: VectorReader, input: VectorReader): Mismatch[] {
  const name = entry.string('fn')
  // A suffix in the name says what the source test was about; the function is the same.
  const run = functions.get(name) ?? functions.get(name.replace(/_saturates$/, ''))
  if (!run) throw new VectorFault(`unknown function "${name}"`)
  if (!entry.has('exact') && !entry.has('expected')) throw new VectorFault('nothing is expected')
  const attempts = WIDTHS.map((width) => check(entry, run(new MathArguments(input, width))))
  return attempts.find((mismatches) => mismatches.length === 0) ?? attempts[0] ?? []
}

function check(entry: VectorReader, got: Comparable): Mismatch[] {
  const tolerance = entry.integer('epsilon_bits', 0n)
  return [
    ...(entry.has('exact') ? compare({ field: 'exact', expected: entry.raw('exact'), got }) : []),
    ...(entry.has('expected') ? compare({ field: 'expected', expected: entry.raw('expected'), got, tolerance }) : []),
  ]
}
