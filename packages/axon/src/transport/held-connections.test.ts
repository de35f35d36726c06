import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HeldConnections } from './held-connections.js'

/** As much of a socket as is looked at. */
function fakeSocket(): Socket & { readonly done: string[] } {
  const socket = new EventEmitter() as Socket & { done: string[] }
  socket.done = []
  return Object.assign(socket, {
    pause: () => socket.done.push('pause'),
    resetAndDestroy: () => {
      socket.done.push('reset')
      socket.emit('close')
    },
  }) // a socket of which this much is used
}

describe('HeldConnections', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('keeps one waiting, unread, and then resets it', () => {
    const held = new HeldConnections(1_000)
    const socket = fakeSocket()
    held.hold(socket)
    vi.advanceTimersByTime(499)
    expect([socket.done, held.size]).toEqual([['pause'], 1])
    vi.advanceTimersByTime(1_001)
    expect([socket.done, held.size]).toEqual([['pause', 'reset'], 0])
  })

  it('lets those that came together go one after the other', () => {
    const held = new HeldConnections(1_000)
    const sockets = Array.from({ length: 200 }, fakeSocket)
    for (const socket of sockets) held.hold(socket)
    const left = [600, 200, 200, 200, 200].map((ms) => {
      vi.advanceTimersByTime(ms)
      return held.size
    })
    // 180, 140, 100, 60 and 20, by the mean.
    for (const [i, size] of left.entries()) expect(Math.abs(size - (180 - 40 * i))).toBeLessThan(45)
    expect(left.every((size, i) => size <= (left[i - 1] ?? 200))).toBe(true)
  })

  it('forgets one that leaves by itself', () => {
    const held = new HeldConnections(1_000)
    const socket = fakeSocket()
    held.hold(socket)
    socket.emit('close')
    vi.advanceTimersByTime(5_000)
    expect([socket.done, held.size]).toEqual([['pause'], 0])
  })

  it('holds so many at most: the one that has waited longest goes first', () => {
    const held = new HeldConnections(1_000)
    const sockets = Array.from({ length: 300 }, fakeSocket)
    for (const socket of sockets) held.hold(socket)
    expect(held.size).toBe(256)
    expect(sockets.map(({ done }) => done.includes('reset'))).toEqual(sockets.map((_, i) => i < 44))
    held.endAll()
    expect([held.size, sockets.every(({ done }) => done.filter((what) => what === 'reset').length === 1)]).toEqual([0, true])
  })
})
