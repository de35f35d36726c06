import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createAxon } from '@tensorkit/axon'
import { createMemoryReplayStore, defineProtocol, message, staticDirectory, string, unary } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite } from '@tensorkit/dendrite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const cwd = fileURLToPath(new URL('.', import.meta.url))

const Echo = defineProtocol('receipts.v1.Echo', {
  say: unary({ request: message({ text: string(1) }), response: message({ text: string(1) }) }),
})

// Knows nothing but the bytes of a file.
const program = `
  import { readFileSync } from 'node:fs'
  import { verifyReceipt } from '@tensorkit/core'
  import { initCrypto, verifySignature } from '@tensorkit/core/crypto'
  await initCrypto()
  const result = await verifyReceipt({ receipt: readFileSync(process.argv[1]), verify: verifySignature })
  console.log(JSON.stringify(result, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
`

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-receipt-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('a receipt that was kept', () => {
  it('verifies in a new process from its bytes alone, and does not with one of them changed', async () => {
    const [miner, validator] = await Promise.all([signerFromUri('//Bob'), signerFromUri('//Alice')])
    const neurons = [miner, validator].map(({ address }, uid) => ({ uid, hotkey: address, validatorPermit: true }))
    const subnet = staticDirectory({ netuid: 1, genesisHash: '0'.repeat(64), neurons })
    await using axon = createAxon({
      signer: miner,
      directory: subnet,
      port: 0,
      replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    })
    axon.implement(Echo, { say: ({ text }) => ({ text }) })
    await axon.listen()
    await using dendrite = createDendrite({ signer: validator, directory: subnet, receipts: 'always' })
    const reply = await dendrite.call({ hotkey: miner.address, ...axon.endpoint }, Echo.say, { text: 'hello' })
    const receipt = reply.ok ? reply.receipt : undefined
    if (receipt === undefined) throw new Error('no receipt came')

    const verdictOn = async (bytes: Uint8Array): Promise<Record<string, unknown>> => {
      const file = join(directory, 'receipt')
      await writeFile(file, bytes)
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, file], { cwd, timeout: 60_000 })
      return JSON.parse(stdout)
    }
    expect(await verdictOn(receipt)).toMatchObject({
      ok: true,
      fields: { axon: miner.address, caller: validator.address, path: Echo.say.path, requestCount: 1, responseCount: 1, status: 0 },
    })
    const changed = Uint8Array.from(receipt)
    changed[100] = (changed[100] as number) ^ 1
    expect(await verdictOn(changed)).toMatchObject({ ok: false })
  })
})
