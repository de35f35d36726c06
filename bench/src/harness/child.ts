import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What a process can be asked to do, by name. Arguments and results travel as JSON. */
// Methods, so that any set of tasks fits whatever their arguments are.
export type Tasks = { readonly [Name in string]: (argument: never) => unknown }

/** CPU time since the process began, user and system, all threads, in µs. */
export interface Usage {
  readonly cpuUs: number
}

/** What a process holds after a collection of garbage, in bytes. */
export interface Memory {
  readonly rssBytes: number
  readonly heapBytes: number
  /** Buffers outside the heap. */
  readonly externalBytes: number
}

/** What every process of a benchmark can be asked. */
export interface CommonTasks {
  usage(argument: undefined): Usage
  memory(argument: undefined): Promise<Memory>
  startProfile(argument: undefined): Promise<void>
  saveProfile(file: string): Promise<void>
}

/** A question on its way. */
export interface Question {
  readonly id: number
  readonly task: string
  readonly argument: unknown
}

/** What comes back. */
export type Answer = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string }

async function collectedMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Twice, with a pause: finalizers free what the first one only found.
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external }
}

/** What this process was made for: the first thing that it is told. */
export function receiveConfig<T>(): Promise<T> {
  return new Promise((resolve) => process.once('message', (config) => resolve(config as T)))
}

/** Answers questions until the process that asks is gone; then this one ends too. */
export function answerQuestions(own: Tasks): void {
  const session = new Session()
  const common: CommonTasks = {
    usage: () => {
      const { user, system } = process.cpuUsage()
      return { cpuUs: user + system }
    },
    memory: collectedMemory,
    startProfile: async () => {
      session.connect()
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 250 })
      await session.post('Profiler.start')
    },
    saveProfile: async (file) => {
      const { profile } = await session.post('Profiler.stop')
      await writeFile(file, JSON.stringify(profile))
      session.disconnect()
    },
  }
  const tasks: Readonly<Record<string, (argument: never) => unknown>> = { ...common, ...own }
  const answer = async ({ id, task, argument }: Question): Promise<void> => {
    let reply: Answer
    try {
      const run = tasks[task]
      if (run === undefined) throw new Error(`there is no task ${task}`)
      reply = { id, result: await run(argument as never) }
    } catch (error) {
      reply = { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
    process.send?.(reply)
  }
  process.on('message', (question: Question) => void answer(question))
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole group; the benchmark itself ends its processes.
  process.on('SIGINT', () => {})
  process.send?.({ id: -1, result: 'ready' } satisfies Answer)
}
