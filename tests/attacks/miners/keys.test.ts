import { createTlsIdentity } from '@tensorkit/axon'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { domain, skippingClock } from '../../dendrite-support.js'
import { honest, minersBench, outcomes, transports } from '../support/hostile-miners.js'

const without = vi.hoisted(() => ({ pin: false, alsoTrusted: '' }))
vi.mock('../../../packages/dendrite/src/tls/pinned-tls-options.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/tls/pinned-tls-options.js')>()
  const pinnedTlsOptions: typeof actual.pinnedTlsOptions = (pin) => {
    const options = actual.pinnedTlsOptions(pin)
    if (!without.pin) return options
    // A client that trusts whoever has a certificate that somebody vouched for.
    const connection = { ...options.connection, checkServerIdentity: () => undefined }
    return { context: { ...options.context, ca: without.alsoTrusted }, connection }
  }
  const isPinned: typeof actual.isPinned = (...given) => without.pin || actual.isPinned(...given)
  return { ...actual, pinnedTlsOptions, isPinned }
})

const bench = minersBench()
afterEach(() => {
  without.pin = false
})

describe('attack: a miner that shows another TLS key on each connection', () => {
  const changing = async () => {
    const [shown, other] = await Promise.all([createTlsIdentity(), createTlsIdentity()])
    without.alsoTrusted = other.certificatePem
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

  it.each(transports)('control: without the pin the call goes to whoever holds the second key: %s', async (transport) => {
    without.pin = true
    const miners = await changing()
    expect(await outcomes(await bench.dendrite({ transport, clock: skippingClock() }), miners)).toEqual({ attacker: 'ok' })
    expect([miners.attacker.opens(), miners.attacker.calls()]).toEqual([1, 1])
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

  it.each(transports)('control: with nothing published the hotkey’s own word is enough: %s', async (transport) => {
    const { miners } = await named()
    expect(await outcomes(await bench.dendrite({ transport }), miners)).toEqual({ attacker: 'ok' })
  })
})
