// The clients of a benchmark, in a process of their own: `client.js`.
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
const callers: Caller[] = []
for (let i = 0; i < config.clients; i++) callers.push(await (isBaseline ? plainCaller(config) : tensorkitCaller(config, i, tensors)))
const first = callers[0] as Caller
const servers = config.addresses.map((_, index) => index)

/** Runs so many at once until none is left. */
async function inParallel(inFlight: number, count: number, one: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

const tasks: ClientTasks = {
  run: (work) => inParallel(work.inFlight, work.calls, () => first.call(0, work)),
  round: async ({ delayMs }) => {
    const startedMs = performance.now()
    const own = await first.round(delayMs)
    return { roundMs: performance.now() - startedMs, slowestMs: Math.max(...own) }
  },
  connect: () =>
    inParallel(openedAtOnce, callers.length * servers.length, (index) =>
      (callers[Math.floor(index / servers.length)] as Caller).late(index % servers.length, 0),
    ),
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
      const called = first.call(0, { method: 'say', sizeBytes: 128 }).then(
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
