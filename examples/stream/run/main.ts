// Runs a subnet of storytellers, says what happens, and ends by itself.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toTensorKitError } from '@tensorkit/core'
import { Command, InvalidArgumentError } from 'commander'
import { type MinerResult, runStories } from './run-stories.js'

/** Exit code of what Ctrl-C ended: 128 and the number of SIGINT. */
const interruptedCode = 130

interface Settings {
  readonly epochs: number
  readonly seed: number
  readonly json?: string
}

const integer = (least: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`It must be an integer from ${least}.`)
  return value
}

const settings = new Command('stream')
  .description('A subnet whose miners stream the words of a story, and whose validator steers them')
  .option('--epochs <count>', 'end when so many epochs have paid miners', integer(1), 1)
  .option('--seed <number>', 'fixes what miners are asked', integer(0), 1)
  .option('--json <file>', 'write the result to a file too')
  .parse(process.argv)
  .opts<Settings>()

const stop = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second one ends the process at once.
    if (stop.signal.aborted) process.exit(interruptedCode)
    stop.abort(new Error(`${name} came`))
  })
}

process.exitCode = await main()

async function main(): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'tensorkit-stream-'))
  try {
    const { epochs, seed, json } = settings
    const miners = await runStories({ epochs, seed, directory, signal: stop.signal, say: (text) => console.log(text) })
    console.log(table(miners))
    if (json !== undefined) await writeFile(json, `${JSON.stringify({ epochs, seed, miners }, undefined, 2)}\n`)
    return 0
  } catch (error) {
    if (stop.signal.aborted) return interruptedCode
    console.error(toTensorKitError(error).message)
    return 1
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function table(miners: readonly MinerResult[]): string {
  const row = (cells: readonly string[]) => cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(13))).join('')
  const rows = miners.map(({ style, rounds, meanScore, firstTokenMs, incentive }) =>
    row([
      style,
      String(rounds),
      meanScore.toFixed(3),
      firstTokenMs === undefined ? '-' : `${firstTokenMs.toFixed(0)} ms`,
      incentive.toFixed(3),
    ]),
  )
  return [row(['miner', 'rounds', 'mean score', 'first word', 'incentive']), ...rows].join('\n')
}
