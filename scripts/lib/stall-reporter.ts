import { ChildProcess } from 'node:child_process'
import type { Reporter, TestModule, TestSpecification } from 'vitest/node'

/** No test and no hook may take this long (`vitest.config.ts`), so after it something hangs that no time-out can reach. */
const silenceMs = 8 * 60_000

/**
 * Kills the processes of a run in which nothing happens any more, and names the files that have not ended: vitest then counts these as failed,
 * and goes on to its end.
 *
 * A time-out of a test cannot end a loop that never yields, nor a process stopped by a lock within Node itself: such a run would last for ever.
 */
export default class StallReporter implements Reporter {
  readonly #silenceMs: number
  readonly #open = new Map<string, string>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: { readonly silenceMs?: number } = {}) {
    this.#silenceMs = options.silenceMs ?? silenceMs
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    for (const { moduleId, project } of specifications) this.#open.set(`${project.name} ${moduleId}`, moduleId)
    this.#hear()
  }

  onTestModuleEnd({ moduleId, project }: TestModule): void {
    this.#open.delete(`${project.name} ${moduleId}`)
    this.#hear()
  }

  onTestCaseResult(): void {
    this.#hear()
  }

  onHookEnd(): void {
    this.#hear()
  }

  onTestRunEnd(): void {
    clearTimeout(this.#timer)
  }

  #hear(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#end(), this.#silenceMs)
  }

  #end(): void {
    const files = [...this.#open.values()].map((file) => `  ${file}\n`)
    console.error(`\nNothing has ended for ${this.#silenceMs / 1000} s. These test files have not:\n${files.join('')}`)
    process.exitCode = 1
    for (const child of children()) child.kill('SIGKILL')
  }
}

/** This process's own children: vitest's workers, which it does not show. */
function children(): readonly ChildProcess[] {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles?: () => readonly unknown[] }
  return handles?.().filter((handle): handle is ChildProcess => handle instanceof ChildProcess) ?? []
}
