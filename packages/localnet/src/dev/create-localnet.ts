import { type BlockNumber, blockNumber, type Logger, silentLogger, TensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { version } from '../../package.json'
import type { Block } from '../block/block.js'
import type { Chain } from '../block/chain.js'
import { createRuntime } from '../runtime/create-runtime.js'
import type { Sealing } from './sealing.js'
import { startNode } from './start-node.js'

/** What {@link createLocalnet} takes. */
export interface LocalnetOptions {
  /** TCP port. @defaultValue 0, which takes a free one, so that tests can run side by side. */
  readonly port?: number
  /** Address to listen on. @defaultValue `127.0.0.1`: the chain's keys are known to everybody. */
  readonly host?: string
  /** Whether `host` may be other than loopback; the Host header is then not checked. @defaultValue false */
  readonly allowRemote?: boolean
  /** Origins of web pages that may connect, besides pages on loopback, such as `https://polkadot.js.org`. @defaultValue none */
  readonly allowedOrigins?: readonly string[]
  /**
   * When blocks are sealed. `manual`: by {@link Localnet.mine} alone. `instant`: as soon as an extrinsic is ready.
   * `{ intervalMs }`: by the wall clock, 12,000 as on mainnet or 250 as on subtensor's fast localnet.
   *
   * @defaultValue `manual`, which gives the same chain on every machine.
   */
  readonly sealing?: Sealing
  /** Whether loopback addresses of axons are refused, as on mainnet. @defaultValue false, so that a subnet runs on one machine. */
  readonly strict?: boolean
  /**
   * Where virtual time starts, unix ms: block n says it is at this + n x 12,000. Of no effect with `intervalMs`, where
   * blocks take the wall clock. @defaultValue 2026-01-01T00:00:00Z, a constant, so that block hashes repeat.
   */
  readonly genesisTimeMs?: number
  /** How many blocks' states and bodies are kept. @defaultValue all of them */
  readonly keepBlocks?: number
  /** Closes the localnet when it aborts. */
  readonly signal?: AbortSignal
  /** @defaultValue silent */
  readonly logger?: Logger
}

/** The number and hash of a block. */
export interface BlockId {
  readonly number: BlockNumber
  /** Hex with 0x. */
  readonly hash: string
}

/** A running development chain. */
export interface Localnet extends AsyncDisposable {
  /** WebSocket address of the JSON-RPC server. */
  readonly url: string
  /** HTTP address of the same server. */
  readonly httpUrl: string
  /** The TCP port that is open. */
  readonly port: number
  /** Hash of block 0, hex with 0x. */
  readonly genesisHash: string
  /** The head, which is final. */
  readonly block: BlockId
  /**
   * Seals blocks now, in any mode of sealing.
   *
   * @param count - 1 to 100,000. @defaultValue 1
   * @returns The last one.
   * @throws CORE_INVALID_ARGUMENT, CORE_ABORTED, CORE_CLOSED, LOCALNET_BLOCK_FAILED
   */
  mine(count?: number, options?: { readonly signal?: AbortSignal }): Promise<BlockId>
  /** A raw storage value at the head. @param key - Hex with 0x. */
  readStorage(key: string): Uint8Array | undefined
  /**
   * Calls a runtime API at the head, such as `AccountNonceApi_account_nonce`: SCALE in, SCALE out.
   *
   * @throws LOCALNET_NOT_MODELLED; CORE_INVALID_ARGUMENT if the arguments cannot be decoded.
   */
  callRuntime(name: string, args: Uint8Array): Uint8Array
  /** Stops sealing and closes the port and all connections. Can be called again. */
  close(): Promise<void>
}

/**
 * Starts a Bittensor chain in this process, for development and tests.
 *
 * Any Substrate client connects to its address unchanged. Blocks are final as soon as they are sealed. It keeps everything
 * in memory and ends with the process.
 *
 * @throws CORE_INVALID_ARGUMENT, CORE_ABORTED, LOCALNET_ADDRESS_IN_USE, LOCALNET_REMOTE_REFUSED, LOCALNET_LISTEN_FAILED
 * @example
 * ```ts
 * const localnet = await createLocalnet({ sealing: { intervalMs: 250 } })
 * console.log(localnet.url)
 * await localnet.close()
 * ```
 */
export async function createLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
  const {
    port = 0,
    host = '127.0.0.1',
    allowRemote = false,
    allowedOrigins = [],
    sealing = 'manual',
    strict = false,
    logger = silentLogger,
    signal,
  } = options
  assertNotAborted(signal)
  await initCrypto()
  const { chain, sealer, server } = await startNode({
    runtime: createRuntime({ allowLoopback: !strict, ...slotOf(sealing) }),
    host,
    port,
    allowRemote,
    allowedOrigins,
    sealing,
    genesisTimeMs: options.genesisTimeMs,
    keepBlocks: options.keepBlocks,
    version,
    logger,
  })
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    signal?.removeEventListener('abort', onAbort)
    sealer.close()
    closing ??= server.close()
    return closing
  }
  const onAbort = (): void => void close()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) {
    await close()
    assertNotAborted(signal)
  }
  const authority = `${host.includes(':') ? `[${host}]` : host}:${server.port}`
  return {
    url: `ws://${authority}`,
    httpUrl: `http://${authority}`,
    port: server.port,
    genesisHash: chain.genesis.hash,
    get block() {
      return blockId(chain.head)
    },
    mine: async (count = 1, { signal: mineSignal } = {}) => blockId(await sealer.mine(count, mineSignal)),
    readStorage: (key) => chain.stateAt(chain.head).get(key.toLowerCase()),
    callRuntime: (name, args) => callRuntime(chain, name, args),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** What clients read as the time of a block. An interval that is no whole number is refused where the node starts. */
const slotOf = (sealing: Sealing): { readonly slotMs?: number } =>
  typeof sealing === 'object' && Number.isSafeInteger(sealing.intervalMs) ? { slotMs: sealing.intervalMs } : {}

function assertNotAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new TensorKitError('CORE_ABORTED', 'The start of the localnet was aborted', { cause: signal.reason })
}

function callRuntime(chain: Chain, name: string, args: Uint8Array): Uint8Array {
  try {
    return chain.runtime.call(chain.stateAt(chain.head), name, args, chain.contextAt(chain.head))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The arguments of the runtime call cannot be decoded', {
      cause: error,
      facts: { call: name },
    })
  }
}

function blockId(block: Block): BlockId {
  return { number: blockNumber(block.number), hash: block.hash }
}
