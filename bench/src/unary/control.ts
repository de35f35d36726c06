import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'

/** What the benchmark asks of a process. */
export type Question =
  | { readonly ask: 'usage' }
  | { readonly ask: 'run'; readonly calls: number }
  | { readonly ask: 'profile' }
  | { readonly ask: 'save profile'; readonly file: string }

/** What every question is answered with. */
export interface Usage {
  /** CPU time since the process began, user and system, in µs. */
  readonly cpuUs: number
  /** Calls made since then. */
  readonly calls: number
}

/** Answers the benchmark's questions until it is gone. */
export function answerQuestions(options: {
  readonly calls: () => number
  readonly run?: (calls: number) => Promise<void>
  readonly port: number
}): void {
  const session = new Session()
  session.connect()
  const act = async (question: Question): Promise<void> => {
    if (question.ask === 'run') await options.run?.(question.calls)
    if (question.ask === 'profile') {
      await session.post('Profiler.enable')
      await session.post('Profiler.setSamplingInterval', { interval: 250 })
      await session.post('Profiler.start')
    }
    if (question.ask === 'save profile') await writeFile(question.file, JSON.stringify((await session.post('Profiler.stop')).profile))
  }
  const answer = async (question: Question): Promise<void> => {
    await act(question)
    const { user, system } = process.cpuUsage()
    const usage: Usage = { cpuUs: user + system, calls: options.calls() }
    process.send?.(usage)
  }
  // Whatever fails ends the process, which the benchmark notices.
  process.on('message', (question: Question) => void answer(question))
  process.on('disconnect', () => process.exit(0))
  process.send?.({ port: options.port })
}
