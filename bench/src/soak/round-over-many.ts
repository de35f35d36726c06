import { type Peer, startPeer } from '../harness/peer.js'
import type { ServerAddress, ServerConfig, ServerTasks } from '../peers/tasks.js'

const serversPerProcess = 1_024

/** What the process that asks answers. */
export interface RoundTasks {
  /** Whom to ask from now on. */
  learn(addresses: readonly ServerAddress[]): void
  /** Connects and opens sessions ahead, as a validator does after a sync of the metagraph. */
  connect(argument: undefined): Promise<{ readonly opened: number; readonly failed: number; readonly first?: string }>
  round(argument: undefined): Promise<RoundOutcome>
  /** The same by a validator that just started: sessions and all. */
  coldRound(argument: undefined): Promise<RoundOutcome>
  [name: string]: (argument: never) => unknown
}

/** One question to many miners. */
export interface RoundOutcome {
  readonly good: number
  /** Failures by code. */
  readonly failed: Readonly<Record<string, number>>
  readonly ms: number
}

/** A round with sessions that are there, and one without. */
export interface Rounds extends RoundOutcome {
  readonly connectMs: number
  readonly cold: RoundOutcome
}

/** Rounds over so many miners, each an axon with its own hotkey, port and TLS key. */
export async function roundOverMany(miners: number, say: (text: string) => void): Promise<Rounds> {
  const servers: Peer<ServerTasks>[] = []
  let asker: Peer<RoundTasks> | undefined
  try {
    const addresses: ServerAddress[] = []
    for (let first = 0; first < miners; first += serversPerProcess) {
      const count = Math.min(serversPerProcess, miners - first)
      const config: ServerConfig = { kind: 'axon', servers: count, firstServer: first, maxMessageBytes: 4 * 1024 * 1024 }
      const server = await startPeer<ServerTasks>({ program: 'server', config })
      servers.push(server)
      addresses.push(...(await server.ask('addresses', undefined)))
    }
    say(`${addresses.length} miners listen`)
    asker = await startPeer<RoundTasks>({ program: 'soak-round', config: {} })
    await asker.ask('learn', addresses)
    const cold = await asker.ask('coldRound', undefined)
    say(`a cold round over ${miners} miners: ${JSON.stringify(cold)}`)
    const startedMs = performance.now()
    const connected = await asker.ask('connect', undefined)
    const connectMs = performance.now() - startedMs
    say(`${miners} sessions: ${JSON.stringify(connected)} in ${(connectMs / 1000).toFixed(1)} s`)
    const round = await asker.ask('round', undefined)
    say(`a round over ${miners} miners: ${JSON.stringify(round)}`)
    return { ...round, connectMs, cold }
  } finally {
    await asker?.close()
    await Promise.all(servers.map((server) => server.close()))
  }
}
