import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'

const run = promisify(execFile)
const source = new URL('../packages/axon/src/tls/new-tls-key.ts', import.meta.url)

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-tls-key-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

it('a new TLS key can be looked at while garbage is collected: the process goes on', async () => {
  // In a process of its own, which could be stopped for ever, with so little room for new objects that garbage is collected all the time.
  // The key pair's own object stops it within the first few hundred on Node 20.
  const { outputText } = ts.transpileModule(await readFile(source, 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext } })
  const look = `
    for (let i = 0; i < 1500; i++) {
      const key = newTlsKey()
      for (let j = 0; j < 3; j++) {
        if (key.asymmetricKeyDetails.namedCurve !== 'prime256v1' || key.export({ format: 'jwk' }).crv !== 'P-256') throw new Error('another key')
      }
    }
    console.log('all')`
  const program = join(directory, 'keys.mjs')
  await writeFile(program, outputText + look)
  const { stdout } = await run(process.execPath, ['--max-semi-space-size=1', program], { timeout: 60_000, killSignal: 'SIGKILL' })
  expect(stdout.trim()).toBe('all')
})
