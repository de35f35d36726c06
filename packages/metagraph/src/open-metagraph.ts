import { type NetUid, netUid, type SignatureScheme, TensorKitError } from '@tensorkit/core'
import type { Subtensor, WaitOptions } from '@tensorkit/subtensor'
import { decodeSnapshot } from './decode-snapshot.js'
import type { Metagraph, SubscribeMetagraphOptions } from './metagraph.js'
import type { MetagraphSnapshot } from './metagraph-snapshot.js'

/** What {@link openMetagraph} takes. */
export interface OpenMetagraphOptions extends WaitOptions {
  /** The connection; it stays the caller's to close. */
  readonly subtensor: Subtensor
  readonly netuid: number
  /**
   * The scheme of the subnet's hotkeys, which the chain does not tell.
   *
   * @defaultValue `'sr25519'`: what all of Bittensor's tools make
   */
  readonly scheme?: SignatureScheme | undefined
  /**
   * Whether each sync reads the TLS keys that neurons published, one request more (three, where there are any).
   *
   * @defaultValue true: a dendrite holds an axon to the key that it published
   */
  readonly certificates?: boolean | undefined
}

/**
 * Reads a subnet and follows it.
 *
 * @returns The metagraph with its first snapshot.
 * @throws METAGRAPH_NOT_FOUND if there is no such subnet; CHAIN_INCOMPATIBLE; the connection's errors.
 *
 * @example
 * ```ts
 * const metagraph = await openMetagraph({ subtensor, netuid: 2 })
 * for (const miner of metagraph.snapshot.miners()) console.log(miner.uid, miner.incentiveRatio)
 * ```
 *
 * Source: runtime API `SubnetInfoRuntimeApi.get_metagraph`; storage `SubtensorModule.ValidatorTrust` and
 * `NeuronCertificates` of the same block.
 */
export async function openMetagraph(options: OpenMetagraphOptions): Promise<Metagraph> {
  const { subtensor, scheme = 'sr25519', certificates = true } = options
  const netuid = netUid(options.netuid)
  const read = (wait: WaitOptions) => readSnapshot({ subtensor, netuid, scheme, certificates }, wait)
  let snapshot = await read({ signal: options.signal, timeoutMs: options.timeoutMs })
  const sync = async (wait: WaitOptions = {}): Promise<MetagraphSnapshot> => {
    const next = await read(wait)
    // Two at once may end in any order; a directory never goes back in time.
    if (next.block >= snapshot.block) snapshot = next
    return next
  }
  return {
    netuid,
    genesisHash: subtensor.genesisHash,
    get snapshot() {
      return snapshot
    },
    get block() {
      return snapshot.block
    },
    get syncedAtMs() {
      return snapshot.syncedAtMs
    },
    get: (hotkey) => snapshot.get(hotkey),
    all: () => snapshot.all(),
    sync,
    subscribe: (subscription = {}) => follow({ subtensor, netuid, sync, current: () => snapshot }, subscription),
  }
}

async function readSnapshot(
  source: {
    readonly subtensor: Subtensor
    readonly netuid: NetUid
    readonly scheme: SignatureScheme
    readonly certificates: boolean
  },
  wait: WaitOptions,
): Promise<MetagraphSnapshot> {
  const { subtensor, netuid, scheme } = source
  const { number: block, hash } = await subtensor.getHead(wait)
  const at = { ...wait, at: hash as `0x${string}` }
  const [answer, trust, certificates] = await Promise.all([
    subtensor.client.backend.runtimeCall('SubnetInfoRuntimeApi', 'get_metagraph', [netuid], hash, at),
    subtensor.client.backend.storage([{ pallet: 'SubtensorModule', item: 'ValidatorTrust', keys: [netuid] }], hash, at),
    source.certificates ? subtensor.getCertificates({ ...at, netuid }) : undefined,
  ])
  return decodeSnapshot({
    metagraph: answer,
    validatorTrust: trust[0],
    netuid,
    genesisHash: subtensor.genesisHash,
    block,
    blockHash: hash,
    syncedAtMs: Date.now(),
    scheme,
    certificates,
  })
}

interface Followed {
  readonly subtensor: Subtensor
  readonly netuid: NetUid
  readonly sync: (wait: WaitOptions) => Promise<MetagraphSnapshot>
  readonly current: () => MetagraphSnapshot
}

async function* follow(followed: Followed, options: SubscribeMetagraphOptions): AsyncGenerator<MetagraphSnapshot, void, undefined> {
  const { every = 'block', signal } = options
  const { subtensor, netuid, sync } = followed
  let epoch: number | undefined
  let told: string | undefined
  // One head is kept: a reader that was busy wants the newest.
  for await (const head of subtensor.subscribeHeads({ signal, capacity: 1 })) {
    try {
      if (every === 'epoch') {
        const status = await subtensor.getEpochStatus({ netuid, signal, at: head.hash as `0x${string}` })
        const isNew = status.epoch !== epoch
        epoch = status.epoch
        if (!isNew) continue
      }
      // A snapshot is of the best block, which may be newer than the head that announced it: that one's turn is over then.
      if (head.hash === told) continue
      const snapshot = await sync({ signal })
      if (snapshot.blockHash === told) continue
      told = snapshot.blockHash
      yield snapshot
    } catch (error) {
      if (signal?.aborted) return
      if (!TensorKitError.isInstance(error) || !error.retryable) throw error
    }
  }
}
