import { type InferRequest, type InferResponse, type Method, TensorKitError } from '@tensorkit/core'
import type { Reply } from '../reply.js'
import type { Messages } from './reply-stream.js'
import type { StreamCall } from './stream-call.js'

/**
 * Sends a stream of requests and takes the one response.
 *
 * @throws What the iterable throws, and PROTOCOL_ENCODE_FAILED for one of its messages; the call is cancelled then.
 */
export async function upload<M extends Method>(call: StreamCall<M>, requests: Messages<InferRequest<M>>): Promise<Reply<InferResponse<M>>> {
  let isOver = false
  const over = call.result.then((result) => {
    isOver = true
    return result
  })
  const pump = async () => {
    const iterator = iteratorOf(requests)
    try {
      while (!isOver) {
        const next = await Promise.race([iterator.next(), over])
        if ('ok' in next || next.done === true) break
        if (!(await call.send(next.value))) break
      }
      call.end()
    } catch (error) {
      call.cancel()
      throw error
    } finally {
      // One that waits for something ends when that comes; nobody waits for it.
      if (isOver) void Promise.resolve(iterator.return?.()).catch(() => {})
    }
  }
  const responses: InferResponse<M>[] = []
  const collect = async () => {
    for await (const response of call) responses.push(response)
  }
  const [result] = await Promise.all([over, pump(), collect()])
  const { hotkey, uid, timings } = result
  if (!result.ok) return { ok: false, hotkey, uid, error: result.error, timings }
  const [value] = responses
  if (value === undefined) {
    const error = new TensorKitError('DENDRITE_BAD_REPLY', 'The axon ended the call without a reply', { facts: { hotkey } })
    return { ok: false, hotkey, uid, error, timings }
  }
  return { ok: true, hotkey, uid, value, timings, ...(result.receipt && { receipt: result.receipt }) }
}

function iteratorOf<T>(messages: Messages<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in messages ? messages[Symbol.asyncIterator]() : messages[Symbol.iterator]()
}
