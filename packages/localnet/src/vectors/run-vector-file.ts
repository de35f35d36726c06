import { TensorKitError } from '@tensorkit/core'
import { type Mismatch, show } from './compare.js'
import { runEpochVector, runExecutedVector } from './epoch-vectors.js'
import { type ExactJson, parseExactJson } from './exact-json.js'
import { runGeneratedVector } from './generated-epoch-vectors.js'
import { runMathVector } from './math-vectors.js'
import { VectorFault, VectorReader } from './vector-reader.js'

/** How one vector went. */
export interface VectorResult {
  readonly section: string
  readonly name: string
  /** Differences; empty where it passed. */
  readonly mismatches: readonly Mismatch[]
  /** Why it could not be run at all. */
  readonly fault?: string
  /** Fields of the input that nothing reads. */
  readonly ignored: readonly string[]
}

type Runner = (entry: VectorReader) => { mismatches: Mismatch[]; ignored: string[] }

// What each section's entries are run by. An entry of `epoch` says by its `kind`.
const runners = new Map<string, Runner>([
  ['math', ofKind('math', withInput('input', runMathVector))],
  [
    'epoch',
    (entry) => {
      const kind = entry.string('kind')
      if (kind === 'epoch') return withInput('input', runEpochVector)(entry)
      if (kind === 'epoch_generated') return withInput('generator', runGeneratedVector)(entry)
      throw new VectorFault(`unknown kind "${kind}"`)
    },
  ],
  ['runtime_executed', ofKind('runtime_executed', withInput('input', runExecutedVector))],
])

// About the file, not vectors. So is every plain text or number.
const DESCRIPTIVE = new Set(['schema', 'README'])

/**
 * Runs every vector of a file with the sections `math`, `epoch` and `runtime_executed`.
 *
 * @param text - The file's JSON.
 * @returns A result for each vector, and one with a fault for each section that is not known.
 * @throws CORE_INVALID_ARGUMENT if the text is not such a file.
 */
export function runVectorFile(text: string): VectorResult[] {
  const file = readFile(text)
  return Object.entries(file)
    .filter(([section, entries]) => runners.has(section) || (!DESCRIPTIVE.has(section) && typeof entries === 'object'))
    .flatMap(([section, entries]) => runSection(section, entries))
}

function runSection(section: string, entries: ExactJson): VectorResult[] {
  const run = runners.get(section)
  if (!run) return [{ section, name: '(section)', mismatches: [], ignored: [], fault: 'unknown section' }]
  if (!Array.isArray(entries)) return [{ section, name: '(section)', mismatches: [], ignored: [], fault: 'must be a list of vectors' }]
  return (entries as readonly ExactJson[]).map((value, index) => {
    let name = `#${index}`
    try {
      const entry = new VectorReader(value, 'vector')
      name = entry.string('name')
      return { section, name, ...run(entry) }
    } catch (error) {
      const known = error instanceof VectorFault || TensorKitError.isInstance(error)
      if (!known) throw error
      return { section, name, mismatches: [], ignored: [], fault: TensorKitError.isInstance(error) ? error.shortMessage : error.message }
    }
  })
}

// These entries need not say their kind, but if they do it must be theirs.
function ofKind(kind: string, run: Runner): Runner {
  return (entry) => {
    const given = entry.raw('kind')
    if (given !== undefined && given !== kind) throw new VectorFault(`unknown kind ${show(given)}`)
    return run(entry)
  }
}

function withInput(key: string, run: (entry: VectorReader, input: VectorReader) => Mismatch[]) {
  return (entry: VectorReader) => {
    const input = new VectorReader(entry.raw(key), key)
    const mismatches = run(entry, input)
    return { mismatches, ignored: input.unread().filter((field) => field !== 'note' && field !== 'netuid') }
  }
}

function readFile(text: string): Readonly<Record<string, ExactJson>> {
  let file: ExactJson
  try {
    file = parseExactJson(text)
  } catch (cause) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The vector file is not JSON', { cause })
  }
  if (typeof file === 'object' && file !== null && !Array.isArray(file)) return file as Readonly<Record<string, ExactJson>>
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The vector file must be a JSON object with sections of vectors', {
    remedy: `Sections are ${[...runners.keys()].join(', ')}.`,
  })
}
