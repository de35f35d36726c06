import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const example = fileURLToPath(new URL('../examples/forecast/dist/main.js', import.meta.url))
const reader = fileURLToPath(new URL('support/read-subnet.mjs', import.meta.url))

interface Result {
  readonly seed: number
  readonly epochs: number
  readonly block: number
  readonly netuid: number
  readonly minted: string
  readonly neurons: readonly {
    readonly uid: number
    readonly role: 'owner' | 'miner' | 'validator'
    readonly model: string
    readonly hotkey: string
    readonly incentive: number
    readonly dividends: number
    readonly consensus: number
    readonly vtrust: number
    readonly emission: string
    readonly meanScore: number | null
  }[]
  readonly calls: { readonly answered: number; readonly failed: number; readonly refused: number }
  readonly ledger: readonly Readonly<Record<string, string | number>>[]
  readonly ok: boolean
}

describe('the example subnet, kept running after its last epoch', () => {
  let directory: string
  let run: ReturnType<typeof spawn>
  let output = ''
  let exited: Promise<number | null>
  let result: Result
  let chainUrl: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tensorkit-forecast-'))
    const json = join(directory, 'result.json')
    run = spawn(process.execPath, [
      example,
      '--epochs',
      '2',
      '--seed',
      '7',
      '--json',
      json,
      '--report',
      join(directory, 'report.html'),
      '--keep',
    ])
    exited = new Promise((resolve) => run.once('exit', resolve))
    chainUrl = await new Promise((resolve, reject) => {
      const onData = (chunk: Buffer) => {
        output += chunk.toString()
        const found = /The chain is at (ws:\S+),/.exec(output)
        if (found?.[1] !== undefined) resolve(found[1])
      }
      run.stdout?.on('data', onData)
      run.stderr?.on('data', onData)
      void exited.then((code) => reject(new Error(`the example ended with ${code}:\n${output}`)))
    })
    result = JSON.parse(await readFile(json, 'utf8')) as Result
  }, 300_000)

  afterAll(async () => {
    run.kill('SIGKILL')
    await rm(directory, { recursive: true, force: true })
  })

  it('came out right', () => {
    expect(result).toMatchObject({ seed: 7, epochs: 2, ok: true })
    expect(result.neurons.map(({ role }) => role)).toEqual(['owner', ...Array<string>(9).fill('miner'), 'validator', 'validator'])
    expect(result.calls.refused).toBe(0)
  })

  it('is the same to an independent client of the chain', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [reader, chainUrl, String(result.netuid), String(result.block)], {
      timeout: 60_000,
    })
    const seen = JSON.parse(stdout) as {
      chain: string
      ownerHotkey: string
      epochs: number
      neurons: ({ uid: number; permit: boolean } & Record<string, unknown>)[]
    }
    expect(seen.chain).toBe('Bittensor')
    expect(seen.ownerHotkey).toBe(result.neurons[0]?.hotkey)
    expect(seen.neurons.map(({ permit: _, ...neuron }) => neuron)).toEqual(
      result.neurons.map(({ uid, hotkey, incentive, dividends, consensus, vtrust, emission }) => ({
        uid,
        hotkey,
        incentive,
        dividends,
        consensus,
        vtrust,
        emission,
      })),
    )
    for (const { role, uid } of result.neurons) if (role === 'validator') expect(seen.neurons[uid]?.permit).toBe(true)
    expect(seen.neurons.some(({ incentive }) => Number(incentive) > 0)).toBe(true)
  })

  it('has a ledger to the rao', () => {
    expect(result.ledger).toHaveLength(2)
    for (const entry of result.ledger) {
      const amount = (name: string) => BigInt(entry[name] ?? -1)
      const parts = ['ownerCut', 'incentive', 'dividends', 'root', 'burned', 'remainder']
      expect(parts.reduce((sum, name) => sum + amount(name), 0n)).toBe(amount('minted'))
      expect(amount('remainder') >= 0n && amount('remainder') < BigInt(result.neurons.length)).toBe(true)
    }
    expect(result.minted).toBe(result.ledger.at(-1)?.minted)
  })

  it('wrote a report that loads nothing', async () => {
    const html = await readFile(join(directory, 'report.html'), 'utf8')
    expect(html).toContain('prefers-color-scheme')
    expect(html).not.toMatch(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//)
  })

  it('drains at Ctrl-C', async () => {
    run.kill('SIGINT')
    expect(await exited).toBe(0)
  }, 60_000)
})
