import { isIPv4, isIPv6 } from 'node:net'
import { createSecureContext } from 'node:tls'
import { Channel, type ChannelCredentials, type ChannelOptions, connectivityState, credentials } from '@grpc/grpc-js'
import { isPinFailure, pinnedTlsOptions } from '../../tls/pinned-tls-options.js'
import { localEnd, unsent } from '../call-end.js'
import type {
  CallEnd,
  CallListener,
  ChannelState,
  ClientCall,
  ClientChannel,
  ConnectOptions,
  ConnectOutcome,
  StartCallOptions,
  TransportTarget,
} from '../client-transport.js'
import { endedCall } from '../ended-call.js'
import { checkCall, type ResolvedTransportOptions } from '../transport-options.js'
import { GrpcJsCall } from './grpc-js-call.js'

/** A channel of grpc-js, with its connections counted. */
export class GrpcJsChannel implements ClientChannel {
  readonly #target: TransportTarget
  readonly #options: ResolvedTransportOptions
  readonly #credentials: ChannelCredentials
  readonly #calls = new Set<GrpcJsCall>()
  #channel: Channel
  #isClosed = false
  #connections = 0
  #isReady = false
  #isPinBroken = false

  constructor(target: TransportTarget, options: ResolvedTransportOptions) {
    this.#target = target
    this.#options = options
    this.#credentials = this.#makeCredentials()
    this.#channel = this.#openChannel()
  }

