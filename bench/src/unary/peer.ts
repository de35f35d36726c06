import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Question, Usage } from './control.js'
import type { Kind } from './echo.js'

/** A server and its client, each a process of its own. */
export interface Pair {
  /** Makes so many calls. @returns CPU time per call on both sides, in µs. */
  run(calls: number): Promise<{ readonly clientUs: number; readonly serverUs: number; readonly perSecond: number }>
  /** Makes so many calls and writes a CPU profile of each side. */
  profile(calls: number, files: { readonly client: string; readonly server: string }): Promise<void>
  close(): Promise<void>
}

/** One process, and a promise that rejects when it ends. */
interface Peer {
  readonly child: ChildProcess
  readonly gone: Promise<never>
  readonly port: number
}

async function answer({ child, gone }: Pick<Peer, 'child' | 'gone'>, question: Question): Promise<Usage> {
  const answered = once(child, 'message')
  child.send(question)
  const [usage] = (await Promise.race([answered, gone])) as [Usage]
  return usage
}

async function start(file: 'server' | 'client', args: readonly string[]): Promise<Peer> {
  const child = fork(fileURLToPath(new URL(`./unary-${file}.js`, import.meta.url)), args)
  const gone = once(child, 'exit').then(([code]): never => {
    throw new Error(`a process of the benchmark ended with ${code}`)
  })
  // Nobody may be waiting when the benchmark itself ends the process.
  gone.catch(() => {})
  const [{ port }] = (await Promise.race([once(child, 'message'), gone])) as [{ port: number }]
  return { child, gone, port }
}

/** Starts both processes. */
export async function startPair(kind: Kind): Promise<Pair> {
  const server = await start('server', [kind])
  const client = await start('client', [kind, String(server.port)])
  const usage = { ask: 'usage' } as const
  return {
    async run(calls) {
      const [serverBefore, clientBefore] = [await answer(server, usage), await answer(client, usage)]
      const startedMs = performance.now()
      const clientAfter = await answer(client, { ask: 'run', calls })
      const seconds = (performance.now() - startedMs) / 1000
      const serverAfter = await answer(server, usage)
      const perCall = (before: Usage, after: Usage) => (after.cpuUs - before.cpuUs) / (after.calls - before.calls)
      return { clientUs: perCall(clientBefore, clientAfter), serverUs: perCall(serverBefore, serverAfter), perSecond: calls / seconds }
    },
    async profile(calls, files) {
      const sides = [server, client]
      await Promise.all(sides.map((side) => answer(side, { ask: 'profile' })))
      await answer(client, { ask: 'run', calls })
      await Promise.all([
        answer(server, { ask: 'save profile', file: files.server }),
        answer(client, { ask: 'save profile', file: files.client }),
      ])
    },
    async close() {
      for (const { child } of [client, server]) {
        const ended = once(child, 'exit')
        child.disconnect()
        await ended
      }
    },
  }
}
