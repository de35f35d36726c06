import { createTlsIdentity } from '@tensorkit/axon'
import { signerFromUri } from '@tensorkit/core/crypto'
import type { Target } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'
import { dendriteBench, echo, Talk } from './dendrite-support.js'

const bench = dendriteBench()
const maxChannels = 64

// Each address is a peer of its own, with its own channel and session: 127.0.0.0/8 is all this machine.
describe.each([
  ['4,096 targets in plain text', 4_096, true],
  ['256 targets over TLS', 256, false],
])('a round of %s', (_name, count, plaintext) => {
  it('completes over 64 channels, each target with a session of its own', { timeout: 300_000 }, async () => {
    const [signer, miner] = await Promise.all([signerFromUri('//Alice', 'ed25519'), signerFromUri('//Bob', 'ed25519')])
    const identity = await createTlsIdentity()
    const peer = await bench.peer({ [Talk.say.path]: echo }, { identity, plaintext, signer: miner, host: '0.0.0.0' })
    const targets: Target[] = Array.from({ length: count }, (_, i) => ({
      hotkey: miner.address,
      scheme: 'ed25519',
      port: peer.port,
      host: `127.0.${1 + (i >> 8)}.${i & 255}`,
    }))
    const dendrite = await bench.dendrite({ signer, insecure: plaintext, maxChannels, timeoutMs: 60_000, concurrency: 32 })
    const codes = new Map<string, number>()
    let mostConnections = 0
    let mostOpen = 0
    for await (const reply of dendrite.query(targets, Talk.say, { text: 'hi', count: 1 })) {
      const code = reply.ok ? 'ok' : reply.error.code
      codes.set(code, (codes.get(code) ?? 0) + 1)
      mostConnections = Math.max(mostConnections, peer.sessions.size)
      if ((codes.get('ok') ?? 0) % 64 === 0) mostOpen = Math.max(mostOpen, dendrite.peers().filter(({ isConnected }) => isConnected).length)
    }
    expect(Object.fromEntries(codes)).toEqual({ ok: count })
    expect(peer.opens()).toBe(count)
    expect(mostOpen).toBeGreaterThan(0)
    expect(mostOpen).toBeLessThanOrEqual(maxChannels)
    // Those that are closing count on the other side for a moment.
    expect(mostConnections).toBeLessThanOrEqual(2 * maxChannels)
  })
})
