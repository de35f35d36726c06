import {
  type AxonEndpoint,
  AxonService,
  assertReplayRetention,
  type Clock,
  createMemoryReplayStore,
  HealthService,
  type NeuronCertificate,
  noMetrics,
  type Protocol,
  type ReplayStore,
  silentLogger,
  systemClock,
  TensorKitError,
} from '@tensorkit/core'
import { createSignaturePool, initCrypto, type SignaturePool } from '@tensorkit/core/crypto'
import { trustedAddresses } from './admission/call-source.js'
import { createGates, type Gates } from './admission/create-gates.js'
import type { Axon } from './axon.js'
import { Dispatcher } from './dispatch/dispatcher.js'
import type { AnyHandler, Handlers } from './handlers.js'
import type { AxonLimits } from './limits.js'
import type { AxonOptions } from './options.js'
import { RefusalLog } from './refusal-log.js'
import { resolveLimits } from './resolve-limits.js'
import { anonymousHandler } from './services/anonymous-service.js'
import { describeAxon } from './services/describe.js'
import { openSessionHandler } from './services/open-session.js'
import { createTlsIdentity, type TlsIdentity } from './tls/tls-identity.js'
import { AnonymousGate } from './transport/anonymous-gate.js'
import { createGrpcTransport } from './transport/grpc-transport.js'
import { serveReflection } from './transport/reflection.js'
import type { GrpcTransport, ServerTransport } from './transport/server-transport.js'

const defaultDrainMs = 30_000
const defaultTransport = 'http2'
// TensorKit's own callers date their nonces up to 500 ms back; and a ms for the clock.
const nonceLagMs = 501
// What the replay memory keeps beyond the window. No more than it must: its room for one hotkey has to last for a caller at its full rate.
const replaySlackMs = 1_000

/**
 * Makes a neuron's server: gRPC over TLS whose callers prove their hotkey once a session (`session/1`) or with every call (`btauth/1`).
 *
 * @throws CORE_INVALID_ARGUMENT for options that make no sense.
 * @example
 * ```ts
 * const axon = createAxon({ signer, directory, port: 8091, admit: { validatorPermit: true, minStake: tao(1000) } })
 * axon.implement(Forecaster, { predict: ({ series }, context) => model.forecast(series, context.signal) })
 * await axon.listen()
 * ```
 */
export function createAxon(options: AxonOptions): Axon {
  return new NeuronAxon(options)
}

class NeuronAxon implements Axon {
  readonly #options: AxonOptions
  readonly #limits: AxonLimits
  readonly #clock: Clock
  readonly #replayStore: ReplayStore
  readonly #host: string
  readonly #transport: ServerTransport
  // The same, unless the transport was given.
  readonly #grpc: GrpcTransport | undefined
  readonly #dispatcher: Dispatcher
  readonly #signatures: SignaturePool
  readonly #gates: Gates
  readonly #anonymous: AnonymousGate
  readonly #refusalLog: RefusalLog
  readonly #protocols: Protocol[] = []
  #port: number
  #identity: TlsIdentity | undefined
  #state: 'new' | 'starting' | 'listening' | 'draining' | 'closed' = 'new'
  #closing: Promise<void> | undefined
  #isReflected = false

