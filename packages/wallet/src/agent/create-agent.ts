import { createServer, type Socket } from 'node:net'
import { type Clock, type Logger, type Signer, silentLogger, systemClock, TensorKitError } from '@tensorkit/core'
import { blake2b256 } from '@tensorkit/core/crypto'
import { errnoOf } from '../files/io-error.js'
import { serveConnection } from './agent-connection.js'
import { type AgentPermission, allPermissions, usualPermissions } from './permissions.js'
import type { AgentFailure, AgentReply, AgentRequest } from './protocol.js'
import { recogniseExtrinsic } from './recognise-extrinsic.js'
import { recogniseMessage } from './recognise-message.js'
import { groupId, preparePlace, protectSocket } from './socket-place.js'

/** Genesis of Bittensor's main network. */
const finney = '2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03'

/** What {@link createAgent} takes. */
export interface CreateAgentOptions {
  /** The path of the socket, at most 100 bytes. Its directory is made, 0700, if it is not there. */
  readonly socket: string
  /** The keys: hotkeys. One that is locked is unlocked at its first signature. */
  readonly signers: readonly Signer[]
  /** What it signs. @defaultValue requests, sessions, receipts and weights: what a neuron needs while it runs. */
  readonly allow?: readonly AgentPermission[]
  /**
   * The chains whose extrinsics it signs: their genesis hashes, 64 hex digits.
   *
   * @defaultValue Bittensor's main network alone
   */
  readonly genesisHashes?: readonly string[]
  /**
   * A group whose members may use it, by name; the socket is 0660 then, in a directory of 0750. One that is there already must be so: it is
   * not changed.
   *
   * @defaultValue only the same user
   */
  readonly group?: string
  /** @defaultValue none */
  readonly logger?: Logger
  /** @defaultValue the machine's clock */
  readonly clock?: Clock
  /** How far the time in what is signed may be from now, in ms. @defaultValue 30000 */
  readonly allowedSkewMs?: number
  /** @defaultValue 64 */
  readonly maxConnections?: number
  /** Signatures under way on a connection; more are refused as busy. @defaultValue 64 */
  readonly maxInFlight?: number
  /** How long a signature may take, in ms, unlocking included. @defaultValue 60000 */
  readonly signTimeoutMs?: number
  /** After how long an idle connection is closed, in ms; clients connect again by themselves. @defaultValue 600000 */
  readonly idleTimeoutMs?: number
  /** How long a frame may take to arrive, in ms. @defaultValue 10000 */
  readonly frameTimeoutMs?: number
}

/** An agent that runs. */
export interface Agent {
  readonly socket: string
  /** Takes no more requests, ends the connections and removes the socket. The signers stay as they are. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The longest payload that is signed as it is. Source: sp-runtime `SignedPayload::using_encoded`. */
const maxPlainBytes = 256

class Desk {
  readonly #keys: ReadonlyMap<string, Signer>
  readonly #allow: ReadonlySet<AgentPermission>
  readonly #genesisHashes: readonly string[]
  readonly #clock: Clock
  readonly #allowedSkewMs: number
  readonly #signTimeoutMs: number
  readonly #logger: Logger

