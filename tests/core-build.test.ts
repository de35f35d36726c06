import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

// The built package in processes of its own, in both module systems: the worker's file is found, threads start and end by
// themselves, and none keeps a process alive.
const run = promisify(execFile)
const cwd = fileURLToPath(new URL('.', import.meta.url))

// The faster engine of sr25519 is the one thing that is compiled by itself: it must be found beside the build as well.
const body = `
  const compile = WebAssembly.compile
  let compiled = 0
  WebAssembly.compile = (binary) => {
    compiled += 1
    return compile(binary)
  }
  await initCrypto()
  const alice = await signerFromUri('//Alice')
  const pool = createSignaturePool({ threads: 1, inlineBelow: 0, idleMs: 300 })
  const threadsOf = () => require('node:fs').readdirSync('/proc/self/task').length
  const message = new Uint8Array(5)
  const before = threadsOf()
  const signature = await pool.signer(alice).sign(message)
  const check = (input) => pool.verify({ scheme: 'sr25519', publicKey: alice.publicKey, message: input, signature })
  const [good, bad] = [await check(message), await check(new Uint8Array(6))]
  const during = threadsOf()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  const after = threadsOf()
  const again = await check(message)
  console.log(JSON.stringify({ good, bad, again, compiled, started: during > before, ended: after < during }))
`
const programs = {
  esm: [
    '--input-type=module',
    '-e',
    `import { createRequire } from 'node:module'
     import { createSignaturePool, initCrypto, signerFromUri } from '@tensorkit/core/crypto'
     const require = createRequire(${JSON.stringify(import.meta.url)})
     ${body}`,
  ],
  cjs: ['-e', `const { createSignaturePool, initCrypto, signerFromUri } = require('@tensorkit/core/crypto'); (async () => {${body}})()`],
}

describe.each(['esm', 'cjs'] as const)('the built signature pool, %s', (format) => {
  it('checks and signs in a thread, ends it when idle, and lets the process end', async () => {
    const { stdout, stderr } = await run(process.execPath, programs[format], { cwd, timeout: 60_000 })
    expect(JSON.parse(stdout)).toEqual({ good: true, bad: false, again: true, compiled: 1, started: true, ended: true })
    expect(stderr).toBe('')
  })
})
