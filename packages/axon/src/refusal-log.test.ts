import type { Clock } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { refusals } from './refusal.js'
import { RefusalLog } from './refusal-log.js'

function setUp() {
  const at = { ms: 0 }
  const clock: Clock = { nowMs: () => at.ms, nowNs: () => 0n, monotonicMs: () => at.ms, sleep: async () => {} }
  const lines: [level: string, message: string, fields: object][] = []
  const to = (level: string) => (fields: object, message: string) => void lines.push([level, message, fields])
  const logger = { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') }
  return { at, lines, log: new RefusalLog({ logger, clock, perSecond: 3 }) }
}

describe('RefusalLog', () => {
  it('logs so many a second and reason, and tells how many more there were', () => {
    const { at, lines, log } = setUp()
    for (let i = 0; i < 10; i++) log.refused(refusals.malformed, { i })
    log.refused(refusals.replayed, {})
    expect(lines).toHaveLength(4)
    expect(lines[0]).toEqual(['warn', 'call refused', { reason: 'malformed', i: 0 }])
    at.ms = 1_000
    log.refused({ ...refusals.malformed, detail: 'no nonce' }, { i: 10 })
    expect(lines.slice(4)).toEqual([
      ['warn', 'more were refused', { reason: 'malformed', suppressed: 7 }],
      ['warn', 'call refused', { reason: 'malformed', detail: 'no nonce', i: 10 }],
    ])
  })

  it('tells the rest when it is flushed, once', () => {
    const { lines, log } = setUp()
    for (let i = 0; i < 5; i++) log.refused(refusals.internal, {})
    expect(lines[0]?.[0]).toBe('error')
    log.flush()
    log.flush()
    expect(lines.slice(3)).toEqual([['warn', 'more were refused', { reason: 'internal', suppressed: 2 }]])
  })

  it('counts connections in the same way', () => {
    const { lines, log } = setUp()
    for (let i = 0; i < 5; i++) log.connectionRefused('connections_total', { address: '192.0.2.1' })
    expect(lines).toEqual(Array(3).fill(['warn', 'connection refused', { reason: 'connections_total', address: '192.0.2.1' }]))
    log.flush()
    expect(lines.at(-1)).toEqual(['warn', 'more were refused', { reason: 'connections_total', suppressed: 2 }])
  })

  it('stays within bounds for any number of reasons', () => {
    const { lines, log } = setUp()
    for (let i = 0; i < 10_000; i++) log.refused({ status: 'UNAVAILABLE', reason: `reason ${i}` }, {})
    expect(lines).toHaveLength(256)
  })
})
