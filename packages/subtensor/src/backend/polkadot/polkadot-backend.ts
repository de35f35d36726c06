import { type Signer, TensorKitError } from '@tensorkit/core'
import type {
  Block,
  BlockRef,
  ChainBackend,
  ChainCall,
  ChainEvent,
  ChainValue,
  DeclaredError,
  DispatchFailure,
  MapReadOptions,
  NodeTime,
  SignedExtrinsic,
  StorageEntry,
  StorageRead,
  WaitOptions,
} from '../chain-backend.js'
import { RpcError } from '../rpc-error.js'
import { readNodeTime } from './node-time.js'
import { readStorageMap } from './read-storage-map.js'
import { bytesToHex, hexToBytes, Runtime, type RuntimeSource, type RuntimeVersion } from './runtime.js'
import { signExtrinsic } from './sign-extrinsic.js'
import { WsConnection, type WsConnectionOptions } from './ws-connection.js'

/** Runtimes kept at once: now, and a few of the past for reads of old blocks. */
const MAX_RUNTIMES = 4
/** Blocks whose runtime version is remembered. */
const MAX_KNOWN_BLOCKS = 512

interface HeaderJson {
  readonly number: string
  readonly parentHash: string
}

/** The chain backend on @polkadot/api: an ApiPromise for each runtime encodes and decodes, a socket of its own carries the requests. */
export class PolkadotBackend implements ChainBackend {
  readonly endpoint: string
  readonly #url: URL
  readonly #rpc: WsConnection
  readonly #runtimes = new Map<number, Promise<Runtime>>()
  readonly #specVersions = new Map<string, number>()
  #chain: RuntimeSource['chain'] | undefined
  #current: Runtime | undefined
  /** What the node last told without being asked. */
  #announced: RuntimeVersion | undefined

  private constructor(options: WsConnectionOptions, rpc: WsConnection) {
    this.endpoint = options.endpoint
    this.#url = options.url
    this.#rpc = rpc
  }

  /** @throws CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_INCOMPATIBLE or CORE_ABORTED. */
  static async open(options: WsConnectionOptions, signal?: AbortSignal): Promise<PolkadotBackend> {
    const rpc = await WsConnection.open(options, signal)
    const backend = new PolkadotBackend(options, rpc)
    rpc.onReconnect = () => backend.#afterReconnect()
    try {
      await backend.#start(signal)
      return backend
    } catch (error) {
      await backend.close()
      throw error
    }
  }

  onClosed(listener: (reason: TensorKitError) => void): () => void {
    return this.#rpc.onClosed(listener)
  }

