import { exitCodeOf, TensorKitError } from '@tensorkit/core'

/**
 * Runs a program's main function: an error becomes one clear message on stderr and a non-zero exit code.
 *
 * The stack is shown for what is no TensorKitError, and with TENSORKIT_DEBUG=1.
 *
 * @example
 * ```ts
 * await runProgram(() => runMiner({ config: readNeuronConfig(), implement }))
 * ```
 */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const known = TensorKitError.isInstance(error)
    const text =
      known && process.env.TENSORKIT_DEBUG !== '1'
        ? `${error.code}: ${error.message}`
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error)
    process.stderr.write(`${text}\n`)
    process.exitCode = exitCodeOf(error)
  }
}
