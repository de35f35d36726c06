import { describe, expect, it } from 'vitest'
import { parseEndpoint } from './endpoint.js'

describe('parseEndpoint', () => {
  it('shows scheme, host and port alone', () => {
    const { url, shown } = parseEndpoint('wss://user:hunter2@node.example:8443/v1/SECRETKEY?token=SECRETTOKEN')
    expect(shown).toBe('wss://node.example:8443')
    expect(url.pathname).toBe('/v1/SECRETKEY')
  })

  it.each(['http://127.0.0.1:9944', '127.0.0.1:9944', '', 'ws://', 'nonsense SECRET'])('refuses %j without repeating it', (endpoint) => {
    let caught: unknown
    try {
      parseEndpoint(endpoint)
    } catch (error) {
      caught = error
    }
    expect(caught).toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
    expect((caught as Error).message).not.toContain('SECRET')
  })
})
