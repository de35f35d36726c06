import type { PeerSnapshot } from '../dendrite.js'
import type { Peer } from './peer.js'

/** What a dendrite tells of one axon. */
export function snapshotOf(peer: Peer, nowMs: number): PeerSnapshot {
  const { hotkey, uid, host, port, profile, link, circuit, latencyMs } = peer
  return {
    hotkey,
    uid,
    host,
    port,
    profile,
    isConnected: link?.channel.state === 'ready',
    hasSession: link?.session !== undefined && link.session.connectionId === link.channel.connectionId && nowMs < link.session.expiresMs,
    spkiSha256: link?.pin?.spkiSha256,
    inFlight: peer.gate.inside,
    circuit: circuit.state(nowMs),
    failures: circuit.failures,
    latencyMs,
  }
}
