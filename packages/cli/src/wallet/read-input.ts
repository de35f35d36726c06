import { TensorKitError } from '@tensorkit/core'
import { maxInputBytes, readRegularFile } from '../input/read-regular-file.js'
import type { CliIo } from '../output/cli-io.js'

/** A pipe that says nothing for so long is taken for forgotten. */
const stdinMs = 30_000

/**
 * Reads standard input to its end.
 *
 * @param option - The option that asked for it, for errors.
 * @throws CORE_INVALID_ARGUMENT at a terminal, and for more than 1 MiB; CORE_TIMEOUT after 30 s without anything; CORE_ABORTED.
 */
export async function readStdin(option: string, { stdin, signal }: CliIo): Promise<Uint8Array> {
  if (stdin === undefined || stdin.isTTY) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', `${option} reads a pipe or a file, and standard input is a terminal`)
  }
  const parts: Buffer[] = []
  let length = 0
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      const wait = () => {
        clearTimeout(timer)
        timer = setTimeout(() => reject(new TensorKitError('CORE_TIMEOUT', `${option} got nothing for ${stdinMs / 1000} s`)), stdinMs)
      }
      signal.addEventListener('abort', () => reject(new TensorKitError('CORE_ABORTED', 'The input is no longer wanted')), { once: true })
      stdin.on('data', (part: Buffer | string) => {
        parts.push(Buffer.from(part))
        length += part.length
        if (length > maxInputBytes) reject(tooLong(option))
        wait()
      })
      stdin.on('end', resolve).on('error', reject)
      wait()
    })
    return Buffer.concat(parts)
  } finally {
    clearTimeout(timer)
    stdin.pause()
    for (const part of parts) part.fill(0)
  }
}

/**
 * Reads a file that the command line names.
 *
 * @throws CORE_INVALID_ARGUMENT if it cannot be read, is not a regular file, or has more than 1 MiB.
 */
export function readInputFile(option: string, file: string): Promise<Uint8Array> {
  return readRegularFile(file, {
    what: `The file of ${option}`,
    remedy: 'Name a regular file; a pipe goes to standard input, where the command has an option that ends in -stdin.',
  })
}

/** Bytes without white space around them, in an array of their own. */
export function trimmed(bytes: Uint8Array): Uint8Array {
  const isSpace = (byte: number | undefined) => byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d)
  let [start, end] = [0, bytes.length]
  while (end > start && isSpace(bytes[end - 1])) end--
  while (start < end && isSpace(bytes[start])) start++
  // Not bytes.slice(): of a Buffer that is a view.
  return Uint8Array.from(bytes.subarray(start, end))
}

const tooLong = (option: string) => new TensorKitError('CORE_INVALID_ARGUMENT', `What ${option} reads is longer than 1 MiB`)
