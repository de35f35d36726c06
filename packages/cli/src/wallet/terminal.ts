import type { ReadStream } from 'node:tty'
import type { CliIo } from '../output/cli-io.js'

/** A terminal at which somebody can be asked, and can see the question. */
export interface Terminal {
  readonly input: ReadStream
  readonly output: NodeJS.WritableStream
}

/** The terminal of a command, if it has one: standard error before standard output, which may be read by a program. */
export function terminalOf({ stdin, stdout, stderr }: CliIo): Terminal | undefined {
  const output = [stderr, stdout].find(({ isTTY }) => isTTY)
  if (!stdin?.isTTY || output === undefined) return undefined
  // A stream that says it is a terminal is one of node:tty; a prompt writes text alone.
  return { input: stdin as ReadStream, output: output as NodeJS.WritableStream }
}
