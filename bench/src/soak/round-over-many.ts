import { type Peer, startPeer } from '../harness/peer.js'
import type { ServerAddress, ServerConfig, ServerTasks } from '../peers/tasks.js'

const serversPerProcess = 1_024

/** What the process that asks answers. */
export interface RoundTasks {
  /** Whom to ask from now on. */
  learn(addresses: readonly ServerAddress[]): void
  round(argument: undefined): Promise<RoundOutcome>
  [name: string]: (argument: never) => unknown
}

/** One question to many miners. */
export interface RoundOutcome {
  readonly good: number
  /** Failures by code. */
  readonly failed: Readonly<Record<string, number>>
  readonly ms: number
}

/** One round over so many miners, each an axon with its own hotkey, port and TLS key; twice, cold and warm. */
export async function roundOverMany(miners: number, say: (text: string) => void): Promise<RoundOutcome & { readonly coldMs: number }> {
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
    const cold = await asker.ask('round', undefined)
    say(`a round over ${miners} miners, cold: ${JSON.stringify(cold)}`)
    const warm = await asker.ask('round', undefined)
    say(`a round over ${miners} miners, again: ${JSON.stringify(warm)}`)
    const failed = { ...cold.failed }
    for (const [code, count] of Object.entries(warm.failed)) failed[code] = (failed[code] ?? 0) + count
    return { good: Math.min(cold.good, warm.good), failed, ms: warm.ms, coldMs: cold.ms }
  } finally {
    await asker?.close()
    await Promise.all(servers.map((server) => server.close()))
  }
}
