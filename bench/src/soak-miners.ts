// The miners of the soak test, in a process of their own: `soak-miners.js`.
import type { Axon } from '@tensorkit/axon'
import { answerQuestions, receiveConfig } from './harness/child.js'
import { startAxon } from './peers/axon-server.js'
import type { ServerAddress } from './peers/tasks.js'
import { TensorCounter } from './peers/tensors.js'
import { openHandles } from './soak/handles.js'
import type { MinerTasks } from './soak/tasks.js'

const { miners } = await receiveConfig<{ readonly miners: number }>()
const options = { maxMessageBytes: 4 * 1024 * 1024, tensors: new TensorCounter() }
const running: { axon: Axon; address: ServerAddress }[] = await Promise.all(
  Array.from({ length: miners }, (_, index) => startAxon(index, options)),
)

const tasks: MinerTasks = {
  addresses: () => running.map(({ address }) => address),
  async replace({ index, isAnnounced }) {
    const old = running[index]
    if (!isAnnounced) await old?.axon.close()
    const next = await startAxon(index, options)
    running[index] = next
    // Those who have the old address are to be done with it before it goes.
    if (isAnnounced) setTimeout(() => void old?.axon.drain({ timeoutMs: 5_000 }), 500)
    return next.address
  },
  handles: openHandles,
}

answerQuestions(tasks)
