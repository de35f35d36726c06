import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { systemClock } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { defaultAxonLimits } from '../limits.js'
import { Connections, OpenConnection } from './connections.js'

let nextPort = 1
/** As much of a socket as is looked at; addresses of many machines cannot be had on one. */
function socketFrom(remoteAddress: string): Socket & { readonly remotePort: number } {
  const socket = new EventEmitter() as Socket & { remotePort: number; remoteAddress: string }
  Object.assign(socket, { remoteAddress, remotePort: nextPort++, destroy: () => socket.emit('close') })
  return socket
}
const taken = expect.any(OpenConnection)
const make = (limits: Partial<typeof defaultAxonLimits>) => new Connections({ ...defaultAxonLimits, ...limits }, systemClock)

describe('Connections', () => {
  it('caps those of one source', () => {
    const connections = make({ maxConnectionsPerSource: 2 })
    const first = socketFrom('192.0.2.1')
    expect([connections.accept(first), connections.accept(socketFrom('192.0.2.1')), connections.accept(socketFrom('192.0.2.1'))]).toEqual([
      taken,
      taken,
      'connections_per_source',
    ])
    expect(connections.accept(socketFrom('192.0.2.2'))).toEqual(taken)
    first.destroy()
    expect(connections.accept(socketFrom('192.0.2.1'))).toEqual(taken)
  })

  it('goes on knowing a source whose open connections make calls', () => {
    let nowMs = 0
    const connections = new Connections({ ...defaultAxonLimits, maxConnections: 2 }, { ...systemClock, monotonicMs: () => nowMs })
    const known = socketFrom('192.0.2.1')
    connections.accept(known)
    const connection = connections.find('192.0.2.1', known.remotePort)
    connection?.markProved()
    nowMs = 500_000
    connection?.markProved()
    nowMs = 1_000_000
    expect(connections.accept(socketFrom('192.0.2.2'))).toBe('connections_total')
    const another = socketFrom('192.0.2.1')
    expect(connections.accept(another)).toEqual(taken)
    another.destroy()
    nowMs = 1_100_000
    expect(connections.accept(socketFrom('192.0.2.1'))).toBe('connections_total')
  })

  it('keeps half of all for sources that proved a hotkey', () => {
    const connections = make({ maxConnections: 4 })
    const known = socketFrom('192.0.2.1')
    connections.accept(known)
    connections.find('192.0.2.1', known.remotePort)?.markProved()
    expect(connections.accept(socketFrom('192.0.2.2'))).toEqual(taken)
    expect(connections.accept(socketFrom('192.0.2.3'))).toBe('connections_total')
    expect(connections.accept(socketFrom('192.0.2.1'))).toEqual(taken)
    expect(connections.accept(socketFrom('192.0.2.1'))).toEqual(taken)
    expect(connections.accept(socketFrom('192.0.2.1'))).toBe('connections_total')
    connections.destroyAll()
    expect(connections.size).toBe(0)
  })

  it('tells when one closes, and finds another connection of the same address and port after it', () => {
    const connections = make({})
    const socket = socketFrom('192.0.2.1')
    const first = connections.accept(socket) as OpenConnection
    const closed: string[] = []
    first.onClose(() => closed.push('first'))
    expect([first.isOpen, first.spkiSha256, closed]).toEqual([true, '-', []])
    socket.destroy()
    first.onClose(() => closed.push('late'))
    expect([first.isOpen, closed]).toEqual([false, ['first', 'late']])
    const again = Object.assign(socketFrom('192.0.2.1'), { remotePort: socket.remotePort })
    connections.accept(again)
    expect(connections.find('192.0.2.1', socket.remotePort)).toEqual(taken)
    expect(connections.find('192.0.2.1', socket.remotePort)).not.toBe(first)
  })

  it('charges a source for what its connections cost until they prove a hotkey, and takes nothing more of it in debt', () => {
    // Nothing is worked off meanwhile.
    const connections = new Connections({ ...defaultAxonLimits, maxConnectionsPerSource: 2 }, { ...systemClock, monotonicMs: () => 0 })
    const known = connections.accept(socketFrom('192.0.2.1')) as OpenConnection
    const stranger = connections.accept(socketFrom('192.0.2.1')) as OpenConnection
    const spend = (connection: OpenConnection): number => {
      let handshakes = 0
      while (handshakes < 10_000 && connection.charge('handshake')) handshakes++
      return handshakes
    }
    expect(known.charge('handshake')).toBe(true)
    known.markProved()
    expect(spend(known)).toBe(10_000)
    // 100 ms: all but what taking in the stranger cost.
    expect(spend(stranger)).toBe(49)
    expect([known.isOpen, stranger.isOpen]).toEqual([true, false])
    expect(connections.accept(socketFrom('192.0.2.1'))).toBe('stranger_work')
    expect(connections.accept(socketFrom('192.0.2.2'))).toEqual(taken)
  })

  it('charges no proxy that is trusted', () => {
    const connections = new Connections(defaultAxonLimits, systemClock, (address) => address === '192.0.2.1')
    const proxy = connections.accept(socketFrom('192.0.2.1')) as OpenConnection
    for (let i = 0; i < 1_000; i++) expect(proxy.charge('handshake')).toBe(true)
    expect(connections.accept(socketFrom('192.0.2.1'))).toEqual(taken)
  })
})
