// The servers of a benchmark, in a process of their own: `server.js`.
import { answerQuestions, receiveConfig } from './harness/child.js'
import { startAxons } from './peers/axon-server.js'
import { startPlain } from './peers/plain-server.js'
import type { ServerConfig, ServerTasks } from './peers/tasks.js'
import { TensorCounter } from './peers/tensors.js'

const config = await receiveConfig<ServerConfig>()
const tensors = new TensorCounter()
const addresses = await (config.kind === 'axon' ? startAxons(config, tensors) : startPlain(config))

answerQuestions({ addresses: () => addresses, tensors: () => tensors.count } satisfies ServerTasks)
