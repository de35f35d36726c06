import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import * as crypto from '../crypto/index.js'
import * as core from '../index.js'
import { errorCodes } from './codes.js'
import { TensorKitError } from './tensorkit-error.js'
import { toTensorKitError } from './to-tensorkit-error.js'

describe('TensorKitError', () => {
  it('says what happened, facts one a line, and what to do', () => {
    const error = new TensorKitError('CHAIN_RATE_LIMITED', 'The weights were set too early', {
      facts: { netuid: 5, blocksLeft: 17, stake: 10n, permit: false, absent: undefined },
    })
    expect(`${error}`).toMatchInlineSnapshot(`
      "TensorKitError: The weights were set too early
        netuid: 5
        blocksLeft: 17
        stake: 10
        permit: false
      Wait the number of blocks that the rate limit names."
    `)
    expect(error).toMatchObject({ code: 'CHAIN_RATE_LIMITED', retryable: true, shortMessage: 'The weights were set too early' })
    expect(error.docsUrl).toBe('docs/errors.md#chain-rate-limited')
  })

  it('prefers the remedy and the retryable that were given', () => {
    const error = new TensorKitError('CORE_TIMEOUT', 'Too slow', { remedy: 'Wait.', retryable: false })
    expect([error.remedy, error.retryable, error.message]).toEqual(['Wait.', false, 'Too slow\nWait.'])
  })

  it('keeps each fact on its line, short, and without control characters', () => {
    const { message } = new TensorKitError('CORE_INTERNAL', 'x', {
      facts: { peer: `a\n  code: FAKE\u001b[2J\u2028\u202e${'b'.repeat(1000)}` },
    })
    const [, fact, ...rest] = message.split('\n')
    expect(fact).toContain('peer: a\\u{a}  code: FAKE\\u{1b}[2J\\u{2028}\\u{202e}bbb')
    expect(fact?.length).toBeLessThan(560)
    expect(rest).toEqual([errorCodes.CORE_INTERNAL.remedy])
  })

  it('goes into JSON, bigint and all, without stack and cause', () => {
    const error = new TensorKitError('CORE_INTERNAL', 'x', { facts: { rao: 5n }, cause: new Error('hidden') })
    const json = JSON.stringify(error)
    expect(JSON.parse(json)).toMatchObject({ name: 'TensorKitError', code: 'CORE_INTERNAL', facts: { rao: '5' } })
    expect(json).not.toContain('hidden')
  })

  it('walks its causes, and ends in a ring of foreign ones', () => {
    const innermost = new TypeError('deep')
    const middle = new TensorKitError('CHAIN_UNREACHABLE', 'no node', { cause: innermost })
    const outer = new TensorKitError('CORE_TIMEOUT', 'slow', { cause: middle })
    expect(outer.walk()).toBe(innermost)
    expect(outer.walk((error) => TensorKitError.isInstance(error) && error.code === 'CHAIN_UNREACHABLE')).toBe(middle)
    expect(outer.walk((error) => error instanceof RangeError)).toBeUndefined()
    const ring = new Error('ring')
    ring.cause = ring
    expect(new TensorKitError('CORE_INTERNAL', 'x', { cause: ring }).walk((error) => error instanceof RangeError)).toBeUndefined()
  })

  it('is not faked by an object that looks like one', () => {
    for (const value of [null, undefined, 'x', {}, new Error('x'), { code: 'CORE_INTERNAL', name: 'TensorKitError' }]) {
      expect(TensorKitError.isInstance(value)).toBe(false)
    }
  })
})

describe('the brand', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tensorkit-brand-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('holds between bundles and module formats, where instanceof does not', async () => {
    const entry = fileURLToPath(new URL('./tensorkit-error.ts', import.meta.url))
    for (const [format, name] of [
      ['esm', 'a.mjs'],
      ['cjs', 'b.cjs'],
    ] as const) {
      await build({ entryPoints: [entry], bundle: true, format, outfile: join(directory, name), logLevel: 'error' })
    }
    writeFileSync(join(directory, 'package.json'), '{}')
    type Bundle = { TensorKitError: typeof TensorKitError }
    const esm = (await import(pathToFileURL(join(directory, 'a.mjs')).href)) as Bundle
    const cjs = createRequire(import.meta.url)(join(directory, 'b.cjs')) as Bundle
    const classes = [TensorKitError, esm.TensorKitError, cjs.TensorKitError]
    expect(new Set(classes).size).toBe(3)
    for (const made of classes) {
      for (const asked of classes) {
        const error = new made('CORE_INTERNAL', 'x')
        expect(asked.isInstance(error)).toBe(true)
        expect(error instanceof asked).toBe(made === asked)
      }
    }
  })

  it('is on every error class that this package exports', () => {
    const unbranded = Object.entries({ ...core, ...crypto })
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .filter(([, value]) => value !== TensorKitError && !((value as { prototype: unknown }).prototype instanceof TensorKitError))
      .map(([name]) => name)
    expect(unbranded).toEqual([])
    expect(Object.values(core)).toContain(TensorKitError)
  })
})

describe('errorCodes', () => {
  it('are of the form AREA_REASON, each with a remedy in whole sentences', () => {
    for (const [code, { remedy }] of Object.entries(errorCodes)) {
      expect(code).toMatch(/^(CORE|PROTOCOL|TENSOR|AUTH|WALLET|CHAIN|AXON|DENDRITE|METAGRAPH|NEURON|LOCALNET|CLI)_[A-Z]+(_[A-Z]+)*$/)
      expect(remedy).toMatch(/^[A-Z].+\.$/)
    }
  })
})

describe('toTensorKitError', () => {
  const fallback = { code: 'CHAIN_UNREACHABLE', shortMessage: 'no node' } as const

  it('returns a TensorKitError as it is', () => {
    const error = new TensorKitError('CORE_CLOSED', 'x')
    expect(toTensorKitError(error, fallback)).toBe(error)
  })

  it('knows aborts and time-outs as the platform makes them', async () => {
    const aborted = AbortSignal.abort().reason as unknown
    expect(toTensorKitError(aborted, fallback)).toMatchObject({ code: 'CORE_ABORTED', cause: aborted })
    const signal = AbortSignal.timeout(1)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    expect(toTensorKitError(signal.reason, fallback)).toMatchObject({ code: 'CORE_TIMEOUT', retryable: true })
  })

  it('wraps the rest, whatever it is', () => {
    for (const value of [new Error('x'), 'text', null, undefined, 7]) {
      expect(toTensorKitError(value, fallback)).toMatchObject({ code: 'CHAIN_UNREACHABLE', shortMessage: 'no node' })
    }
    expect(toTensorKitError('x').code).toBe('CORE_INTERNAL')
    expect(toTensorKitError('secret').message).not.toContain('secret')
  })
})
