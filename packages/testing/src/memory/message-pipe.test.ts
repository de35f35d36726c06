import { describe, expect, it } from 'vitest'
import { MessagePipe } from './message-pipe.js'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('MessagePipe', () => {
  it('gives messages in order, then the end', async () => {
    const pipe = new MessagePipe()
    pipe.push(bytes(1))
    pipe.push(bytes(2))
    pipe.end()
    expect([await pipe.take(), await pipe.take(), await pipe.take()]).toEqual([bytes(1), bytes(2), undefined])
    await pipe.drained()
  })

  it('shares no memory between sender and receiver', async () => {
    const pipe = new MessagePipe()
    const sent = bytes(1, 2)
    pipe.push(sent)
    sent.fill(9)
    expect(await pipe.take()).toEqual(bytes(1, 2))
  })

  it('has no room beyond one window until something is taken', async () => {
    const pipe = new MessagePipe()
    expect(pipe.push(new Uint8Array(65_534))).toBe(true)
    expect(pipe.push(new Uint8Array(1))).toBe(false)
    let hasRoom = false
    const waiting = pipe.room().then(() => {
      hasRoom = true
    })
    await Promise.resolve()
    expect(hasRoom).toBe(false)
    await pipe.take()
    await waiting
    expect(hasRoom).toBe(true)
  })

  it('wakes all who wait when it is cut', async () => {
    const pipe = new MessagePipe()
    pipe.push(new Uint8Array(70_000))
    const room = pipe.room()
    pipe.cut()
    await room
    expect(await pipe.take()).toBeUndefined()
    await pipe.drained()
  })
})
