import { readFileSync } from 'node:fs'
import { f64Tensor } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { Forecaster } from './protocol.js'
import { scoreAlpha } from './run/schedule.js'

const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

/** Lines that are neither blank, nor comments, nor imports. */
function codeLines(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '')
  const withoutImports = withoutComments.replace(/^import\s[\s\S]*?from\s+'[^']+'\n/gm, '')
  return withoutImports.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'))
}

const importsOf = (text: string) => [...text.matchAll(/^import\s[\s\S]*?from\s+'([^']+)'/gm)].map(([, from]) => from as string)

describe('the example', () => {
  it('a miner has fewer than 20 lines', () => {
    expect(codeLines(source('miner.ts')).length).toBeLessThan(20)
  })

  it('a validator has fewer than 30 lines', () => {
    expect(codeLines(source('validator.ts')).length).toBeLessThan(30)
  })

  it('counts what it says it counts', () => {
    expect(codeLines("import { a,\n b } from 'x'\n// c\n\n/** d\n * e */\nconst f = 1\nf()\n")).toEqual(['const f = 1', 'f()'])
  })

  it.each(['protocol.ts', 'miner.ts', 'validator.ts'])(
    '%s has lines of at most 100 columns, and no helper but models, scoring and protocol',
    (name) => {
      const text = source(name)
      for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
      expect(importsOf(text).length).toBeGreaterThan(0)
      for (const from of importsOf(text)) expect(from).toMatch(/^(@tensorkit\/|\.\/models\/|\.\/scoring\/|\.\/protocol\.js$)/)
    },
  )

  it('the validator weighs rounds as the schedule says', () => {
    expect(source('validator.ts')).toContain(`alpha: ${scoreAlpha} `)
  })
})

describe('the protocol', () => {
  const { request, response } = Forecaster.forecast
  const answer = { mean: f64Tensor([0, 0.01]), stddev: f64Tensor([0.1, 0.2]) }

  it('carries tasks and answers', () => {
    const task = { series: f64Tensor([1, 2, 3, 4, 5, 6], [2, 3]), horizons: [1, 20] }
    expect(request.decode(request.encode(task))).toEqual(task)
    expect(response.decode(response.encode(answer))).toEqual(answer)
  })

  it('has no room for tensors of another rank or type', () => {
    expect(() => request.encode({ series: f64Tensor([1, 2]), horizons: [1] })).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_ENCODE_FAILED' }),
    )
    expect(() => response.encode({ ...answer, mean: f64Tensor([0, 0], [1, 2]) })).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_ENCODE_FAILED' }),
    )
  })
})
