import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

// The package as it is published: this needs a build, as `npm test` makes one.
const folder = fileURLToPath(new URL('.', import.meta.url))

const body = `
const localnet = await createLocalnet({ sealing: { intervalMs: 20 } })
const socket = new WebSocket(localnet.url)
await new Promise((resolve, reject) => { socket.once('open', resolve); socket.once('error', reject) })
socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'chain_subscribeNewHeads', params: [] }))
await localnet.mine(2)
await localnet.close()
console.log(localnet.block.number >= 2 ? 'closed' : 'no blocks')
`

test.each([
  ['ESM', `import { createLocalnet } from '@tensorkit/localnet'; import { WebSocket } from 'ws'; ${body}`, 'module'],
  [
    'CommonJS',
    `const { createLocalnet } = require('@tensorkit/localnet'); const { WebSocket } = require('ws'); (async () => {${body}})()`,
    'commonjs',
  ],
])('a process ends by itself once its localnet is closed (%s)', async (_name, script, type) => {
  const { stdout, stderr } = await run(process.execPath, [`--input-type=${type}`, '-e', script], { cwd: folder, timeout: 30_000 })
  expect(stdout.trim()).toBe('closed')
  expect(stderr).toBe('')
})
