import { describe, expect, it } from 'vitest'
import { BoundedQueue } from './bounded-queue.js'

describe('BoundedQueue', () => {
  it('gives items in order and drops the oldest beyond its capacity', async () => {
    const queue = new BoundedQueue<number>(2, () => {})
    for (const item of [1, 2, 3]) queue.push(item)
    queue.end()
    const seen: number[] = []
    for await (const item of queue) seen.push(item)
    expect(seen).toEqual([2, 3])
  })

  it('wakes a reader that waits', async () => {
    const queue = new BoundedQueue<number>(1, () => {})
    const next = queue.next()
    queue.push(7)
    await expect(next).resolves.toEqual({ value: 7, done: false })
  })

  it('tells an error once, after what is queued, and ends', async () => {
    let ends = 0
    const queue = new BoundedQueue<number>(2, () => ends++)
    queue.push(1)
    queue.end(new Error('lost'))
    queue.end()
    await expect(queue.next()).resolves.toEqual({ value: 1, done: false })
    await expect(queue.next()).rejects.toThrow('lost')
    await expect(queue.next()).resolves.toEqual({ value: undefined, done: true })
    expect(ends).toBe(1)
  })

  it('tells its source when the reader leaves the loop', async () => {
    let ends = 0
    const queue = new BoundedQueue<number>(2, () => ends++)
    queue.push(1)
    for await (const item of queue) {
      expect(item).toBe(1)
      break
    }
    expect(ends).toBe(1)
  })
})
