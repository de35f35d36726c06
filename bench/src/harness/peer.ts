import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, CommonTasks, Question, Tasks } from './child.js'

/** A process of the benchmark, as the one that asks sees it. */
export interface Peer<T extends Tasks> {
  /** Its process id. */
  readonly pid: number
  /** Asks it to do something. @returns What it answers; rejects if it fails or ends. */
  ask<Name extends keyof (T & CommonTasks) & string>(
    task: Name,
    argument: Parameters<(T & CommonTasks)[Name]>[0],
  ): Promise<Awaited<ReturnType<(T & CommonTasks)[Name]>>>
  /** Ends it. */
  close(): Promise<void>
}

/** How to start a process. */
export interface PeerOptions {
  /** The entry in build.json. */
  readonly program: string
  /** What it is made for; travels as JSON. */
  readonly config: object
  /** The one core it may use, where the system can pin. */
  readonly core?: number
}

// What starts at all is there in a second or two; with 256 certificates to make, or beside other work, later.
const startMs = 60_000

const running = new Set<ChildProcess>()
let isCleaningUp = false

/** Ends every process when this one is told to end. */
export function endPeersOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      if (isCleaningUp) process.exit(code)
      isCleaningUp = true
      for (const child of running) child.kill('SIGKILL')
      process.exit(code)
    })
  }
}

/** Whether this system can pin a process to a core. */
export const canPin = (): boolean => process.platform === 'linux' && spawnSync('taskset', ['-V']).status === 0

/** Starts a process and waits until it answers; one that does not within a minute is killed, and this rejects. */
export async function startPeer<T extends Tasks>({ program, config, core }: PeerOptions): Promise<Peer<T>> {
  const file = fileURLToPath(new URL(`./${program}.js`, import.meta.url))
  const pinned = core !== undefined && canPin()
  const child = fork(file, [], {
    ...(pinned && { execPath: 'taskset', execArgv: ['-c', String(core), process.execPath] }),
  })
  running.add(child)
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let endedWith: string | undefined
  child.once('exit', (code, signal) => {
    running.delete(child)
    endedWith = `the process ${program} of the benchmark ended with ${signal ?? code}`
    for (const { reject } of waiting.values()) reject(new Error(endedWith))
    waiting.clear()
  })
  // Not as an argument: 256 addresses with their certificates are more than a command line takes.
  child.send(config)
  const answered = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      if (endedWith === undefined) waiting.set(id, { resolve, reject })
      else reject(new Error(endedWith))
    })
  child.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asker?.reject(new Error(`${program}: ${answer.error}`))
    else asker?.resolve(answer.result)
  })
  const tooLate = setTimeout(() => child.kill('SIGKILL'), startMs)
  try {
    await answered(-1)
  } finally {
    clearTimeout(tooLate)
  }
  let asked = 0
  return {
    pid: child.pid ?? 0,
    ask: (task, argument) => {
      const question: Question = { id: asked++, task, argument }
      const answer = answered(question.id)
      child.send(question)
      return answer as Promise<never>
    },
    async close() {
      if (endedWith !== undefined) return
      const ended = once(child, 'exit')
      child.disconnect()
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(timer)
    },
  }
}
