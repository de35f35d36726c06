// The validator that asks very many miners in one round, in a process of its own.
import { createDendrite, type Dendrite } from '@tensorkit/dendrite'
import { answerQuestions } from './harness/child.js'
import { clientSigner, subnet } from './peers/keys.js'
import { Bench } from './peers/protocol.js'
import type { ServerAddress } from './peers/tasks.js'
import type { RoundOutcome, RoundTasks } from './soak/round-over-many.js'

const start = async (index: number) => createDendrite({ signer: await clientSigner(index), directory: subnet, maxChannels: 8_192 })
const dendrite = await start(0)
const connectTimeoutMs = 600_000
let targets: readonly { readonly host: string; readonly port: number; readonly hotkey: string }[] = []

async function ask(asker: Dendrite): Promise<RoundOutcome> {
  const failed: Record<string, number> = {}
  let good = 0
  const startedMs = performance.now()
  for await (const reply of asker.query(targets, Bench.late, { delayMs: 0 }, { timeoutMs: 30_000 })) {
    if (reply.ok) good++
    else failed[reply.error.code] = (failed[reply.error.code] ?? 0) + 1
  }
  return { good, failed, ms: performance.now() - startedMs }
}

const tasks: RoundTasks = {
  learn(addresses: readonly ServerAddress[]) {
    targets = addresses.map(({ port, hotkey = '' }) => ({ host: '127.0.0.1', port, hotkey }))
  },
  async connect() {
    const { opened, failed } = await dendrite.warmUp(targets, { timeoutMs: connectTimeoutMs })
    const [first] = failed
    return { opened, failed: failed.length, ...(first && { first: first.error.message }) }
  },
  round: () => ask(dendrite),
  async coldRound() {
    const another = await start(1)
    try {
      return await ask(another)
    } finally {
      await another.close()
    }
  },
}

answerQuestions(tasks)