  constructor(options: AxonOptions) {
    const { signer, directory, host = '127.0.0.1', port, clock = systemClock, logger = silentLogger, metrics = noMetrics } = options
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The port of an axon must be an integer from 0 to 65535', {
        facts: { port: String(port) },
      })
    }
    assertTransportOptions(options)
    const limits = resolveLimits(options.limits)
    const windowMs = limits.maxAgeMs + limits.maxAheadMs
    const replayStore = options.replayStore ?? createMemoryReplayStore({ clock, retentionMs: windowMs + replaySlackMs })
    assertReplayRetention(replayStore, { maxAgeMs: limits.maxAgeMs, allowedSkewMs: limits.maxAheadMs })
    this.#options = options
    this.#limits = limits
    this.#clock = clock
    this.#replayStore = replayStore
    this.#host = host
    this.#port = port
    const anonymous = new AnonymousGate(limits)
    const refusalLog = new RefusalLog({ logger, clock })
    this.#identity = options.tls
    const { transport = defaultTransport } = options
    const isProxy = trustedAddresses(options.trustedProxies)
    this.#grpc = typeof transport === 'string' ? createGrpcTransport(transport, { limits, clock, refusalLog, metrics, isProxy }) : undefined
    // One of both is there: see the line above.
    this.#transport = typeof transport === 'string' ? (this.#grpc as GrpcTransport) : transport
    this.#anonymous = anonymous
    const signatures = createSignaturePool(options.signatures)
    const pooled = { ...options, signer: signatures.signer(signer) }
    const gates = createGates({ ...pooled, limits, replayStore, verify: (claim) => signatures.verify(claim), clock, metrics })
    this.#signatures = signatures
    this.#gates = gates
    this.#refusalLog = refusalLog
    this.#dispatcher = new Dispatcher({
      admission: gates.admission,
      receipts: { signer: pooled.signer, domain: { genesisHash: directory.genesisHash, netuid: directory.netuid } },
      refusalLog,
      limits,
      clock,
      logger,
      metrics,
    })
    const open = { gate: anonymous, timeoutMs: limits.anonymousCallMs }
    this.#transport.handle(
      AxonService.describe.path,
      anonymousHandler(
        AxonService.describe,
        () => describeAxon({ hotkey: signer.address, clock, limits, protocols: this.#protocols, profiles: gates.profiles }),
        { ...open, isRequestEmpty: true },
      ),
    )
    this.#transport.handle(
      AxonService.openSession.path,
      openSessionHandler({ opener: gates.opener, limits, isDraining: () => this.#dispatcher.isDraining, log: refusalLog, metrics }),
    )
    this.#transport.handle(
      HealthService.check.path,
      anonymousHandler(HealthService.check, ({ service }) => ({ status: this.#health(service) }), open),
    )
  }

  get endpoint(): AxonEndpoint {
    return { host: this.#host, port: this.#port }
  }

  get certificate(): NeuronCertificate | undefined {
    return this.#identity?.certificate
  }

  rotateTls(identity: TlsIdentity): void {
    if (this.#grpc === undefined || this.#options.insecure === true)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'This axon serves no TLS')
    this.#grpc.useTls(identity)
    this.#identity = identity
  }

  implement<P extends Protocol>(protocol: P, handlers: Handlers<P>): void {
    const { $service: service, $methods: methods } = protocol
    const facts = { service }
    if (this.#state !== 'new') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'implement() must be called before listen()', { facts })
    for (const { name } of methods) {
      if (typeof (handlers as Record<string, unknown>)[name] === 'function') continue
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `There is no handler for ${name}`, { facts })
    }
    for (const method of methods) {
      const handler = (handlers as Record<string, AnyHandler>)[method.name] as AnyHandler
      if (this.#transport.handle(method.path, this.#dispatcher.serve(method, handler.bind(handlers)))) continue
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `${service} is served already`, { facts })
    }
    this.#protocols.push(protocol)
  }

  async listen(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#state === 'closed' || this.#state === 'draining') throw new TensorKitError('CORE_CLOSED', 'The axon is closed')
    if (this.#state !== 'new') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The axon listens already')
    this.#state = 'starting'
    try {
      await initCrypto()
      await this.#prepareGrpc()
      this.#port = await this.#transport.listen({ host: this.#host, port: this.#port, signal: options.signal })
    } catch (error) {
      if (this.#isStarting()) this.#state = 'new'
      throw error
    }
    if (this.#isStarting()) await this.#waitForReplayMemory(options.signal)
    if (this.#isStarting()) {
      this.#state = 'listening'
      return
    }
    // Closed meanwhile, perhaps before there was a port to close.
    await this.#transport.shutdown(0)
    throw new TensorKitError('CORE_CLOSED', 'The axon was closed while it started')
  }

  /** What only gRPC has: a key for TLS, and reflection. */
  async #prepareGrpc(): Promise<void> {
    if (this.#grpc === undefined) return
    if (this.#options.insecure !== true) {
      this.#identity ??= await createTlsIdentity()
      this.#grpc.useTls(this.#identity)
    }
    if (this.#options.reflection !== true || this.#isReflected) return
    this.#isReflected = true
    const open = { gate: this.#anonymous, timeoutMs: this.#limits.anonymousCallMs }
    await serveReflection(this.#grpc, [AxonService, HealthService, ...this.#protocols], open)
  }

  /** A function, because the state changes while listen() waits, which the compiler does not expect. */
  #isStarting(): boolean {
    return this.#state === 'starting'
  }

  drain({ timeoutMs = defaultDrainMs }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#shutdown(timeoutMs)
    return this.#closing
  }

  close(): Promise<void> {
    if (this.#state === 'draining') return this.#transport.shutdown(0)
    this.#closing ??= this.#shutdown(0)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #shutdown(timeoutMs: number): Promise<void> {
    const untilMs = performance.now() + timeoutMs
    this.#state = 'draining'
    const idle = this.#dispatcher.drain()
    if (timeoutMs > 0) {
      let timer: NodeJS.Timeout | undefined
      await Promise.race([
        idle,
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, timeoutMs)
        }),
      ])
      clearTimeout(timer)
    }
    // The last replies may still be on their way; what is left of the time is theirs.
    await this.#transport.shutdown(Math.max(0, Math.min(untilMs - performance.now(), 1_000)))
    this.#gates.close()
    await this.#signatures.close()
    this.#refusalLog.flush()
    this.#state = 'closed'
  }

  /** Until the replay memory covers all that may be signed already, calls are refused: whoever awaits listen() need not know. */
  async #waitForReplayMemory(signal: AbortSignal | undefined): Promise<void> {
    const { completeSinceNs } = this.#replayStore
    if (completeSinceNs === undefined) return
    const waitMs = Number(completeSinceNs / 1_000_000n) + this.#limits.maxAheadMs + nonceLagMs - this.#clock.nowMs()
    if (waitMs <= 0) return
    try {
      await this.#clock.sleep(waitMs, signal)
    } catch (cause) {
      await this.close()
      throw new TensorKitError('CORE_ABORTED', 'Listening was aborted', { cause })
    }
  }

  #health(service: string): 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN' {
    const known = service === '' || service === AxonService.$service || this.#protocols.some(({ $service }) => $service === service)
    if (!known) return 'SERVICE_UNKNOWN'
    return this.#dispatcher.isDraining ? 'NOT_SERVING' : 'SERVING'
  }
}

function assertTransportOptions({ insecure, tls, transport, reflection }: AxonOptions): void {
  const stray = (text: string) => new TensorKitError('CORE_INVALID_ARGUMENT', text)
  if (insecure === true && tls !== undefined) throw stray('An axon serves TLS or plain text: `tls` and `insecure` exclude each other')
  if (transport === undefined || transport === 'http2' || transport === 'grpc-js') return
  if (typeof transport !== 'object') throw stray('The transport of an axon is `http2`, `grpc-js` or an object')
  if (tls !== undefined || insecure !== undefined || reflection === true)
    throw stray('`tls`, `insecure` and `reflection` are for gRPC: leave them out with a `transport`')
}
