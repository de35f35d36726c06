import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recoverWallet } from './files/staging.js'
import { lockName, withWalletLock } from './files/wallet-lock.js'
import { walletPaths } from './files/wallet-paths.js'
import { writeNewWallet } from './files/write-key-files.js'

/** Where a writer is stopped: at its step of that number, before the file operation, after it, or with half of it done. */
interface Stop {
  readonly step: number
  readonly phase: 'before' | 'within' | 'after'
}
const scenarios = ['add', 'replace', 'create'] as const
type Scenario = (typeof scenarios)[number]
interface Writer extends Stop {
  readonly name: string
  readonly scenario: Scenario
}

const secret = (name: string) => `secret of ${name} `.repeat(40)
const open = (name: string) => `public of ${name} `.repeat(10)
const before = (name: string) => `old ${name} `.repeat(60)

/**
 * A process that runs many writers at once. Each is stopped for good at its own file operation; when all are, or are done, the process
 * kills itself. What a kill leaves is what the operations that were finished have made.
 */
const child = `
import { AsyncLocalStorage } from 'node:async_hooks'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { addKeyFiles, replaceKeyFile, writeNewWallet } from './write-key-files.js'
import { walletPaths } from './wallet-paths.js'

const current = new AsyncLocalStorage()
const { path, writers } = JSON.parse(process.argv[2])
let left = writers.length
const end = () => {
  if (--left > 0) return
  fs.writeSync(1, JSON.stringify(report))
  process.kill(process.pid, 'SIGKILL')
}
const report = []
const stopped = (writer, operation) => {
  report.push({ name: writer.name, operation, phase: writer.phase })
  end()
  return new Promise(() => {})
}
const half = { writeFile: async (real, [file, content, options]) => {
  const bytes = Buffer.from(content)
  await real(file, bytes.subarray(0, bytes.length >> 1), { ...options, flush: false })
} }
for (const name of ['mkdtemp', 'mkdir', 'writeFile', 'rename', 'link', 'rm', 'open']) {
  const real = promises[name]
  promises[name] = async (...args) => {
    const writer = current.getStore()
    if (writer === undefined || writer.at++ !== writer.step) return real(...args)
    if (writer.phase === 'before') return stopped(writer, name)
    if (writer.phase === 'within' && half[name]) await half[name](real, args)
    else {
      const result = await real(...args)
      // A directory that is opened to be flushed: the kill comes inside fsync.
      if (writer.phase === 'within' && name === 'open') return Object.assign(result, { sync: () => stopped(writer, 'fsync') })
    }
    return stopped(writer, name)
  }
}
const secret = ${secret.toString()}
const open = ${open.toString()}
const run = async ({ name, scenario }) => {
  const paths = walletPaths({ path, name, hotkey: 'h' })
  const files = [{ file: paths.hotkey, content: secret(name) }, { file: paths.hotkeyPub, content: open(name) }]
  if (scenario === 'add') await addKeyFiles(paths, () => files)
  else if (scenario === 'replace') await replaceKeyFile(paths, paths.coldkey, async () => secret(name))
  else await writeNewWallet(paths, files)
}
for (const writer of writers) {
  void current.run({ ...writer, at: 0 }, () => run(writer)).then(() => {
    report.push({ name: writer.name, operation: 'done', phase: 'after' })
    end()
  }, (error) => {
    report.push({ name: writer.name, operation: 'failed', phase: String(error) })
    end()
  })
}
`

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-kills-'))
  await build({
    stdin: { contents: child, resolveDir: fileURLToPath(new URL('files', import.meta.url)), loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(directory, 'child.cjs'),
    logLevel: 'silent',
  })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

interface Told {
  readonly name: string
  readonly operation: string
  readonly phase: string
}

/** Runs writers in a process that kills itself. */
function runKilled(path: string, writers: readonly Writer[]): Promise<Told[]> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(directory, 'child.cjs'), JSON.stringify({ path, writers })],
      { timeout: 60_000 },
      (error, out, err) => {
        if (error?.signal === 'SIGKILL' && !error.killed) resolve(JSON.parse(out))
        else reject(new Error(`The process did not kill itself: ${error?.message} ${err}`))
      },
    )
  })
}

async function prepare(path: string, { name, scenario }: Writer): Promise<void> {
  const paths = walletPaths({ path, name, hotkey: 'h' })
  await mkdir(path, { recursive: true, mode: 0o700 })
  if (scenario === 'create') return
  await mkdir(paths.hotkeys, { recursive: true, mode: 0o700 })
  await writeFile(paths.coldkey, before(name), { mode: 0o600 })
}

