import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** Something dear that a stranger asks for. */
export interface StrangerJob {
  /** Does it. What it throws is lost. @returns Whether there was anything to do. */
  run(): boolean | Promise<boolean>
  /** There is no room for it to wait. */
  drop(): void
}

// A pause is as long as the job before it, within this.
const longestPauseMs = 20
// A job that takes longer goes on, and no longer keeps the others waiting.
const longestTurnMs = 1_000
// Where a turn takes so long, with its pause, the whole process is late: for each time that, one job more has its turn next.
const lateTurnMs = 10
const mostAtOnce = 8

/**
 * The dear things that strangers can ask for, one after the other, with a pause as long as each: what comes in a burst takes half of the
 * time at most, and a call of somebody known waits for one of them (a few, where the process is late), not for all.
 *
 * Sources take turns. So many jobs may wait; over it the source with the most waiting loses its last one (the newest of several), so that none keeps
 * another out.
 */
export class StrangerTurns {
  readonly #maxWaiting: number
  // By source; the one whose turn is next comes first.
  readonly #waiting = new Map<string, StrangerJob[]>()
  #size = 0
  #isBusy = false

  constructor({ maxWaiting }: { readonly maxWaiting: number }) {
    this.#maxWaiting = maxWaiting
  }

  /** Does something when its source's turn has come: at once, if nobody had one a moment ago. */
  take(source: string, job: StrangerJob): void {
    if (!this.#isBusy) {
      void this.#work(job)
      return
    }
    const jobs = this.#waiting.get(source)
    if (jobs === undefined) this.#waiting.set(source, [job])
    else jobs.push(job)
    this.#size++
    if (this.#size > this.#maxWaiting) this.#dropOne()
  }

  /** A source is no stranger any more: what it waits for is done now. */
  release(source: string): void {
    const jobs = this.#waiting.get(source)
    if (jobs === undefined) return
    this.#waiting.delete(source)
    this.#size -= jobs.length
    for (const job of jobs) void finished(job)
  }

  async #work(first: StrangerJob): Promise<void> {
    this.#isBusy = true
    for (let jobs = [first]; jobs.length > 0; ) {
      const startedMs = performance.now()
      const done = await Promise.all(jobs.map(finished))
      if (done.includes(true)) {
        // What they set off in this turn of the event loop is part of them.
        await nextTurn()
        await sleep(Math.min(performance.now() - startedMs, longestPauseMs), undefined, { ref: false })
      }
      const times = Math.floor((performance.now() - startedMs) / lateTurnMs)
      jobs = this.#next(Math.min(mostAtOnce, 1 + times))
    }
    this.#isBusy = false
  }

  #next(count: number): StrangerJob[] {
    const next: StrangerJob[] = []
    for (const [source, jobs] of this.#waiting) {
      if (next.length === count) break
      this.#waiting.delete(source)
      const [job, ...others] = jobs
      if (job !== undefined) next.push(job)
      if (others.length > 0) this.#waiting.set(source, others)
    }
    this.#size -= next.length
    return next
  }

  #dropOne(): void {
    let longest: StrangerJob[] = []
    let its = ''
    for (const [source, jobs] of this.#waiting) if (jobs.length >= longest.length) [its, longest] = [source, jobs]
    const job = longest.pop()
    if (longest.length === 0) this.#waiting.delete(its)
    this.#size--
    job?.drop()
  }
}

/** Whether a job did anything, once it is done or has had its time. */
async function finished(job: StrangerJob): Promise<boolean> {
  const done = new AbortController()
  try {
    const result = job.run()
    if (typeof result === 'boolean') return result
    return await Promise.race([result, sleep(longestTurnMs, true, { ref: false, signal: done.signal })])
  } catch {
    return true
  } finally {
    done.abort()
  }
}