  get genesisHash(): string {
    return bareHash(this.#known().genesisHash)
  }

  get specName(): string {
    return this.#runtime().version.specName
  }

  get specVersion(): number {
    return this.#runtime().version.specVersion
  }

  async head(finality: 'best' | 'finalized', wait?: WaitOptions): Promise<BlockRef> {
    const hash = String(await this.#rpc.request(finality === 'best' ? 'chain_getBlockHash' : 'chain_getFinalizedHead', [], wait))
    const header = (await this.#rpc.request('chain_getHeader', [hash], wait)) as HeaderJson | null
    if (!header) throw new TensorKitError('CHAIN_NOT_FOUND', 'The node does not know the block that it named', { facts: { hash } })
    return { number: Number(header.number), hash }
  }

  async blockHash(block: number, wait?: WaitOptions): Promise<string | undefined> {
    const hash = await this.#rpc.request('chain_getBlockHash', [block], wait)
    return typeof hash === 'string' && !/^0x0*$/.test(hash) ? hash : undefined
  }

  async storage(reads: readonly StorageRead[], at: string, wait?: WaitOptions): Promise<ChainValue[]> {
    const runtime = await this.#runtimeAt(at, wait)
    const accesses = reads.map((read) => runtime.storage(read))
    const keys = [...new Set(accesses.map(({ key }) => key))]
    const [set] = (await this.#rpc.request('state_queryStorageAt', [keys, at], wait)) as [
      { changes: [string, string | null][] } | undefined,
    ]
    const values = new Map(set?.changes ?? [])
    return accesses.map((access) => access.decode(values.get(access.key) ?? null))
  }

  async storageMap(read: StorageRead, at: string, options: MapReadOptions): Promise<readonly StorageEntry[]> {
    return readStorageMap({ rpc: this.#rpc, runtime: await this.#runtimeAt(at, options), read, at }, options)
  }

  async runtimeCall(api: string, method: string, args: readonly ChainValue[], at: string, wait?: WaitOptions): Promise<ChainValue> {
    const runtime = await this.#runtimeAt(at, wait)
    return runtime.decodeResult(api, method, await this.#call(runtime, api, method, args, at, wait))
  }

  async runtimeCallRaw(api: string, method: string, args: readonly ChainValue[], at: string, wait?: WaitOptions): Promise<Uint8Array> {
    return this.#call(await this.#runtimeAt(at, wait), api, method, args, at, wait)
  }

  hasRuntimeCall(api: string, method: string): boolean {
    return this.#runtime().hasMethod(api, method)
  }

  async block(hash: string, wait?: WaitOptions): Promise<Block> {
    const found = (await this.#rpc.request('chain_getBlock', [hash], wait)) as {
      block: { header: HeaderJson; extrinsics: string[] }
    } | null
    if (!found) throw new TensorKitError('CHAIN_NOT_FOUND', 'There is no such block', { facts: { hash } })
    const { header, extrinsics } = found.block
    return { number: Number(header.number), hash, parentHash: header.parentHash, extrinsics }
  }

  async events(hash: string, wait?: WaitOptions): Promise<readonly ChainEvent[]> {
    const runtime = await this.#runtimeAt(hash, wait)
    const { key } = runtime.storage({ pallet: 'System', item: 'Events' })
    return runtime.events((await this.#rpc.request('state_getStorage', [key, hash], wait)) as string | null)
  }

  async nextNonce(address: string, wait?: WaitOptions): Promise<number> {
    return Number(await this.#rpc.request('system_accountNextIndex', [address], wait))
  }

  async sign(
    call: ChainCall,
    signer: Signer,
    options: { readonly nonce: number; readonly periodBlocks: number } & WaitOptions,
  ): Promise<SignedExtrinsic> {
    const birth = await this.#birth(options)
    return signExtrinsic(this.#runtime(), call, signer, {
      nonce: options.nonce,
      periodBlocks: options.periodBlocks,
      birth,
    })
  }

  async submit(hex: string, wait?: WaitOptions): Promise<void> {
    await this.#rpc.request('author_submitExtrinsic', [hex], wait)
  }

  onHead(finality: 'best' | 'finalized', listener: (head: BlockRef) => void, wait?: WaitOptions): Promise<() => void> {
    const kind = finality === 'best' ? 'NewHeads' : 'FinalizedHeads'
    return this.#rpc.subscribe(
      {
        subscribe: `chain_subscribe${kind}`,
        unsubscribe: `chain_unsubscribe${kind}`,
        notification: finality === 'best' ? 'chain_newHead' : 'chain_finalizedHead',
      },
      (header) => listener(this.#runtime().header(header)),
      wait,
    )
  }

  nodeTime(wait?: WaitOptions): Promise<NodeTime | undefined> {
    return readNodeTime(this.#url, wait)
  }

  dispatchFailure(error: ChainValue): DispatchFailure {
    return this.#runtime().dispatchFailure(error)
  }

  declaredErrors(): readonly DeclaredError[] {
    return this.#runtime().declaredErrors()
  }

  close(): Promise<void> {
    return this.#rpc.close()
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const wait = { signal }
    const ask = (method: string, params: readonly unknown[] = []) => this.#rpc.request(method, params, wait)
    const methods = {
      subscribe: 'state_subscribeRuntimeVersion',
      unsubscribe: 'state_unsubscribeRuntimeVersion',
      notification: 'state_runtimeVersion',
    }
    const [genesisHash, version, system_chain, system_properties, rpc_methods, metadata] = await Promise.all([
      ask('chain_getBlockHash', [0]).then(String),
      ask('state_getRuntimeVersion').then(toVersion),
      ask('system_chain'),
      ask('system_properties'),
      ask('rpc_methods'),
      this.#fetchMetadata(undefined, wait),
      this.#rpc.subscribe(methods, (next) => this.#onVersion(toVersion(next)), wait),
    ])
    this.#chain = { genesisHash, system_chain, system_properties, rpc_methods }
    this.#current = await this.#load(version, () => Promise.resolve(metadata))
    // An upgrade may have come meanwhile.
    if (this.#announced) this.#onVersion(this.#announced)
  }

  async #afterReconnect(): Promise<void> {
    const genesis = bareHash(String(await this.#rpc.request('chain_getBlockHash', [0])))
    // Another chain answers at the endpoint: nothing that this client knows is true there.
    if (genesis !== this.genesisHash) {
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'Another chain answers at the endpoint after a reconnect', {
        facts: { endpoint: this.endpoint, expected: this.genesisHash, found: genesis },
        remedy: 'Restart, so that everything is read from the chain that runs now.',
      })
    }
  }

  #onVersion(version: RuntimeVersion): void {
    this.#announced = version
    if (!this.#current || version.specVersion === this.#current.version.specVersion) return
    // Until it is loaded, the old one serves; extrinsics signed by it are refused by the pool as BadProof.
    this.#load(version, () => this.#fetchMetadata(undefined, undefined)).then(
      (runtime) => {
        this.#current = runtime
      },
      () => {},
    )
  }

  #known(): RuntimeSource['chain'] {
    if (!this.#chain) throw new TensorKitError('CORE_INTERNAL', 'The chain is not known yet')
    return this.#chain
  }

  #runtime(): Runtime {
    if (!this.#current) throw new TensorKitError('CORE_INTERNAL', 'The runtime is not loaded')
    return this.#current
  }

  async #runtimeAt(hash: string, wait: WaitOptions | undefined): Promise<Runtime> {
    const known = this.#specVersions.get(hash)
    const version = known === undefined ? toVersion(await this.#rpc.request('state_getRuntimeVersion', [hash], wait)) : undefined
    const specVersion = known ?? version?.specVersion ?? 0
    if (version) remember(this.#specVersions, hash, specVersion, MAX_KNOWN_BLOCKS)
    const current = this.#runtime()
    if (current.version.specVersion === specVersion) return current
    return this.#load(version ?? toVersion(await this.#rpc.request('state_getRuntimeVersion', [hash], wait)), () =>
      this.#fetchMetadata(hash, wait),
    )
  }

  #load(version: RuntimeVersion, fetchMetadata: () => Promise<string>): Promise<Runtime> {
    const loaded = this.#runtimes.get(version.specVersion)
    if (loaded) return loaded
    const loading = fetchMetadata().then((metadata) => Runtime.load({ metadata, version, chain: this.#known() }))
    remember(this.#runtimes, version.specVersion, loading, MAX_RUNTIMES)
    loading.catch(() => this.#runtimes.delete(version.specVersion))
    return loading
  }

  async #fetchMetadata(at: string | undefined, wait: WaitOptions | undefined): Promise<string> {
    const params = at === undefined ? [] : [at]
    // 15 is the first version that describes runtime APIs.
    const answer = await this.#rpc
      .request('state_call', ['Metadata_metadata_at_version', '0x0f000000', ...params], wait)
      .catch((error: unknown) => {
        if (error instanceof RpcError) return '0x00'
        throw error
      })
    const result = hexToBytes(String(answer))
    // Option<OpaqueMetadata>: a 1, then a compact length, then the metadata itself.
    const start = 1 + (result[0] === 1 ? compactLengthBytes(result[1] ?? 0) : 0)
    const magic = Buffer.from(result.subarray(start, start + 4)).toString()
    if (magic !== 'meta')
      throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The node offers no metadata of version 15', { facts: { endpoint: this.endpoint } })
    return bytesToHex(result.subarray(start))
  }

  async #call(
    runtime: Runtime,
    api: string,
    method: string,
    args: readonly ChainValue[],
    at: string,
    wait: WaitOptions | undefined,
  ): Promise<Uint8Array> {
    const input = runtime.encodeArguments(api, method, args)
    return hexToBytes(String(await this.#rpc.request('state_call', [`${api}_${method}`, input, at], wait)))
  }

  /** The block from which an extrinsic lives: finalised, unless finality lags so far that the era would be half gone. */
  async #birth(options: { readonly periodBlocks: number } & WaitOptions): Promise<BlockRef> {
    const wait = { signal: options.signal, timeoutMs: options.timeoutMs }
    const [finalized, best] = await Promise.all([this.head('finalized', wait), this.head('best', wait)])
    return best.number - finalized.number > options.periodBlocks / 2 ? best : finalized
  }
}

function toVersion(value: unknown): RuntimeVersion {
  const { specName, specVersion } = value as { specName: unknown; specVersion: unknown }
  return { specName: String(specName).slice(0, 64), specVersion: Number(specVersion), json: value }
}

/** @param hash - With 0x. */
const bareHash = (hash: string): string => hash.replace(/^0x/, '').toLowerCase()

/** How many bytes a SCALE compact integer takes, from its first byte. */
const compactLengthBytes = (first: number): number => [1, 2, 4, (first >> 2) + 5][first & 3] as number

/** Adds to a map that forgets its oldest entry beyond a size. */
function remember<K, V>(map: Map<K, V>, key: K, value: V, max: number): void {
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= max) break
    map.delete(oldest)
  }
}