const content = (file: string) => readFile(file, 'utf8').catch(() => undefined)

/** Sets right what was left, as the next process that writes to the wallet does once the lock is stale. */
async function recover(wallet: string): Promise<void> {
  const lock = join(wallet, lockName)
  const past = new Date(Date.now() - 60_000)
  await utimes(lock, past, past).catch(() => {})
  await withWalletLock(wallet, () => recoverWallet(wallet), { waitMs: 1000 })
}

async function check(path: string, { name, scenario }: Writer, isDone: boolean): Promise<'old' | 'new'> {
  const paths = walletPaths({ path, name, hotkey: 'h' })
  const pair = async () => [await content(paths.hotkey), await content(paths.hotkeyPub)]
  const whole = [secret(name), open(name)]
  const none = [undefined, undefined]
  // As another wallet program finds it: no file in part, whatever is missing.
  for (const [index, text] of (await pair()).entries()) expect([undefined, whole[index]]).toContain(text)
  const coldkey = await content(paths.coldkey)
  if (scenario === 'replace') expect([before(name), secret(name)]).toContain(coldkey)
  const isThere = await stat(paths.wallet).then(
    () => true,
    () => false,
  )
  if (isThere) await recover(paths.wallet)
  const found = await pair()
  const isNew = scenario === 'replace' ? coldkey === secret(name) : found[0] !== undefined
  if (scenario === 'replace') expect(await content(paths.coldkey)).toBe(isNew ? secret(name) : before(name))
  else expect(found).toEqual(isNew ? whole : none)
  if (isDone) expect(isNew).toBe(true)
  if (!isThere) return 'old'
  const names = (await readdir(paths.wallet, { recursive: true })).sort()
  expect(names).toEqual(
    [
      ...(scenario === 'create' ? [] : ['coldkey']),
      'hotkeys',
      ...(isNew && scenario !== 'replace' ? ['hotkeys/h', 'hotkeys/hpub.txt'] : []),
    ].sort(),
  )
  const file = scenario === 'replace' ? paths.coldkey : paths.hotkey
  if (isNew) expect((await stat(file)).mode & 0o777).toBe(0o600)
  return isNew ? 'new' : 'old'
}

describe('a process killed while it writes', () => {
  it('leaves the old files or the new ones, 500 times', async () => {
    const path = join(directory, 'wallets')
    const phases = ['before', 'within', 'after'] as const
    // More steps than any scenario has: the last ones are done in peace.
    const stops = Array.from({ length: 13 }, (_, step) => phases.map((phase) => ({ step, phase }))).flat()
    const all = scenarios.flatMap((scenario) => stops.map((stop) => ({ ...stop, scenario })))
    const counts = { old: 0, new: 0 }
    const seen = new Map<string, number>()
    const perProcess = all.length / 3
    for (let run = 0; run < 18; run++) {
      const writers = Array.from({ length: perProcess }, (_, index) => ({
        ...(all[(run * perProcess + index) % all.length] as (typeof all)[number]),
        name: `w${run}-${index}`,
      }))
      await Promise.all(writers.map((writer) => prepare(path, writer)))
      const told = await runKilled(path, writers)
      expect(told).toHaveLength(writers.length)
      const checkWriter = async (writer: Writer) => {
        const { operation, phase } = told.find(({ name }) => name === writer.name) as Told
        expect(operation, phase).not.toBe('failed')
        if (operation !== 'done') seen.set(`${operation} ${phase}`, (seen.get(`${operation} ${phase}`) ?? 0) + 1)
        counts[await check(path, writer, operation === 'done')]++
      }
      await Promise.all(writers.map(checkWriter))
    }
    const kills = [...seen.values()].reduce((sum, count) => sum + count, 0)
    expect(kills).toBeGreaterThanOrEqual(500)
    for (const where of ['writeFile within', 'fsync within', 'rename before', 'rename after', 'link after', 'mkdtemp after', 'rm before'])
      expect(seen.get(where), where).toBeGreaterThan(0)
    expect(Math.min(counts.old, counts.new)).toBeGreaterThan(100)

    // What was left beside the wallets, with secrets in it, of those that were never put in place.
    const staging = async () => (await readdir(path)).filter((name) => name.startsWith('.'))
    const [live, ...left] = await staging()
    expect(left.length).toBeGreaterThan(10)
    const past = new Date(Date.now() - 120_000)
    for (const name of left) await utimes(join(path, name), past, past)
    await writeNewWallet(walletPaths({ path, name: 'last' }), [])
    // Somebody may still be at work in the last one.
    expect(await staging()).toEqual([live])
  }, 120_000)
})
