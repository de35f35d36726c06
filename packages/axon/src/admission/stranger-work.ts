import type { Clock } from '@tensorkit/core'
import type { AxonLimits } from '../limits.js'
import { TokenBuckets } from './token-buckets.js'

/**
 * What a connection that proved nobody makes an axon do, in µs of a core: estimates, such that what floods of them cost together is what an axon
 * was seen to spend on them. What counts is that nothing is free.
 */
const costUs = {
  /** Taking it from the system, if only to close it. */
  connection: 100,
  /** A TLS handshake: one signature and one key agreement, and what Node and HTTP/2 set up for it. */
  handshake: 2_000,
  /** A stream: its headers, what it is refused with, and its end. */
  stream: 350,
  /** PING, and its answer. */
  ping: 30,
  /** SETTINGS, and their answer. */
  settings: 60,
} as const

/** One thing that a connection makes an axon do. */
export type StrangerCost = keyof typeof costUs

/** What something cost. */
export interface Charge {
  /** In µs. */
  readonly us: number
  /** Whether its source is not in debt by it. */
  readonly mayGoOn: boolean
}

/** What it costs when nobody is charged. */
export const free: Charge = { us: 0, mayGoOn: true }

// All sources together may cost as much as so many.
const sourcesAtOnce = 10
// What a source may cost at once, and how far it may get into debt, in seconds of its rate.
const burstS = 5
const maxSources = 4096
const everybody = ''

/**
 * The time that strangers take: connections on which no call proved a hotkey.
 *
 * A source that spends more than its share is in debt, and in debt nothing of it is taken in: its new connections are closed unread.
 * Trying goes on costing, so that whoever floods stays out until it stops; after that, the debt is worked off within seconds.
 * What a connection cost until it proved a hotkey is given back.
 */
export class StrangerWork {
  readonly #sources: TokenBuckets
  readonly #all: TokenBuckets
  readonly #clock: Clock

  constructor(limits: AxonLimits, clock: Clock) {
    const perSecond = 1_000 * limits.strangerWorkMsPerSecond
    // However little it may spend: as many connections as it may have can be opened at once.
    const opening = costUs.connection + costUs.handshake + 4 * costUs.stream
    const burst = Math.max(burstS * perSecond, opening * limits.maxConnectionsPerSource)
    this.#sources = new TokenBuckets({ perSecond, burst, maxKeys: maxSources })
    this.#all = new TokenBuckets({ perSecond: perSecond * sourcesAtOnce, burst: burst * sourcesAtOnce, maxKeys: 1 })
    this.#clock = clock
  }

  /**
   * Charges a source.
   *
   * @param isKnown - Whether it proved a hotkey lately: then it does not answer for what others cost.
   */
  charge(source: string, what: StrangerCost, isKnown: boolean): Charge {
    const nowMs = this.#clock.monotonicMs()
    const us = costUs[what]
    const isWithinOwn = this.#sources.spend(source, us, nowMs)
    // Who is in debt already costs the others nothing: it is not let near them.
    const isWithinAll = isWithinOwn ? this.#all.spend(everybody, us, nowMs) : true
    return { us, mayGoOn: isWithinOwn && (isWithinAll || isKnown) }
  }

  /** Gives back what a connection cost that proved a hotkey. */
  giveBack(source: string, us: number): void {
    this.#sources.giveBack(source, us)
    this.#all.giveBack(everybody, us)
  }
}
