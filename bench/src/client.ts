// The client of a benchmark, in a process of its own: `client.js`.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerQuestions, receiveConfig } from './harness/child.js'
import { plainCaller } from './peers/plain-client.js'
import type { Caller, ClientConfig, ClientTasks } from './peers/tasks.js'
import { tensorkitCaller } from './peers/tensorkit-client.js'
import { TensorCounter } from './peers/tensors.js'

// As many connections as are opened at the same time.
const openedAtOnce = 64

const config = await receiveConfig<ClientConfig>()
const tensors = new TensorCounter()
const isBaseline = config.kind === 'plain' || config.kind === 'polkadot'
const caller: Caller = await (isBaseline ? plainCaller(config) : tensorkitCaller(config, tensors))

/** Runs so many at once until none is left. */
async function inParallel(inFlight: number, count: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

const tasks: ClientTasks = {
  run: (work) => inParallel(work.inFlight, work.calls, () => caller.call(0, work)),
  round: async ({ delayMs }) => {
    const startedMs = performance.now()
    const own = await caller.round(delayMs)
    return { roundMs: performance.now() - startedMs, slowestMs: Math.max(...own) }
  },
  connect: async ({ servers }) => {
    await inParallel(openedAtOnce, servers, (index) => caller.late(index, 0))
    return caller.channels()
  },
  pace: async ({ callsPerSecond, forMs }) => {
    const ms: number[] = []
    let failed = 0
    const pending: Promise<void>[] = []
    const startedMs = performance.now()
    for (let i = 0; ; i++) {
      const dueMs = startedMs + (i * 1000) / callsPerSecond
      if (dueMs > startedMs + forMs) break
      const leftMs = dueMs - performance.now()
      if (leftMs > 1) await sleep(leftMs)
      // From when it was due, so that a stall counts for every call that it held up.
      const called = caller.call(0, { method: 'say', sizeBytes: 128 }).then(
        () => void ms.push(performance.now() - dueMs),
        () => void failed++,
      )
      pending.push(called)
    }
    await Promise.all(pending)
    return { ms, failed }
  },
  tensors: () => tensors.count,
}

answerQuestions(tasks)
