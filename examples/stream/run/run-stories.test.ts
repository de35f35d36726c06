import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runStories } from './run-stories.js'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-stream-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('a subnet of storytellers', () => {
  it('pays by what is right and by how soon it begins', { timeout: 120_000 }, async () => {
    const miners = await runStories({ epochs: 1, seed: 1, directory, signal: new AbortController().signal, say: () => {} })
    const of = (name: string) => {
      const found = miners.find(({ style }) => style === name)
      if (found === undefined) throw new Error(`no miner ${name}`)
      return found
    }
    for (const { rounds } of miners) expect(rounds).toBeGreaterThan(0)
    for (const worse of ['ponderous', 'bluffer', 'dropout'] as const) {
      expect(of('eager').meanScore).toBeGreaterThan(of(worse).meanScore)
      expect(of('eager').incentive).toBeGreaterThan(of(worse).incentive)
    }
    expect(of('ponderous').firstTokenMs).toBeGreaterThan(400)
    expect(of('dropout').meanScore).toBeGreaterThan(0)
  })

  it('ends when it is told to', { timeout: 60_000 }, async () => {
    const controller = new AbortController()
    const running = runStories({ epochs: 100, seed: 1, directory, signal: controller.signal, say: () => {} })
    setTimeout(() => controller.abort(new Error('enough')), 3_000)
    await expect(running).rejects.toThrow('enough')
  })
})
