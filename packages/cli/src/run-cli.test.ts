import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CliIo } from './output/cli-io.js'
import { runCli } from './run-cli.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-run-cli-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

function recorder(options: { readonly isTTY: { readonly stdout: boolean; readonly stderr: boolean } }) {
  const text = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY: options.isTTY[name],
    write(chunk: string) {
      text[name] += chunk
    },
  })
  const io: CliIo = { stdout: sink('stdout'), stderr: sink('stderr'), signal: new AbortController().signal }
  return { io, text }
}

const phrase = / {2}hotkey: (?:[a-z]+ ){11}[a-z]+\n/

describe('wallet create', () => {
  it('shows new words on the terminal once, and not in what is piped elsewhere', async () => {
    const { io, text } = recorder({ isTTY: { stdout: false, stderr: true } })
    expect(await runCli(['wallet', 'create', '--path', directory, '--name', 'a', '--plaintext-coldkey'], io)).toBe(0)
    expect(text.stderr).toMatch(phrase)
    expect(text.stderr.match(/hotkey: /g)).toHaveLength(1)
    expect(text.stdout).not.toMatch(phrase)
    expect(text.stdout).toContain('Created wallet a')
  })

  it('takes the terminal that is there', async () => {
    const { io, text } = recorder({ isTTY: { stdout: true, stderr: false } })
    expect(await runCli(['wallet', 'create', '--path', directory, '--name', 'b', '--plaintext-coldkey'], io)).toBe(0)
    expect(text.stdout).toMatch(phrase)
    expect(text.stderr).toBe('')
  })

  it('shows no words with --json or --no-mnemonic, even on a terminal', async () => {
    const json = recorder({ isTTY: { stdout: true, stderr: true } })
    expect(await runCli(['wallet', 'create', '--path', directory, '--name', 'c', '--plaintext-coldkey', '--json'], json.io)).toBe(2)
    const quiet = recorder({ isTTY: { stdout: true, stderr: true } })
    expect(await runCli(['wallet', 'create', '--path', directory, '--name', 'd', '--plaintext-coldkey', '--no-mnemonic'], quiet.io)).toBe(0)
    expect(quiet.text.stdout + quiet.text.stderr).not.toMatch(phrase)
  })
})
