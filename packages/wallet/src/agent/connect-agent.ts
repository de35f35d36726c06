import { createConnection, type Socket } from 'node:net'
import { decodeSs58, type ExtrinsicPayload, type SignatureScheme, type Signer, type Ss58Address, TensorKitError } from '@tensorkit/core'
import { errnoOf } from '../files/io-error.js'
import { encodeFrame, FrameReader } from './frames.js'
import { type AgentKey, type AgentReply, parseReply } from './protocol.js'

/** What {@link connectAgent} takes. */
export interface ConnectAgentOptions {
  /** The path of the agent's socket. */
  readonly socket: string
  /** Which of its keys. @defaultValue the only one that it holds */
  readonly address?: Ss58Address
  /** How long a signature may take, in ms, connecting included. @defaultValue 15000: the first one may unlock the key */
  readonly timeoutMs?: number
  /** Signatures under way; more are refused with CORE_BUSY. @defaultValue 64, as many as an agent takes */
  readonly maxInFlight?: number
  /** Of the connecting. */
  readonly signal?: AbortSignal
}

/** A signer whose secret is in an agent. It connects again by itself after the agent was restarted. */
export interface AgentSigner extends Signer {
  sign(message: Uint8Array): Promise<Uint8Array>
  signExtrinsic(payload: ExtrinsicPayload): Promise<Uint8Array>
  /** Ends the connection; what is under way fails with CORE_CLOSED. */
  close(): void
  [Symbol.dispose](): void
}

type Ask = { readonly op: 'keys' } | { readonly op: 'message' | 'extrinsic'; readonly address: string; readonly data: string }

interface Waiting {
  readonly resolve: (reply: AgentReply) => void
  readonly reject: (error: unknown) => void
}

/** One socket at a time, and the requests on it. */
class AgentClient {
  readonly #path: string
  readonly #timeoutMs: number
  readonly #maxInFlight: number
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | undefined
  #nextId = 0
  #isClosed = false

  constructor({ socket, timeoutMs = 15_000, maxInFlight = 64 }: ConnectAgentOptions) {
    this.#path = socket
    this.#timeoutMs = timeoutMs
    this.#maxInFlight = maxInFlight
  }

