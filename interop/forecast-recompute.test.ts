import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const example = new URL('../examples/forecast/', import.meta.url)
const main = fileURLToPath(new URL('dist/main.js', example))
const script = fileURLToPath(new URL('forecast-recompute.py', import.meta.url))
const closes = join(dirname(createRequire(new URL('package.json', example)).resolve('vega-datasets')), '../data/sp500-2000.csv')

describe('Python, which shares no code with the example', () => {
  let directory: string
  let result: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'forecast-recompute-'))
    result = join(directory, 'result.json')
    await run(process.execPath, [main, '--epochs', '2', '--seed', '11', '--json', result, '--report', join(directory, 'report.html')], {
      timeout: 240_000,
    })
  }, 300_000)
  afterAll(() => rm(directory, { recursive: true, force: true }))

  it('recomputes every mean score of a run from seed and prices', async () => {
    const { stdout } = await run('python3', [script, result, closes], { timeout: 280_000 })
    expect(stdout).toMatch(/\n9 agree, 0 do not\n$/)
  }, 300_000)

  it('would see a score that is off by 2e-6', async () => {
    const json = JSON.parse(await readFile(result, 'utf8')) as { neurons: { model: string; meanScore: number }[] }
    for (const neuron of json.neurons) if (neuron.model === 'ewma') neuron.meanScore += 2e-6
    await writeFile(result, JSON.stringify(json))
    // Only what does not depend on GARCH, whose fits take their time.
    await expect(run('python3', [script, result, closes, 'rw252', 'ewma'], { timeout: 60_000 })).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^ok\s+rw252 .*\nFAILED\s*ewma .*\n1 agree, 1 do not\n$/),
    })
  }, 300_000)
})
