import { type Logger, TensorKitError } from '@tensorkit/core'
import { type BlockTime, defaultGenesisTimeMs, virtualTime, wallTime } from '../block/block-time.js'
import { Chain } from '../block/chain.js'
import type { PoolLimits } from '../pool/pool-limits.js'
import { allMethods } from '../rpc/methods/all-methods.js'
import { defaultRpcLimits, type RpcLimits } from '../rpc/rpc-limits.js'
import { RpcServer } from '../rpc/rpc-server.js'
import type { Runtime } from '../runtime/runtime.js'
import { Sealer } from './sealer.js'
import type { Sealing } from './sealing.js'

/** What {@link startNode} starts. */
export interface NodeOptions {
  readonly runtime: Runtime
  readonly host: string
  readonly port: number
  readonly allowRemote: boolean
  readonly allowedOrigins: readonly string[]
  readonly sealing: Sealing
  readonly genesisTimeMs?: number | undefined
  readonly keepBlocks?: number | undefined
  readonly poolLimits?: Partial<PoolLimits> | undefined
  readonly rpcLimits?: Partial<RpcLimits> | undefined
  readonly version: string
  readonly logger: Logger
}

/** A chain, what seals it, and what serves it. */
export interface Node {
  readonly chain: Chain
  readonly sealer: Sealer
  readonly server: RpcServer
}

/**
 * Starts a node over any runtime.
 *
 * @throws CORE_INVALID_ARGUMENT, LOCALNET_REMOTE_REFUSED, LOCALNET_ADDRESS_IN_USE, LOCALNET_LISTEN_FAILED
 */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { runtime, sealing, logger, host, port, allowRemote, allowedOrigins, version } = options
  requireInteger('port', port, 0, 65_535)
  if (typeof sealing === 'object') {
    // The longest delay that a timer of Node takes.
    requireInteger('sealing.intervalMs', sealing.intervalMs, 1, 0x7fff_ffff)
  } else if (sealing !== 'manual' && sealing !== 'instant') {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'sealing must be manual, instant or { intervalMs }', { facts: { sealing } })
  }
  if (options.keepBlocks !== undefined) requireInteger('keepBlocks', options.keepBlocks, 1, Number.MAX_SAFE_INTEGER)
  const chain = new Chain({
    runtime,
    time: blockTime(sealing, options.genesisTimeMs ?? defaultGenesisTimeMs),
    ...(options.keepBlocks !== undefined && { keepBlocks: options.keepBlocks }),
    ...(options.poolLimits && { poolLimits: options.poolLimits }),
  })
  const sealer = new Sealer({ chain, sealing, logger })
  try {
    const server = await RpcServer.listen({
      methods: allMethods({ chain, sealer, info: { version } }),
      host,
      port,
      access: { allowRemote, allowedOrigins },
      limits: { ...defaultRpcLimits, ...options.rpcLimits },
      logger,
    })
    return { chain, sealer, server }
  } catch (error) {
    sealer.close()
    throw error
  }
}

/** Real time only where blocks come by real time. */
function blockTime(sealing: Sealing, genesisTimeMs: number): BlockTime {
  requireInteger('genesisTimeMs', genesisTimeMs, 0, 8.64e15)
  return typeof sealing === 'object' ? wallTime(Date.now) : virtualTime(genesisTimeMs)
}

function requireInteger(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be an integer from ${min} to ${max}`, { facts: { [name]: value } })
}