  constructor(options: CreateAgentOptions) {
    const { signers, allow = usualPermissions, genesisHashes = [finney], clock = systemClock, allowedSkewMs = 30_000 } = options
    const unknown = allow.find((permission) => !allPermissions.includes(permission))
    if (unknown !== undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no such permission of an agent')
    if (!genesisHashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)))
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A genesis hash is 64 lower-case hex digits, without 0x')
    if (signers.length === 0 || signers.length > 1024) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'An agent has 1 to 1,024 keys')
    this.#keys = new Map(signers.map((signer) => [signer.address, signer]))
    this.#allow = new Set(allow)
    this.#genesisHashes = genesisHashes
    this.#clock = clock
    this.#allowedSkewMs = allowedSkewMs
    this.#signTimeoutMs = options.signTimeoutMs ?? 60_000
    this.#logger = options.logger ?? silentLogger
  }

  readonly answer = async (request: AgentRequest): Promise<AgentReply> => {
    const { id } = request
    if (request.op === 'keys') return { id, ok: true, keys: [...this.#keys.values()].map(({ address, scheme }) => ({ address, scheme })) }
    const signer = this.#keys.get(request.address)
    if (signer === undefined) return this.#no(id, 'unknown-key')
    const bytes = Buffer.from(request.data, 'base64')
    const permission = request.op === 'message' ? this.#message(bytes, signer) : recogniseExtrinsic(bytes, this.#genesisHashes)
    if (permission === undefined || !this.#allow.has(permission)) {
      this.#logger.warn({ key: signer.address, op: request.op, permission: permission ?? 'unknown' }, 'The agent refused to sign')
      return this.#no(id, 'refused')
    }
    const isHashed = request.op === 'extrinsic' && bytes.length > maxPlainBytes
    try {
      const signature = await this.#timed(signer.sign(isHashed ? blake2b256(bytes) : Uint8Array.from(bytes)))
      if (signature instanceof Uint8Array && signature.length === 64)
        return { id, ok: true, signature: Buffer.from(signature).toString('hex') }
    } catch (error) {
      const code = TensorKitError.isInstance(error) ? error.code : 'unknown'
      this.#logger.error({ key: signer.address, code }, 'The agent could not sign')
    }
    return this.#no(id, 'failed')
  }

  #message(bytes: Uint8Array, { address, scheme }: Signer): AgentPermission | undefined {
    return recogniseMessage(bytes, { address, scheme, nowMs: this.#clock.nowMs(), allowedSkewMs: this.#allowedSkewMs })
  }

  #no(id: number, failure: AgentFailure): AgentReply {
    return { id, ok: false, failure }
  }

  /** A signature, or the end of patience. */
  async #timed(signature: Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TensorKitError('CORE_TIMEOUT', 'The signature took too long')), this.#signTimeoutMs)
    })
    try {
      return await Promise.race([signature, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * Starts an agent that holds hotkeys and signs for other processes over a Unix socket, so that the neuron, which talks to the network,
 * cannot read them.
 *
 * It signs what it fully understands, in its key's own name and for now: signed requests, sessions, receipts, and the extrinsics of
 * weights. Never a transfer, never anything that it cannot read to the last byte. Who may ask is a matter of the file system: the same
 * user, or a group. Let it run as another user than the neuron, with `group`.
 *
 * @throws WALLET_AGENT_LISTEN_FAILED if the socket's place is taken, or open to others; CORE_INVALID_ARGUMENT; CORE_NOT_SUPPORTED on
 * Windows.
 * @example
 * ```ts
 * const signer = await keyFileSigner({ name: 'miner' })
 * const agent = await createAgent({ socket: '/run/tensorkit/agent.sock', signers: [signer], group: 'neurons' })
 * ```
 */
export async function createAgent(options: CreateAgentOptions): Promise<Agent> {
  const { socket, group, logger = silentLogger, maxConnections = 64 } = options
  if (process.platform === 'win32') throw new TensorKitError('CORE_NOT_SUPPORTED', 'There is no signing agent on Windows')
  const desk = new Desk(options)
  const limits = {
    maxInFlight: options.maxInFlight ?? 64,
    frameTimeoutMs: options.frameTimeoutMs ?? 10_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 600_000,
  }
  const gid = group === undefined ? undefined : await groupId(group, socket)
  await preparePlace(socket, gid)
  const open = new Set<Socket>()
  const server = createServer((connection) => {
    open.add(connection)
    connection.once('close', () => open.delete(connection))
    serveConnection(connection, { limits, logger, answer: desk.answer })
  })
  server.maxConnections = maxConnections
  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const connection of open) connection.destroy()
    await closed
  }
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(socket, () => {
        server.off('error', reject)
        resolve()
      })
    })
    server.on('error', (error) => logger.error({ reason: errnoOf(error) }, 'The socket of the agent failed'))
    await protectSocket(socket, gid)
  } catch (error) {
    await close()
    throw new TensorKitError('WALLET_AGENT_LISTEN_FAILED', 'The agent could not listen', { facts: { socket, reason: errnoOf(error) } })
  }
  return { socket, close, [Symbol.asyncDispose]: close }
}
