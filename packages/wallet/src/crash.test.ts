import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listWallets, openWallet } from './index.js'

const packages = fileURLToPath(new URL('../../', import.meta.url))
let directory: string

/** Compiles the sources of a package to JavaScript that a plain Node process can run and be killed in. */
async function compile(name: string): Promise<void> {
  const source = join(packages, name, 'src')
  for (const file of await readdir(source, { recursive: true })) {
    if (!file.endsWith('.ts') || /\.test(-d)?\.ts$/.test(file)) continue
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true }
    const { outputText } = ts.transpileModule(await readFile(join(source, file), 'utf8'), { compilerOptions: options })
    const out = join(directory, name, file.replace(/\.ts$/, '.js'))
    await mkdir(dirname(out), { recursive: true })
    const core = (path: string) => pathToFileURL(join(directory, 'core', path)).href
    await writeFile(
      out,
      outputText
        .replaceAll("'@tensorkit/core'", `'${core('index.js')}'`)
        .replaceAll("'@tensorkit/core/crypto'", `'${core('crypto/index.js')}'`),
    )
  }
  await writeFile(join(directory, name, 'package.json'), '{"type":"module"}')
  await symlink(join(packages, name, 'node_modules'), join(directory, name, 'node_modules'))
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-crash-'))
  await Promise.all([compile('core'), compile('wallet')])
  // Makes wallets and hotkeys without end; says so for each, after it is done.
  await writeFile(
    join(directory, 'wallet', 'child.js'),
    `import { createHotkey, createWallet } from './index.js'
const [path, prefix] = process.argv.slice(2)
for (let i = 0; ; i++) {
  const name = prefix + i
  const { wallet } = await createWallet({ path, name, coldkey: {}, plaintextColdkey: true })
  process.stdout.write(JSON.stringify({ name, hotkey: 'default', address: wallet.hotkey.address }) + '\\n')
  const { address } = await createHotkey({ path, name, hotkey: 'second' })
  process.stdout.write(JSON.stringify({ name, hotkey: 'second', address }) + '\\n')
}`,
  )
}, 60_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

/** Runs the child and kills it without warning some time after its first wallet. @returns What it said was done. */
async function runAndKill(path: string, prefix: string, afterMs: number): Promise<{ name: string; hotkey: string; address: string }[]> {
  const child = spawn(process.execPath, [join(directory, 'wallet', 'child.js'), path, prefix], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const firstWritten = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('\n')) resolve()
    })
  })
  const closed = once(child, 'close')
  await Promise.race([firstWritten, closed])
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  expect(await closed).toEqual([null, 'SIGKILL'])
  const lines = output.split('\n')
  // The last line may be cut off by the kill.
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}

describe('a process killed while it writes', () => {
  it('leaves wallets that are whole, and keeps all that it said it had written', async () => {
    const path = join(directory, 'wallets')
    let reported = 0
    for (const [run, afterMs] of [0, 7, 15, 24, 34, 45, 57].entries()) {
      const done = await runAndKill(path, `run${run}.`, afterMs)
      reported += done.length
      for (const { name, hotkey, address } of done) expect((await openWallet({ path, name, hotkey })).hotkey.address).toBe(address)
    }
    expect(reported).toBeGreaterThanOrEqual(7)
    const list = await listWallets({ path })
    expect(list.length).toBeGreaterThanOrEqual(7)
    for (const { name, hotkeys, hasColdkey, problem } of list) {
      expect([problem, hasColdkey]).toEqual([undefined, true])
      expect(hotkeys.length).toBeGreaterThan(0)
      for (const hotkey of hotkeys) {
        expect(hotkey.problem).toBeUndefined()
        const wallet = await openWallet({ path, name, hotkey: hotkey.name })
        expect((await wallet.openColdkey()).address).toBe(wallet.coldkeyAddress)
      }
    }
  }, 60_000)
})
