// `npm start`: runs the subnet, tells what happens, and ends by itself.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toTensorKitError } from '@tensorkit/core'
import { requireWritable, writeWhole } from './output-file.js'
import { packageRoot } from './package-root.js'
import { renderReport } from './report/render-report.js'
import { openRunDirectory } from './run-directory.js'
import { runSubnet } from './run-subnet.js'
import { parseSettings } from './settings.js'
import { Supervisor } from './supervisor.js'
import { Terminal } from './terminal.js'

/** Exit code of what Ctrl-C ended: 128 and the number of SIGINT. */
const interruptedCode = 130

const settings = parseSettings(process.argv.slice(2))
const terminal = new Terminal(process.stdout)
const stop = new AbortController()
let isInterrupted = false
let removeNow = () => {}
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second one ends the process at once; its children end with their pipes.
    if (isInterrupted) {
      removeNow()
      process.exit(interruptedCode)
    }
    isInterrupted = true
    stop.abort(new Error(`${name} came`))
  })
}

const reportFile = resolve(settings.report ?? join(packageRoot(), 'report.html'))

terminal.say('Axons serve on 127.0.0.1 here: this localnet allows loopback addresses on chain, mainnet refuses them.')
process.exitCode = await main()

async function main(): Promise<number> {
  let code = 1
  try {
    for (const file of [reportFile, settings.json]) if (file !== undefined) await requireWritable(file)
    const directory = await openRunDirectory(settings.directory)
    removeNow = directory.removeNow
    const supervisor = new Supervisor({ logDirectory: directory.logs, onCrash: (error) => stop.abort(error) })
    try {
      code = await runAndWrite(directory, supervisor)
    } finally {
      if (isInterrupted) terminal.say('stopping all processes')
      await supervisor.stopAll()
      await directory.remove()
    }
  } catch (error) {
    terminal.clear()
    if (isInterrupted) return interruptedCode
    process.stderr.write(`${toTensorKitError(error).message}\n`)
    return 1
  }
  return code
}

async function runAndWrite(directory: Awaited<ReturnType<typeof openRunDirectory>>, supervisor: Supervisor): Promise<number> {
  const { result, report, problems, chainUrl } = await runSubnet({
    settings,
    directory,
    supervisor,
    terminal,
    signal: stop.signal,
    fail: (error) => stop.abort(error),
  })
  await writeWhole(reportFile, renderReport(report))
  if (settings.json !== undefined) await writeWhole(settings.json, `${JSON.stringify(result, undefined, 2)}\n`)
  terminal.say(...(problems.length === 0 ? ['The run came out right.'] : problems.map((problem) => `wrong: ${problem}`)))
  terminal.say(`report: ${pathToFileURL(reportFile).href}`)
  if (settings.keep) {
    terminal.say(`The chain is at ${chainUrl}, wallets and logs are in ${directory.root}. Ctrl-C ends it.`)
    await new Promise<void>((resolve, reject) => {
      stop.signal.addEventListener('abort', () => (isInterrupted ? resolve() : reject(stop.signal.reason)), { once: true })
      if (stop.signal.aborted) resolve()
    })
  }
  return problems.length === 0 ? 0 : 1
}
