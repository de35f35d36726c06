import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { runVectorFile, type VectorResult } from './run-vector-file.js'

const USAGE = 'Usage: vectors FILE\nRuns consensus test vectors shaped like vectors/yuma/yuma.json.\n'

/** What the command needs of its process. */
export interface VectorsCommandOptions {
  /** Arguments after the program's name. */
  readonly args: readonly string[]
  /** Directory that a relative path starts from. */
  readonly directory: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/**
 * The command `vectors FILE`: prints each mismatch, then `N passed, M failed`.
 *
 * @returns Exit code: 0 if all passed; 1 on a mismatch, on something unknown, or when nothing was run; 2 if the file
 * cannot be read.
 */
export function vectorsCommand(options: VectorsCommandOptions): number {
  const args = options.args.filter((arg) => arg !== '--')
  const [path, ...rest] = args
  if (path === '--help' || path === '-h') {
    options.out(USAGE)
    return 0
  }
  if (path === undefined || rest.length > 0) {
    options.err(USAGE)
    return 2
  }
  try {
    const results = runVectorFile(readText(resolve(options.directory, path)))
    return report(results, options.out)
  } catch (error) {
    if (!TensorKitError.isInstance(error)) throw error
    options.err(`${error.message}\n`)
    return 2
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The vector file cannot be read', {
      facts: { path, reason: (cause as NodeJS.ErrnoException).code },
      remedy: 'Give the path of a JSON file.',
      cause,
    })
  }
}

function report(results: readonly VectorResult[], out: (text: string) => void): number {
  const ignored = new Set(results.flatMap((result) => result.ignored))
  for (const field of ignored) out(`note: input field "${field}" is not read\n`)

  const failed = results.filter((result) => result.fault !== undefined || result.mismatches.length > 0)
  for (const { section, name, fault, mismatches } of failed) {
    if (fault !== undefined) out(`FAIL ${section} ${name}: ${fault}\n`)
    for (const { field, expected, got } of mismatches) out(`FAIL ${section} ${name}: ${field}: expected ${expected}, got ${got}\n`)
  }
  if (results.length === 0) out('FAIL nothing was run: the file has no vectors\n')
  out(`${results.length - failed.length} passed, ${failed.length} failed\n`)
  return results.length === 0 || failed.length > 0 ? 1 : 0
}
