// What the tests of worker pools run in threads.
import { threadId } from 'node:worker_threads'

export const where = (request, context) => ({ threadId, hotkey: context.hotkey, path: context.path, stake: context.caller.stake, request })

export function spin({ ms }) {
  const untilMs = performance.now() + ms
  while (performance.now() < untilMs);
  return { threadId }
}

export function double({ data }) {
  return { wasLength: data.length, data: data.map((value) => 2 * value) }
}

const kept = new Float64Array(4_096).fill(7)
export const keep = () => ({ data: kept, length: kept.length })

export function fail() {
  throw new TypeError('the model is broken')
}

export const exit = () => process.exit(3)
