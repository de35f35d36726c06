import { isSs58Address, TensorKitError } from '@tensorkit/core'
import { type AddressPolicy, createAddressPolicy } from '../address-policy.js'
import type { ResolvedOptions } from '../resolve-options.js'
import { disagreesWithChain } from '../session/on-chain-key.js'
import { type ResolvedTarget, resolveTarget, type Target } from '../target.js'
import { type Link, Peer } from './peer.js'

const maxHotkeys = 65_536
/** Peers remembered without a channel. */
const maxPeers = 16_384

/** All peers, one for each hotkey, address, profile and kind of channel; and their channels, of which there is a bound. */
export class PeerBook {
  readonly #options: ResolvedOptions
  readonly #policy: AddressPolicy
  /** Longest unused first. */
  readonly #peers = new Map<string, Peer>()
  /** Those that have a channel or are making one, longest unused first. */
  readonly #linked = new Set<Peer>()
  /** Closed to new calls, with the last ones still in flight. */
  readonly #retired = new Set<Link>()
  readonly #known = new WeakMap<Target, { readonly peer: Peer; readonly resolved: ResolvedTarget }>()
  /** Used last of all: it has its place in both orders. */
  #latest: Peer | undefined
  readonly #hotkeys = new Set<string>()
  readonly #isHotkey = (text: string): boolean => {
    if (this.#hotkeys.has(text)) return true
    if (!isSs58Address(text)) return false
    if (this.#hotkeys.size >= maxHotkeys) this.#hotkeys.clear()
    this.#hotkeys.add(text)
    return true
  }

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#policy = createAddressPolicy(options)
  }

  /** Channels open or being opened. */
  get links(): number {
    return this.#linked.size + this.#retired.size
  }

  /** How many more channels there may be. */
  get room(): number {
    return Math.max(0, this.#options.maxChannels - this.links)
  }

  /** Whether a peer has a channel, or is making one. */
  holds(peer: Peer): boolean {
    return this.#linked.has(peer)
  }

  all(): IterableIterator<Peer> {
    return this.#peers.values()
  }

  /** The peer that a target is, or what forbids to call it. */
  find(target: Target): Peer | TensorKitError {
    const known = this.#known.get(target)
    if (known !== undefined && this.#peers.get(known.peer.key) === known.peer) return this.#touch(this.#heed(known.peer, known.resolved))
    const resolved = resolveTarget(target, this.#isHotkey)
    if (TensorKitError.isInstance(resolved)) return resolved
    const forbidden = this.#policy.check(resolved)
    if (forbidden !== undefined) return forbidden
    const { hotkey, host, port } = resolved
    const profile = resolved.profile ?? this.#options.profile
    const isPlaintext = resolved.plaintext ?? this.#options.insecure
    const { directory } = this.#options
    if (profile === 'session' && directory === undefined) {
      return new TensorKitError('CORE_INVALID_ARGUMENT', 'A dendrite without a directory cannot open sessions', {
        facts: { hotkey },
        remedy: 'Give createDendrite a directory, or use the profile btauth.',
      })
    }
    const key = `${hotkey} ${port} ${host} ${profile}${isPlaintext ? ' plain' : ''}`
    let peer = this.#peers.get(key)
    if (peer === undefined) {
      this.#forgetOne()
      peer = new Peer(key, { hotkey, host, port, profile, isPlaintext }, this.#options.maxConcurrentCallsPerPeer)
    }
    // A target that cannot change need not be resolved again; what the chain says of it may change.
    if (Object.isFrozen(target)) this.#known.set(target, { peer, resolved })
    return this.#touch(this.#heed(peer, resolved))
  }

  /** Makes room for a peer's channel. @returns Whether there is room. */
  claim(peer: Peer): boolean {
    if (this.#linked.has(peer)) return true
    if (this.links >= this.#options.maxChannels && !this.#closeOne()) return false
    this.#linked.add(peer)
    this.#latest = undefined
    return true
  }

  /** Gives the room back, if there is no channel. */
  unclaim(peer: Peer): void {
    if (peer.link === undefined) this.#linked.delete(peer)
  }

  /** Ends a peer's channel and session: at once if it is idle, else after its last call. */
  drop(peer: Peer): void {
    const { link } = peer
    if (link === undefined) return
    peer.link = undefined
    this.#linked.delete(peer)
    link.session = undefined
    link.isRetired = true
    if (link.users === 0) link.channel.close()
    else this.#retired.add(link)
  }

  /** A call over a link has ended. */
  leave(link: Link): void {
    link.users--
    if (!link.isRetired || link.users > 0) return
    link.channel.close()
    this.#retired.delete(link)
  }

  /** Closes every channel; calls in flight end with an error. */
  close(): void {
    for (const peer of this.#peers.values()) {
      const { link } = peer
      this.drop(peer)
      link?.channel.close()
    }
    for (const link of this.#retired) link.channel.close()
    this.#retired.clear()
    this.#peers.clear()
    this.#linked.clear()
  }

  /** Takes over what the directory says now: a target may be older than it. */
  #heed(peer: Peer, { uid, scheme, certificate }: ResolvedTarget): Peer {
    const entry = this.#options.directory?.get?.(peer.hotkey)
    peer.uid = uid ?? entry?.uid
    peer.scheme = scheme ?? entry?.scheme
    peer.certificate = entry?.certificate ?? certificate
    // The neuron published another key since the channel was made.
    if (peer.link?.pin !== undefined && disagreesWithChain(peer.link.pin, peer.certificate)) this.drop(peer)
    return peer
  }

  #touch(peer: Peer): Peer {
    if (peer === this.#latest) return peer
    this.#latest = peer
    this.#peers.delete(peer.key)
    this.#peers.set(peer.key, peer)
    if (this.#linked.delete(peer)) this.#linked.add(peer)
    return peer
  }

  #closeOne(): boolean {
    for (const peer of this.#linked) {
      if (peer.isBusy) continue
      this.drop(peer)
      this.#linked.delete(peer)
      return true
    }
    return false
  }

  #forgetOne(): void {
    if (this.#peers.size < maxPeers) return
    for (const [key, peer] of this.#peers) {
      if (peer.isBusy || this.#linked.has(peer)) continue
      this.#peers.delete(key)
      return
    }
  }
}
