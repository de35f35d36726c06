import type { NeuronCertificate, SignatureScheme, Ss58Address, TensorKitError, Uid } from '@tensorkit/core'
import { Gate } from '../fan-out/gate.js'
import type { AuthProfile } from '../target.js'
import type { ProbedLeaf, ProbeOutcome } from '../tls/probe-leaf.js'
import type { ClientChannel } from '../transport/client-transport.js'
import { Circuit } from './circuit.js'

/** A session with an axon. It holds a secret: it goes nowhere but into the metadata of a call over its own connection. */
export interface Session {
  /** The metadata of a call: the token. */
  readonly headers: Readonly<Record<string, string>>
  /** The connection that opened it, and the only one that it is good on. */
  readonly connectionId: number
  /** By the monotonic clock. */
  readonly expiresMs: number
  /** When the next one is to be opened, by the same clock. */
  readonly renewMs: number
}

/** A channel to an axon, with what was agreed over it. */
export interface Link {
  readonly channel: ClientChannel
  /** Absent on plain text. */
  readonly pin: ProbedLeaf | undefined
  session: Session | undefined
  /** Calls started and not ended. */
  users: number
  /** Takes no new call, and closes after the last. */
  isRetired: boolean
}

/** What makes a peer: who it is, where, and how it is spoken to. */
export interface PeerIdentity {
  readonly hotkey: Ss58Address
  readonly host: string
  readonly port: number
  readonly profile: AuthProfile
  readonly isPlaintext: boolean
}

const latencyWeight = 0.2

/** One axon as a dendrite knows it: the way there, and how it fared. */
export class Peer {
  readonly circuit = new Circuit()
  /** Calls in flight to it. */
  readonly gate: Gate
  readonly hotkey: Ss58Address
  readonly host: string
  readonly port: number
  readonly profile: AuthProfile
  readonly isPlaintext: boolean
  uid: Uid | undefined
  scheme: SignatureScheme | undefined
  certificate: NeuronCertificate | undefined
  link: Link | undefined
  /** A link that is being made, for all who wait for it. */
  opening: Promise<Link | TensorKitError> | undefined
  /** When one was begun last, by the monotonic clock. */
  openedAtMs = Number.NEGATIVE_INFINITY
  /** Why the last one failed. */
  openError: TensorKitError | undefined
  /** The last look at its certificate. */
  probe: { readonly atMs: number; readonly outcome: Promise<ProbeOutcome> } | undefined
  /** Until when it asked to be left alone, by the monotonic clock. */
  pushbackUntilMs = Number.NEGATIVE_INFINITY
  #latencyMs: number | undefined

  constructor(
    readonly key: string,
    { hotkey, host, port, profile, isPlaintext }: PeerIdentity,
    maxConcurrentCalls: number,
  ) {
    this.hotkey = hotkey
    this.host = host
    this.port = port
    this.profile = profile
    this.isPlaintext = isPlaintext
    this.gate = new Gate({ places: maxConcurrentCalls, maxWaiting: 4_096, what: 'calls in flight to one axon' })
  }

  /** From a request's last byte to the answer's first: a moving average, in ms. */
  get latencyMs(): number | undefined {
    return this.#latencyMs
  }

  get isBusy(): boolean {
    return this.gate.inside > 0 || this.opening !== undefined
  }

  noteLatency(ms: number): void {
    this.#latencyMs = this.#latencyMs === undefined ? ms : this.#latencyMs + latencyWeight * (ms - this.#latencyMs)
  }

  get address(): string {
    return this.host.includes(':') ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`
  }
}