  get state(): ChannelState {
    if (this.#isClosed) return 'closed'
    return stateNames[this.#channel.getConnectivityState(false)]
  }

  get connectionId(): number | undefined {
    return this.#isReady ? this.#connections : undefined
  }

  get callsInFlight(): number {
    return this.#calls.size
  }

  connect({ timeoutMs = this.#options.connectTimeoutMs, signal }: ConnectOptions = {}): Promise<ConnectOutcome> {
    return new Promise((resolve) => {
      const fail = (end: CallEnd) => resolve({ ok: false, end })
      if (this.#isClosed) return fail(localEnd('closed', 'The channel is closed', unsent))
      if (signal?.aborted === true) return fail(localEnd('cancelled', 'Cancelled', unsent))
      this.#leaveBackoff()
      const channel = this.#channel
      const deadline = Date.now() + timeoutMs
      const onAbort = () => fail(localEnd('cancelled', 'Cancelled', unsent))
      signal?.addEventListener('abort', onAbort, { once: true })
      const done = (outcome: ConnectOutcome) => {
        signal?.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      const look = (error?: Error) => {
        const state = channel.getConnectivityState(true)
        if (state === connectivityState.READY) done({ ok: true, connectionId: this.#connections })
        else if (state === connectivityState.SHUTDOWN) done({ ok: false, end: localEnd('closed', 'The channel is closed', unsent) })
        else if (error !== undefined) done({ ok: false, end: localEnd('connect', 'No connection in time', unsent) })
        else if (state === connectivityState.TRANSIENT_FAILURE) done({ ok: false, end: this.connectFailure('No connection') })
        else channel.watchConnectivityState(state, deadline, look)
      }
      look()
    })
  }

  start(options: StartCallOptions, listener: CallListener): ClientCall {
    checkCall(options)
    if (this.#isClosed) return endedCall(listener, localEnd('closed', 'The channel is closed', unsent))
    if (options.connectionId !== undefined && options.connectionId !== this.connectionId) {
      return endedCall(listener, localEnd('other-connection', 'The connection is gone', unsent))
    }
    this.#leaveBackoff()
    const call = new GrpcJsCall({
      call: this.#channel.createCall(options.path, Date.now() + options.timeoutMs, null, null, null),
      options,
      listener,
      maxReplyBytes: Math.min(options.maxReplyBytes ?? this.#options.maxMessageBytes, this.#options.maxMessageBytes),
      maxHeaderBytes: this.#options.maxHeaderBytes,
      channel: this,
      onOver: () => this.#calls.delete(call),
    })
    this.#calls.add(call)
    return call
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#isReady = false
    for (const call of this.#calls) call.abandon('closed', 'The channel is closed')
    this.#channel.close()
  }

  /** Why there is no connection, as far as grpc-js tells. */
  connectFailure(details: string): CallEnd {
    // grpc-js keeps an error of the certificate's chain to its words alone.
    const isPin = this.#target.pin !== undefined && (this.#isPinBroken || /certificate|SSL routines/i.test(details))
    return localEnd(isPin ? 'pin' : 'connect', details, unsent)
  }

  /** A channel that waits before it connects again would fail a call unasked: a peer that is back is found at once by another. */
  #leaveBackoff(): void {
    if (this.#calls.size > 0 || this.#channel.getConnectivityState(false) !== connectivityState.TRANSIENT_FAILURE) return
    this.#channel.close()
    this.#isReady = false
    this.#channel = this.#openChannel()
  }

  #openChannel(): Channel {
    const channel = new Channel(uriOf(this.#target), this.#credentials, this.#channelOptions())
    const watch = () => {
      if (channel !== this.#channel && this.#channel !== undefined) return
      const state = channel.getConnectivityState(false)
      if (state === connectivityState.SHUTDOWN) return
      const isReady = state === connectivityState.READY
      if (isReady && !this.#isReady) {
        this.#connections++
        this.#isPinBroken = false
        this.#isReady = true
        for (const call of this.#calls) call.onConnection()
      }
      this.#isReady = isReady
      channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, watch)
    }
    channel.watchConnectivityState(connectivityState.IDLE, Number.POSITIVE_INFINITY, watch)
    return channel
  }

  #makeCredentials(): ChannelCredentials {
    const { pin } = this.#target
    if (pin === undefined) return credentials.createInsecure()
    const { context, connection } = pinnedTlsOptions(pin)
    return credentials.createFromSecureContext(createSecureContext(context), {
      rejectUnauthorized: true,
      checkServerIdentity: (host, certificate) => {
        const error = connection.checkServerIdentity(host, certificate)
        this.#isPinBroken = isPinFailure(error)
        return error
      },
    })
  }

  #channelOptions(): ChannelOptions {
    const { maxMessageBytes, compression } = this.#options
    const { host, pin } = this.#target
    return {
      'grpc.enable_channelz': 0,
      // A resend would carry the same nonce and be refused as a replay.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
      // An environment variable must not send signed requests through somebody's proxy.
      'grpc.enable_http_proxy': 0,
      // Two hotkeys at one address are two peers.
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': maxMessageBytes,
      'grpc.max_send_message_length': -1,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.client_idle_timeout_ms': 300_000,
      // A peer that restarts is to be found again soon.
      'grpc.initial_reconnect_backoff_ms': 250,
      'grpc.max_reconnect_backoff_ms': 5_000,
      'grpc-node.flow_control_window': 4 * 1024 * 1024,
      // In MB, as node:http2 has it; grpc-js switches the check off unless it is given.
      'grpc-node.max_session_memory': 64 + Math.ceil(maxMessageBytes / 1_000_000),
      ...(compression === 'gzip' && { 'grpc.default_compression_algorithm': 2 as const }),
      // A literal is no server name (RFC 6066 §3), and grpc-js would send it as one.
      ...(pin !== undefined && (isIPv4(host) || isIPv6(host)) && { 'grpc.ssl_target_name_override': 'axon' }),
    }
  }
}

const stateNames: Readonly<Record<connectivityState, ChannelState>> = {
  [connectivityState.IDLE]: 'idle',
  [connectivityState.CONNECTING]: 'connecting',
  [connectivityState.READY]: 'ready',
  [connectivityState.TRANSIENT_FAILURE]: 'backoff',
  [connectivityState.SHUTDOWN]: 'closed',
}

/** The address as grpc-js takes it; a literal is marked as one, so that no resolver is asked. */
function uriOf({ host, port }: TransportTarget): string {
  if (isIPv4(host)) return `ipv4:${host}:${port}`
  if (isIPv6(host)) return `ipv6:[${host}]:${port}`
  return `dns:${host}:${port}`
}
