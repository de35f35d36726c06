import { describe, expect, it } from 'vitest'
import { StrangerTurns } from './stranger-turns.js'

/** A job that tells when it runs. */
const job = (run: () => boolean | Promise<boolean>, drop: () => void = () => {}) => ({ run, drop })

/** Asks for a turn. @returns When it was had. */
const turnOf = (turns: StrangerTurns, source: string, run: () => void = () => {}) =>
  new Promise<'run' | 'dropped'>((resolve) => {
    const had = () => {
      run()
      resolve('run')
      return true
    }
    turns.take(
      source,
      job(had, () => resolve('dropped')),
    )
  })

/** A job that goes on until it is told to end. */
function longJob() {
  let end: () => void = () => {}
  const ended = new Promise<boolean>((resolve) => {
    end = () => resolve(true)
  })
  return { job: job(() => ended), end }
}

describe('StrangerTurns', () => {
  it('starts the first at once, and another only when it is done', async () => {
    const turns = new StrangerTurns({ maxWaiting: 10 })
    const begun: string[] = []
    const first = longJob()
    turns.take('a', first.job)
    const second = turnOf(turns, 'a', () => begun.push('second'))
    await new Promise(setImmediate)
    expect(begun).toEqual([])
    first.end()
    await second
    expect(begun).toEqual(['second'])
  })

  it('lets sources take turns, whoever has asked for how much', async () => {
    const turns = new StrangerTurns({ maxWaiting: 10 })
    const first = longJob()
    turns.take('flood', first.job)
    const order: string[] = []
    const all = ['flood', 'flood', 'flood', 'b', 'c', 'b'].map((source) => turnOf(turns, source, () => order.push(source)))
    first.end()
    await Promise.all(all)
    expect(order).toEqual(['flood', 'b', 'c', 'flood', 'b', 'flood'])
  })

  it('has room for so many, and takes it from the source that has the most', async () => {
    const turns = new StrangerTurns({ maxWaiting: 3 })
    const first = longJob()
    turns.take('flood', first.job)
    const flood = [turnOf(turns, 'flood'), turnOf(turns, 'flood'), turnOf(turns, 'flood')]
    const honest = [turnOf(turns, 'b'), turnOf(turns, 'c')]
    const last = turnOf(turns, 'flood')
    first.end()
    expect(await Promise.all(honest)).toEqual(['run', 'run'])
    expect(await Promise.all(flood)).toEqual(['run', 'dropped', 'dropped'])
    expect(await last).toBe('dropped')
  })

  it('does at once what a source waits for that is no stranger any more', async () => {
    const turns = new StrangerTurns({ maxWaiting: 3 })
    const first = longJob()
    turns.take('a', first.job)
    const known = [turnOf(turns, 'b'), turnOf(turns, 'b')]
    const other = turnOf(turns, 'c')
    turns.release('b')
    turns.release('nobody')
    expect(await Promise.all(known)).toEqual(['run', 'run'])
    first.end()
    expect(await other).toBe('run')
    // Its room is free again.
    const second = longJob()
    turns.take('a', second.job)
    const more = ['d', 'e'].map((source) => turnOf(turns, source))
    second.end()
    expect(await Promise.all(more)).toEqual(['run', 'run'])
  })

  it('pauses for as long as a job took, so that whoever is known gets its time in between', async () => {
    const turns = new StrangerTurns({ maxWaiting: 10 })
    const spans: { readonly from: number; readonly to: number }[] = []
    const work = () => {
      const from = performance.now()
      while (performance.now() - from < 3);
      spans.push({ from, to: performance.now() })
    }
    await turnOf(turns, 'a', work)
    await turnOf(turns, 'a', work)
    const [first, second] = spans
    // Timers may come a ms early.
    expect((second?.from ?? 0) - (first?.to ?? 0)).toBeGreaterThanOrEqual(1.5)
  })

  it('lets a few have a turn together where the event loop is late, so that none waits for ever', async () => {
    const turns = new StrangerTurns({ maxWaiting: 100 })
    const loops: number[] = []
    let loop = 0
    let isOver = false
    const keepBusy = () => {
      loop++
      const from = performance.now()
      while (performance.now() - from < 30);
      if (!isOver) setImmediate(keepBusy)
    }
    setImmediate(keepBusy)
    await Promise.all(Array.from({ length: 40 }, (_, i) => turnOf(turns, `source ${i}`, () => loops.push(loop))))
    isOver = true
    // One in a turn of the event loop, at the best, would take 40 of them.
    expect(loop).toBeLessThan(30)
  })

  it('goes on after a job that had nothing to do, one that fails, and one that never ends', { timeout: 30_000 }, async () => {
    const turns = new StrangerTurns({ maxWaiting: 10 })
    turns.take(
      'a',
      job(() => true),
    )
    turns.take(
      'a',
      job(() => false),
    )
    await turnOf(turns, 'a')
    turns.take(
      'a',
      job(() => new Promise(() => {})),
    )
    await turnOf(turns, 'a')
    turns.take(
      'a',
      job(() => Promise.reject(new Error('x'))),
    )
    await turnOf(turns, 'a')
    turns.take(
      'a',
      job(() => {
        throw new Error('y')
      }),
    )
    expect(await turnOf(turns, 'a')).toBe('run')
  })
})