  ask(request: Ask, signal?: AbortSignal): Promise<AgentReply> {
    if (this.#isClosed) return Promise.reject(new TensorKitError('CORE_CLOSED', 'The connection to the agent was closed'))
    if (signal?.aborted) return Promise.reject(new TensorKitError('CORE_ABORTED', 'Asking the agent was aborted'))
    if (this.#waiting.size >= this.#maxInFlight)
      return Promise.reject(
        new TensorKitError('CORE_BUSY', 'Too many signatures wait for the agent', { facts: { maxInFlight: this.#maxInFlight } }),
      )
    const id = this.#nextId++
    return new Promise<AgentReply>((resolve, reject) => {
      const late = () =>
        settle(() =>
          reject(new TensorKitError('CORE_TIMEOUT', 'The agent did not answer in time', { facts: { timeoutMs: this.#timeoutMs } })),
        )
      const onAbort = () => settle(() => reject(new TensorKitError('CORE_ABORTED', 'Asking the agent was aborted')))
      const timer = setTimeout(late, this.#timeoutMs)
      const settle = (run: () => void) => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', onAbort)
        this.#waiting.delete(id)
        // An idle connection keeps no process alive.
        if (this.#waiting.size === 0) this.#socket?.unref()
        run()
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.set(id, {
        resolve: (reply) => settle(() => resolve(reply)),
        reject: (error) => settle(() => reject(error)),
      })
      const socket = this.#connected()
      socket.ref()
      socket.write(encodeFrame({ id, ...request }))
    })
  }

  close(): void {
    this.#isClosed = true
    this.#fail(new TensorKitError('CORE_CLOSED', 'The connection to the agent was closed'))
  }

  #connected(): Socket {
    if (this.#socket !== undefined) return this.#socket
    const socket = createConnection(this.#path)
    const reader = new FrameReader()
    const lost = (reason?: string) => {
      if (this.#socket !== socket) return
      const facts = { socket: this.#path, reason }
      this.#fail(new TensorKitError('WALLET_AGENT_UNREACHABLE', 'The signing agent cannot be reached', { facts }))
    }
    socket.on('error', (error) => lost(errnoOf(error)))
    socket.on('close', () => lost('it closed the connection'))
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const value of reader.push(chunk)) {
          const reply = parseReply(value)
          if (reply === undefined) throw new RangeError('no reply')
          this.#waiting.get(reply.id)?.resolve(reply)
        }
      } catch {
        this.#fail(
          new TensorKitError('WALLET_AGENT_FAILED', 'What answers on the socket is no signing agent', { facts: { socket: this.#path } }),
        )
      }
    })
    this.#socket = socket
    return socket
  }

  /** Ends the connection; the next request makes another one. */
  #fail(error: TensorKitError): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.destroy()
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error)
  }
}

class RemoteSigner implements AgentSigner {
  readonly address: Ss58Address
  readonly publicKey: Uint8Array
  readonly scheme: SignatureScheme
  readonly #client: AgentClient

  constructor({ address, scheme }: AgentKey, client: AgentClient) {
    this.address = address
    this.publicKey = decodeSs58(address)
    this.scheme = scheme
    this.#client = client
  }

  readonly sign = (message: Uint8Array): Promise<Uint8Array> => this.#sign('message', message)
  readonly signExtrinsic = ({ bytes }: ExtrinsicPayload): Promise<Uint8Array> => this.#sign('extrinsic', bytes)

  close(): void {
    this.#client.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #sign(op: 'message' | 'extrinsic', bytes: Uint8Array): Promise<Uint8Array> {
    if (!(bytes instanceof Uint8Array)) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A message to sign must be a Uint8Array')
    // The agent would drop the connection.
    if (bytes.length > 64 * 1024) throw new TensorKitError('WALLET_SIGN_REFUSED', 'The signing agent signs at most 64 KiB')
    const reply = await this.#client.ask({ op, address: this.address, data: Buffer.from(bytes).toString('base64') })
    if (reply.ok && 'signature' in reply) return Uint8Array.from(Buffer.from(reply.signature, 'hex'))
    throw failureOf(reply)
  }
}

function failureOf(reply: AgentReply): TensorKitError {
  const failure = reply.ok ? 'malformed' : reply.failure
  if (failure === 'refused') return new TensorKitError('WALLET_SIGN_REFUSED', 'The signing agent does not sign this')
  if (failure === 'busy') return new TensorKitError('CORE_BUSY', 'The signing agent is busy')
  return new TensorKitError('WALLET_AGENT_FAILED', 'The signing agent did not sign', { facts: { failure } })
}

/**
 * A signer whose secret is in a signing agent, for wherever a hotkey is taken: axon, dendrite, subtensor.
 *
 * @throws WALLET_AGENT_UNREACHABLE if nobody listens, or this user may not connect; WALLET_NOT_FOUND if the agent does not hold the key;
 * CORE_INVALID_ARGUMENT if it holds several and none was named; WALLET_AGENT_FAILED; CORE_TIMEOUT; CORE_ABORTED. Its signatures reject with
 * WALLET_SIGN_REFUSED for what the agent does not sign, and the same codes.
 * @example
 * ```ts
 * const hotkey = await connectAgent({ socket: '/run/tensorkit/agent.sock' })
 * ```
 */
export async function connectAgent(options: ConnectAgentOptions): Promise<AgentSigner> {
  const client = new AgentClient(options)
  try {
    const reply = await client.ask({ op: 'keys' }, options.signal)
    if (!reply.ok || !('keys' in reply)) throw failureOf(reply)
    const { keys } = reply
    const { address = keys.length === 1 ? keys[0]?.address : undefined } = options
    if (address === undefined)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The agent holds several keys: name one by its address', {
        facts: { keys: keys.length },
      })
    const key = keys.find((held) => held.address === address)
    if (key === undefined) throw new TensorKitError('WALLET_NOT_FOUND', 'The agent does not hold this key', { facts: { address } })
    return new RemoteSigner(key, client)
  } catch (error) {
    client.close()
    throw error
  }
}
