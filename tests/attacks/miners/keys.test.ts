import { connect } from 'node:tls'
import { createTlsIdentity } from '@tensorkit/axon'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { domain, skippingClock, Talk } from '../../dendrite-support.js'
import { codeOf, hi, honest, minersBench, outcomes, transports } from '../support/hostile-miners.js'

const without = vi.hoisted(() => ({ protection: undefined as 'the pin' | undefined }))
vi.mock('../../../packages/dendrite/src/transport/http2/open-socket.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/transport/http2/open-socket.js')>()
  const openSocket: typeof actual.openSocket = (target, tls, listener) => {
    if (without.protection === undefined) return actual.openSocket(target, tls, listener)
    const socket = connect({ host: target.host, port: target.port, ALPNProtocols: ['h2'], rejectUnauthorized: false })
    return socket.once('secureConnect', () => listener.onOpen())
  }
  return { ...actual, openSocket }
})

const bench = minersBench()
afterEach(() => {
  without.protection = undefined
})

describe('attack: a miner that shows another TLS key on each connection', () => {
  const changing = async () => {
    const [shown, other] = await Promise.all([createTlsIdentity(), createTlsIdentity()])
    return bench.miners({ attacker: honest }, { identity: shown, nextIdentities: [other, shown], checksTokens: false })
  }

  it.each(transports)('gets neither token nor call, one probe in 10 s, and the honest are heard: %s', async (transport) => {
    const miners = { ...(await changing()), ...(await bench.miners({ quick: honest })) }
    const clock = skippingClock()
    const dendrite = await bench.dendrite({ transport, clock })
    // grpc-js does not say what a connection failed for.
    const refused = transport === 'http2' ? 'DENDRITE_TLS_REFUSED' : 'DENDRITE_UNREACHABLE'
    const startedMs = performance.now()
    for (let i = 0; i < 5; i++) expect(await outcomes(dendrite, miners)).toEqual({ attacker: refused, quick: 'ok' })
    expect(miners.attacker.paths).toEqual([])
    // The probe, and the channel that failed; grpc-js's own tries again a second later, give or take a fifth, which rounds on a busy machine take.
    const again = transport === 'grpc-js' ? Math.floor((performance.now() - startedMs) / 800) : 0
    expect(miners.attacker.connections()).toBeGreaterThanOrEqual(2)
    expect(miners.attacker.connections()).toBeLessThanOrEqual(2 + again)
  })

  it('control: without the pin the call goes to whoever holds the second key', async () => {
    without.protection = 'the pin'
    const { attacker } = await changing()
    const dendrite = await bench.dendrite({ profile: 'btauth' })
    expect(codeOf(await dendrite.call(attacker.target, Talk.say, hi))).toBe('ok')
    expect(attacker.calls()).toBe(1)
  })
})

describe('attack: a miner that speaks with another key than its neuron published', () => {
  const named = async () => {
    const [published, used] = await Promise.all([createTlsIdentity(), createTlsIdentity()])
    const miners = await bench.miners({ attacker: honest }, { identity: used })
    return { miners, entry: { hotkey: miners.attacker.target.hotkey, certificate: published.certificate } }
  }

  it.each(transports)('is refused before anything is sent, and the honest are heard: %s', async (transport) => {
    const { miners, entry } = await named()
    const all = { ...miners, ...(await bench.miners({ quick: honest })) }
    const directory = { ...domain, get: (hotkey: string) => (hotkey === entry.hotkey ? (entry as never) : undefined) }
    const dendrite = await bench.dendrite({ transport, directory })
    expect(await outcomes(dendrite, all)).toEqual({ attacker: 'DENDRITE_TLS_REFUSED', quick: 'ok' })
    expect(miners.attacker.paths).toEqual([])
  })

  it('control: with nothing published the hotkey’s own word is enough', async () => {
    const { miners } = await named()
    expect(await outcomes(await bench.dendrite(), miners)).toEqual({ attacker: 'ok' })
  })
})
