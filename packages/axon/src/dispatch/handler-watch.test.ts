import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HandlerWatch, handlerGraceMs } from './handler-watch.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  let end = () => {}
  const watch = new HandlerWatch({
    onOver: (listener) => {
      end = listener
    },
  })
  return { watch, end: () => end() }
}
const never = new Promise<never>(() => {})

describe('HandlerWatch', () => {
  it('waits as long as the call goes on', async () => {
    const { watch } = setUp()
    const waiting = watch.wait(new Promise((resolve) => setTimeout(resolve, 10 * handlerGraceMs, 'late')))
    await vi.advanceTimersByTimeAsync(10 * handlerGraceMs)
    expect(await waiting).toBe('late')
    expect(watch.isStuck).toBe(false)
  })

  it('gives a handler its time once the call is over, and no more', async () => {
    const { watch, end } = setUp()
    const waiting = watch.wait(never).catch((error: unknown) => error)
    end()
    await vi.advanceTimersByTimeAsync(handlerGraceMs - 1)
    expect(watch.isStuck).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await waiting).toMatchObject({ code: 'AXON_HANDLER_FAILED' })
    expect(watch.isStuck).toBe(true)
    await expect(watch.wait(Promise.resolve(1))).rejects.toMatchObject({ code: 'AXON_HANDLER_FAILED' })
  })

  it('leaves no timer behind', async () => {
    const { watch, end } = setUp()
    await watch.wait(Promise.resolve(1))
    watch.done()
    end()
    expect(vi.getTimerCount()).toBe(0)
  })
})
