import { TensorKitError } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { abortedError, CancelScope } from './cancel-scope.js'
import { inTime } from './in-time.js'

const late = () => new TensorKitError('DENDRITE_TIMEOUT', 'late')
const never = new Promise<never>(() => {})

describe('inTime', () => {
  it('gives what came in time, and passes on what was thrown', async () => {
    expect(await inTime(Promise.resolve(1), { leftMs: 60_000 }, late)).toBe(1)
    await expect(inTime(Promise.reject(new Error('mine')), { leftMs: 60_000 }, late)).rejects.toThrow('mine')
  })

  it.each([10, 0, -5])('ends by itself with %i ms left', async (leftMs) => {
    expect(await inTime(never, { leftMs }, late)).toMatchObject({ code: 'DENDRITE_TIMEOUT' })
  })

  it('ends with its scope, also one that ended before', async () => {
    const cancel = new CancelScope()
    const waiting = inTime(never, { leftMs: 60_000, cancel }, late)
    cancel.cancel(abortedError())
    expect(await waiting).toMatchObject({ code: 'CORE_ABORTED' })
    expect(await inTime(never, { leftMs: 60_000, cancel }, late)).toMatchObject({ code: 'CORE_ABORTED' })
  })

  it('hears nothing of what fails after it ended', async () => {
    let fail: (error: Error) => void = () => {}
    const failing = new Promise<never>((_, reject) => {
      fail = reject
    })
    expect(await inTime(failing, { leftMs: 0 }, late)).toMatchObject({ code: 'DENDRITE_TIMEOUT' })
    // An unhandled rejection would fail the run.
    fail(new Error('too late'))
    await new Promise((resolve) => setImmediate(resolve))
  })
})
