import type { ClientConfig, ClientKind, ClientTasks, ServerConfig, ServerKind, ServerTasks, Work } from '../peers/tasks.js'
import type { BenchOptions } from '../result.js'
import type { Peer } from './peer.js'
import { startPeer } from './peer.js'

/** A process of servers and one of a client. */
export interface Pair {
  readonly server: Peer<ServerTasks>
  readonly client: Peer<ClientTasks>
  close(): Promise<void>
}

/** How to start a {@link Pair}. */
export interface PairOptions {
  readonly kind: ClientKind
  readonly servers?: number
  readonly maxMessageBytes?: number
  /** The one core that both may use. */
  readonly core?: number
}

/** The kind of server that a kind of client needs. */
const serverOf = (kind: ClientKind): ServerKind => (kind === 'plain' || kind === 'polkadot' ? kind : 'axon')

/** Starts both processes. */
export async function startPair(options: PairOptions): Promise<Pair> {
  const { kind, servers = 1, maxMessageBytes = 4 * 1024 * 1024, core } = options
  const pinned = core === undefined ? {} : { core }
  const serverConfig: ServerConfig = { kind: serverOf(kind), servers, maxMessageBytes }
  const server = await startPeer<ServerTasks>({ program: 'server', config: serverConfig, ...pinned })
  const clientConfig: ClientConfig = { kind, addresses: await server.ask('addresses', undefined), maxMessageBytes }
  const client = await startPeer<ClientTasks>({ program: 'client', config: clientConfig, ...pinned })
  return {
    server,
    client,
    async close() {
      await client.close()
      await server.close()
    },
  }
}

/** What a run of calls took. */
export interface Measured {
  /** CPU time of one call at the client, in µs. */
  readonly clientUs: number
  /** CPU time of one call at the server, in µs. */
  readonly serverUs: number
  readonly callsPerSecond: number
}

/** Makes the calls and measures both processes meanwhile. */
export async function measure({ server, client }: Pair, work: Work): Promise<Measured> {
  const [serverBefore, clientBefore] = [await server.ask('usage', undefined), await client.ask('usage', undefined)]
  const startedMs = performance.now()
  await client.ask('run', work)
  const seconds = (performance.now() - startedMs) / 1000
  const [serverAfter, clientAfter] = [await server.ask('usage', undefined), await client.ask('usage', undefined)]
  return {
    clientUs: (clientAfter.cpuUs - clientBefore.cpuUs) / work.calls,
    serverUs: (serverAfter.cpuUs - serverBefore.cpuUs) / work.calls,
    callsPerSecond: work.calls / seconds,
  }
}

/** Runs each of several things in turn, so many times, in an order that rotates: a slow while of the machine meets all. */
export async function alternate<Kind extends string, Value>(options: {
  readonly runs: Readonly<Record<Kind, () => Promise<Value>>>
  readonly times: number
  readonly progress: BenchOptions['progress']
}): Promise<Readonly<Record<Kind, readonly Value[]>>> {
  const { runs, times, progress } = options
  const kinds = Object.keys(runs) as Kind[]
  const found = Object.fromEntries(kinds.map((kind) => [kind, [] as Value[]])) as Record<Kind, Value[]>
  for (let time = 0; time < times; time++) {
    progress(`${time + 1} of ${times}`)
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[(time + i) % kinds.length] as Kind
      found[kind].push(await runs[kind]())
    }
  }
  return found
}

/** Runs what needs pairs, and ends them whatever happens. */
export async function withPairs<Kind extends string, Value>(
  options: Readonly<Record<Kind, PairOptions>>,
  use: (pairs: Readonly<Record<Kind, Pair>>) => Promise<Value>,
): Promise<Value> {
  const pairs: Partial<Record<Kind, Pair>> = {}
  try {
    for (const kind of Object.keys(options) as Kind[]) pairs[kind] = await startPair(options[kind])
    return await use(pairs as Record<Kind, Pair>)
  } finally {
    await Promise.all((Object.values(pairs) as Pair[]).map((pair) => pair.close()))
  }
}
