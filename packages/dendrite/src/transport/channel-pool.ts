import { isIPv4, isIPv6 } from 'node:net'
import { Channel, type ChannelOptions, connectivityState, credentials } from '@grpc/grpc-js'
import type { AxonEndpoint } from '@tensorkit/core'

/** What {@link ChannelPool} is made of. */
export interface ChannelPoolOptions {
  /** Channels at most; over it the one that is longest unused is closed. */
  readonly maxChannels: number
  /** One message, either way, in bytes. */
  readonly maxMessageBytes: number
}

/** A channel in use. {@link release} must follow. */
export interface Lease {
  readonly channel: Channel
  release(): void
}

interface Pooled {
  readonly channel: Channel
  users: number
}

/** Channels to axons, one for each hotkey and address: connected when first used, kept while there is room. */
export class ChannelPool {
  readonly #options: ChannelPoolOptions
  // Least recently used first.
  readonly #channels = new Map<string, Pooled>()

  constructor(options: ChannelPoolOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#channels.size
  }

  /** @returns A channel, or undefined if all are in use and there is no room for another. */
  lease(hotkey: string, endpoint: AxonEndpoint): Lease | undefined {
    const key = `${hotkey} ${endpoint.port} ${endpoint.host}`
    let pooled = this.#channels.get(key)
    // A channel that waits before it connects again would fail this call unasked: a miner that is back is found at once by another.
    if (pooled?.users === 0 && pooled.channel.getConnectivityState(false) === connectivityState.TRANSIENT_FAILURE) {
      pooled.channel.close()
      this.#channels.delete(key)
      pooled = undefined
    }
    if (pooled === undefined) {
      if (this.#channels.size >= this.#options.maxChannels && !this.#closeOne()) return undefined
      pooled = { channel: new Channel(uriOf(endpoint), credentials.createInsecure(), this.#channelOptions()), users: 0 }
    } else {
      this.#channels.delete(key)
    }
    this.#channels.set(key, pooled)
    pooled.users++
    const { channel } = pooled
    const leased = pooled
    return {
      channel,
      release: () => {
        leased.users--
      },
    }
  }

  /** Closes every channel; calls in flight end with an error. */
  close(): void {
    for (const { channel } of this.#channels.values()) channel.close()
    this.#channels.clear()
  }

  #closeOne(): boolean {
    for (const [key, { channel, users }] of this.#channels) {
      if (users > 0) continue
      channel.close()
      this.#channels.delete(key)
      return true
    }
    return false
  }

  #channelOptions(): ChannelOptions {
    return {
      'grpc.enable_channelz': 0,
      // A resend would carry the same nonce and be refused as a replay.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      // An environment variable must not send signed requests through somebody's proxy.
      'grpc.enable_http_proxy': 0,
      // Two hotkeys at one address are two peers.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': this.#options.maxMessageBytes,
      'grpc.max_send_message_length': this.#options.maxMessageBytes,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.client_idle_timeout_ms': 300_000,
      // A miner that restarts is to be found again soon.
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': 5_000,
      // In MB, as node:http2 has it; grpc-js switches the check off unless it is given.
      'grpc-node.max_session_memory': 64 + Math.ceil(this.#options.maxMessageBytes / 1_000_000),
    }
  }
}

/** The address as grpc-js takes it; a literal is marked as one, so that no resolver is asked. */
function uriOf({ host, port }: AxonEndpoint): string {
  if (isIPv4(host)) return `ipv4:${host}:${port}`
  if (isIPv6(host)) return `ipv6:[${host}]:${port}`
  return `dns:${host}:${port}`
}
