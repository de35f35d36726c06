import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** What is done for a stranger. @returns Whether there was anything to do. */
export type StrangerJob = () => boolean | Promise<boolean>

// A pause is as long as the job before it, within this.
const longestPauseMs = 20
// A job that takes longer goes on, and no longer keeps the others waiting.
const longestTurnMs = 1_000

/**
 * The dear things that strangers can ask for, one after the other, with a pause as long as each: what comes in a burst takes half of the
 * time at most, and a call of somebody known waits for one of them, not for all. Sources take turns. The caller bounds how many wait.
 */
export class StrangerTurns {
  // By source; the one whose turn is next comes first.
  readonly #waiting = new Map<string, StrangerJob[]>()
  #isBusy = false

  /** Does something when its source's turn has come: at once, if nobody had one a moment ago. What it throws is lost. */
  take(source: string, job: StrangerJob): void {
    if (!this.#isBusy) {
      void this.#work(job)
      return
    }
    const jobs = this.#waiting.get(source)
    if (jobs === undefined) this.#waiting.set(source, [job])
    else jobs.push(job)
  }

  async #work(first: StrangerJob): Promise<void> {
    this.#isBusy = true
    for (let job: StrangerJob | undefined = first; job !== undefined; job = this.#next()) {
      const startedMs = performance.now()
      if (!(await finished(job))) continue
      // What it set off in this turn of the event loop is part of it.
      await nextTurn()
      await sleep(Math.min(performance.now() - startedMs, longestPauseMs), undefined, { ref: false })
    }
    this.#isBusy = false
  }

  #next(): StrangerJob | undefined {
    const [turn] = this.#waiting
    if (turn === undefined) return undefined
    const [source, jobs] = turn
    const job = jobs.shift()
    this.#waiting.delete(source)
    if (jobs.length > 0) this.#waiting.set(source, jobs)
    return job
  }
}

/** Whether a job did anything, once it is done or has had its time. */
async function finished(job: StrangerJob): Promise<boolean> {
  const done = new AbortController()
  try {
    const result = job()
    if (typeof result === 'boolean') return result
    return await Promise.race([result, sleep(longestTurnMs, true, { ref: false, signal: done.signal })])
  } catch {
    return true
  } finally {
    done.abort()
  }
}
